"""The three figures of one patient read what this person may see, and only what is in force."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.models import (
    AdverseEvent,
    Assessment,
    Course,
    Flare,
    Infusion,
    LaboratoryResult,
    Visit,
)
from registry.partial_date import PartialDate
from registry.plots.laboratory_panel import words
from registry.queries import item_heat_map, laboratory_panel, trajectory
from registry.queries.scope import Reach, patient_in_reach
from tests.population import NORTH, SOUTH

TODAY = date(2026, 11, 22)
VOIDED = {"voided_at": datetime(2026, 5, 1, tzinfo=UTC), "voided_by": "x", "void_reason": "twice"}


def on(text):
    return PartialDate.parse(text)


@pytest.fixture
def store(app, two_sites):
    """Return a function that stores rows of the patient N-001."""
    place = {
        "patient_id": two_sites.patients["N-001"],
        "enrolment_id": two_sites.enrolments["N-001"],
        "site_id": NORTH,
    }

    def add(*rows):
        with writing(app.extensions["registry_engine"], Context("tests", "figures")) as session:
            for model, given in rows:
                session.add(model(**place | given))
                session.flush()

    return add


@pytest.fixture
def figure(app):
    """Return a function that loads one figure of N-001 as a person of the sites sees it."""

    def load(module, sites=None, patient="N-001"):
        reach = Reach(sites, frozenset())
        with reading(app.extensions["registry_engine"]) as session:
            found = patient_in_reach(session, reach, patient)
            return module.load(session, found, today=TODAY)

    return load


def result(code, collected_on="2026-02-02", analyte="c3", **given):
    return LaboratoryResult, {
        "code": code,
        "collected_on": on(collected_on),
        "analyte": analyte,
        **given,
    }


def number(code, entered, canonical, unit="g/L", **given):
    derived = {"canonical_value": Decimal(canonical), "canonical_unit": unit, "rule_version": "1"}
    return result(code, value=entered, **derived | given)


def event(code, started_on="2026-02-02", **given):
    started = on(started_on) if started_on else None
    return AdverseEvent, {"code": code, "verbatim_term": "fever", "started_on": started, **given}


def checked(app, two_sites, visited_on, answers, **given):
    """Store one visit with its checklist."""
    place = {
        "patient_id": two_sites.patients["N-001"],
        "enrolment_id": two_sites.enrolments["N-001"],
        "site_id": NORTH,
    }
    with writing(app.extensions["registry_engine"], Context("tests", "figures")) as session:
        made = {
            "code": f"V-{visited_on}",
            "visited_on": on(visited_on),
            "signed_version": 1,
        } | given
        visit = Visit(**place, **made)
        session.add(visit)
        session.flush()
        known = Decimal(8 * answers.count(1))
        assessment = Assessment(
            **place, visit_id=visit.id, instrument="sledai_2k", rule_version="2002/1",
            answers=answers, known_points=known, max_possible=known,
            total=None if None in answers else known, complete=None not in answers,
        )  # fmt: skip
        session.add(assessment)


# --- laboratory -----------------------------------------------------------------------------


def test_limits_are_turned_into_the_unit_of_the_axis(store, figure):
    store(number("L-1", "90", "0.9", unit="g/L", lower_limit=Decimal(90), upper_limit=Decimal(180)))
    (read,) = figure(laboratory_panel).results
    assert (read.value, read.lower_limit, read.upper_limit) == (
        Decimal("0.9"), Decimal("0.9"), Decimal("1.8"),
    )  # fmt: skip


def test_a_limit_whose_factor_is_not_known_is_left_out(store, figure):
    store(number("L-1", "0", "0", unit="g/L", lower_limit=Decimal(90)))
    assert figure(laboratory_panel).results[0].lower_limit is None


def test_a_factor_without_a_last_digit_makes_no_long_limit(store, figure):
    store(number("L-1", "3", "1", lower_limit=Decimal(2)))
    assert figure(laboratory_panel).results[0].lower_limit == Decimal("0.666667")


def test_words_are_kept_and_numbers_of_unknown_unit_are_counted(store, figure):
    store(
        result("L-1", value="negative", analyte="anti_dsdna_elisa"),
        result("L-2", value="12.5", unit="furlong"),
        result("L-3", state="pending"),
    )
    told = figure(laboratory_panel)
    assert sorted((r.text or "", r.state or "") for r in told.results) == [
        ("", "pending"), ("negative", ""),
    ]  # fmt: skip
    assert told.not_converted == 1


def test_without_an_infusion_time_counts_from_the_first_result(store, figure):
    store(number("L-1", "1", "1"), number("L-2", "2", "2", collected_on="2026-01-20"))
    told = figure(laboratory_panel)
    assert (told.origin_on, told.day_0_known) == (date(2026, 1, 20), False)


def test_results_of_an_unsigned_visit_are_not_drawn(store, figure):
    ids = {name: uuid4() for name in ("draft", "signed")}
    day = {"visited_on": on("2026-01-20")}
    store(
        (Visit, {"id": ids["draft"], "code": "V-1", **day}),
        (Visit, {"id": ids["signed"], "code": "V-2", "signed_version": 1, **day}),
        number("L-1", "1", "1"),
        number("L-2", "2", "2", visit_id=ids["draft"]),
        number("L-3", "3", "3", visit_id=ids["signed"]),
    )
    told = figure(laboratory_panel)
    assert (sorted(one.value for one in told.results), told.unsigned) == ([1, 3], 1)
    assert "1 result of unsigned visits left out" in words.caption(told)


# --- events and flares ----------------------------------------------------------------------


def test_reported_events_are_marks_and_drafts_are_not(store, figure):
    store(
        event("E-1", term="Pyrexia", grade=3, serious=True, state="reported"),
        event("E-2", state="draft"),
        event("E-3", started_on=None, state="reported"),
        event("E-4", state="reported", **VOIDED),
    )
    marks = figure(trajectory).events
    assert [(m.term, m.grade, m.serious) for m in marks] == [
        ("Pyrexia", 3, True), ("not coded", None, None),
    ]  # fmt: skip


def test_events_and_flares_count_days_from_day_0(store, figure):
    store(
        (Infusion, {"code": "I-1", "started_at": on("2026-02-01"), "cell_type": "msc"}),
        event("E-1", "2026-02-13"),
        event("E-2", "2026-03"),
        (Flare, {"code": "F-1", "onset_on": on("2026-04-01"), "severity": "severe"}),
        (Flare, {"code": "F-2", "onset_on": on("2026-04-02"), **VOIDED}),
    )
    told = figure(trajectory)
    assert [(m.first_day, m.last_day) for m in told.events] == [(12, 12), (28, 58)]
    assert [(m.first_day, m.severity) for m in told.flares] == [(59, "severe")]


# --- item heat map --------------------------------------------------------------------------


def test_answers_are_read_in_declared_order(app, two_sites, figure):
    checked(app, two_sites, "2026-01-20", [1, None, 0] + [0] * 21)
    (visit,) = figure(item_heat_map).visits
    assert visit.answers is not None
    assert visit.answers[:3] == (True, None, False)
    assert (visit.total, visit.known_points) == (None, Decimal(8))


def test_an_unsigned_visit_is_counted_not_drawn(app, two_sites, figure):
    checked(app, two_sites, "2026-01-20", [0] * 24)
    checked(app, two_sites, "2026-02-20", [1] + [0] * 23, signed_version=0)
    told = figure(item_heat_map)
    assert (len(told.visits), told.unsigned) == (1, 1)


def test_a_final_visit_without_a_checklist_is_counted(store, figure):
    store((Visit, {"code": "V-1", "visited_on": on("2026-03-01"), "signed_version": 1}))
    told = figure(item_heat_map)
    assert (told.visits, told.without_checklist) == ((), 1)


def test_an_infusion_stands_after_the_visit_of_its_day(app, two_sites, store, figure):
    checked(app, two_sites, "2026-02-01", [1] + [0] * 23)
    checked(app, two_sites, "2026-03-01", [0] * 24)
    store(
        (Course, {"code": "C-1"}),
        (Infusion, {"code": "I-1", "started_at": on("2026-02-01"), "cell_type": "msc"}),
        (Infusion, {"code": "I-2", "started_at": on("2026-02-15"), "cell_type": "msc"}),
        (Infusion, {"code": "I-3", "started_at": on("2026-04"), "cell_type": "msc"}),
    )
    told = figure(item_heat_map)
    assert [(given.after, given.label) for given in told.infusions] == [
        (1, "day 0"), (1, "infusion 2"),
    ]  # fmt: skip
    assert told.undated_infusions == 1
    assert [visit.day for visit in told.visits] == [0, 28]


# --- reach ----------------------------------------------------------------------------------


def test_a_former_site_draws_its_own_rows_only(figure, cases, app):
    """The patient moved from north to south: the south sees both, the north its own."""
    for case in (cases["before"], cases["after"]):
        place = {
            "patient_id": case.patient_id,
            "enrolment_id": _enrolment(app, case),
            "site_id": case.made_at,
        }
        with writing(app.extensions["registry_engine"], Context("tests", "figures")) as session:
            for model, given in (number(f"L-{case.name}", "1", "1"), event(f"E-{case.name}")):
                session.add(model(**place | given))
    for module, count in (
        (laboratory_panel, lambda told: len(told.results)),
        (trajectory, lambda told: len(told.events)),
        (trajectory, lambda told: len(told.flares)),
        (item_heat_map, lambda told: told.unsigned + len(told.visits) + told.without_checklist),
    ):
        north = count(figure(module, frozenset({NORTH}), "MOVED-1"))
        south = count(figure(module, frozenset({SOUTH}), "MOVED-1"))
        assert (north > 0, south) == (True, 2 * north)


def _enrolment(app, case):
    from sqlalchemy import select

    from registry.models import Enrolment

    with reading(app.extensions["registry_engine"]) as session:
        return session.scalar(
            select(Enrolment.id).where(
                Enrolment.patient_id == case.patient_id, Enrolment.site_id == case.made_at
            )
        )
