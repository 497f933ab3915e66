"""The page of baseline and history asks the same questions of both engines, within reach."""

from datetime import date
from decimal import Decimal

import pytest

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.models import (
    Assessment,
    Biopsy,
    Condition,
    Course,
    Enrolment,
    Infusion,
    LaboratoryResult,
    Medication,
    Patient,
    Pregnancy,
    Site,
    Visit,
)
from registry.partial_date import PartialDate
from registry.queries.history_page import courses_in_order, history_rows
from registry.queries.scope import Reach, patient_in_reach

TODAY = date(2025, 12, 31)
WHY = Context("tests", "history")
HERE, THERE = 1, 2


def on(text):
    return PartialDate.parse(text, allow_time=True)


def records(place, site):
    """Return one record of each kind, told apart by the number of the site."""
    name = f"at {site}"
    return [
        Condition(**place, condition=name, onset_on=on("2019"), active=True, detail=name),
        Condition(**place, condition=f"voided {name}", **VOIDED),
        Biopsy(**place, taken_on=on("2019-05"), classes=name, activity_index=Decimal(site)),
        Pregnancy(**place, began_on=on("2016"), outcome=name),
        Medication(**place, drug=name, started_on=on("2020"), reason="why", stop_reason="why not"),
        Course(**place, code=name, reason=name, started_on=on(f"2024-0{site}")),
        Infusion(
            **place, code=name, cell_type="msc", started_at=on("2024-06-10T10:00+02:00"),
            weight_kg=Decimal("61.5"), weighed_on=on("2024-06") if site == HERE else None,
        ),
        Visit(**place, code=name, visited_on=on("2023-11-20"), signed_version=1),
        LaboratoryResult(
            **place, analyte="anti_dsdna_farr", collected_on=on("2024-01-15"), value="9", unit=name
        ),
        LaboratoryResult(
            **place, analyte="creatinine_clearance", collected_on=on("2024-01-15"), value="90"
        ),
    ]  # fmt: skip


VOIDED = {"voided_at": None, "voided_by": "tests", "void_reason": "tests"}


@pytest.fixture
def moved(engine):
    """A patient who moved from here to there, with records of both sites."""
    from registry import clock

    VOIDED["voided_at"] = clock.now()
    with writing(engine, WHY) as session:
        session.add_all([Site(id=HERE, code="A", name="A"), Site(id=THERE, code="B", name="B")])
        patient = Patient(code="P", sex="female")
        session.add(patient)
        session.flush()
        for site, start, end in ((HERE, "2020", "2024-12-01"), (THERE, "2024-12-01", None)):
            enrolment = Enrolment(
                patient_id=patient.id, site_id=site, from_on=on(start), to_on=end and on(end)
            )
            session.add(enrolment)
            session.flush()
            place = {
                "patient_id": patient.id, "enrolment_id": enrolment.id, "site_id": site,
            }  # fmt: skip
            stored = records(place, site)
            session.add_all(stored)
            session.flush()
            visit, course, infusion = (
                next(row for row in stored if isinstance(row, model))
                for model in (Visit, Course, Infusion)
            )
            infusion.course_id = course.id
            for instrument, total in (("pga", 1), ("sledai_2k", 14)):
                session.add(
                    Assessment(
                        **place, visit_id=visit.id, instrument=instrument, rule_version="1",
                        total=Decimal(total), complete=True, total_only=True,
                    )
                )  # fmt: skip
    return engine


def read(engine, *sites):
    reach = Reach(frozenset(sites), frozenset()) if sites else Reach.everything()
    with reading(engine) as session:
        patient = patient_in_reach(session, reach, "P")
        return history_rows(session, patient, TODAY)


@pytest.mark.parametrize(("sites", "seen"), [((HERE,), [1]), ((THERE,), [1, 2]), ((), [1, 2])])
def test_a_former_site_reads_its_own_rows_of_every_kind(moved, sites, seen):
    rows, names = read(moved, *sites), [f"at {site}" for site in seen]
    for kind in ("condition", "biopsy", "pregnancy"):
        assert sorted(row.words for row in rows.of(kind)) == names
    assert len(rows.of("weight")) == len(names)
    assert sorted(row.drug for row in rows.medications) == names
    assert sorted(row.code for row in rows.courses) == names
    assert sorted(row.code for row in rows.scores) == names
    farr = [fact for fact in rows.facts.labs if fact.analyte == "anti_dsdna_farr"]
    assert sorted(fact.unit for fact in farr) == names


def test_each_row_is_read_as_it_was_stored(moved):
    rows = read(moved, HERE)
    (condition,), (biopsy,), (weight,) = map(rows.of, ("condition", "biopsy", "weight"))
    assert (condition.on.text, condition.until, condition.active) == ("2019", None, True)
    assert (biopsy.on.text, biopsy.first, biopsy.second) == ("2019-05", Decimal(1), None)
    assert (weight.on.text, weight.first) == ("2024-06", Decimal("61.5"))
    assert (rows.medications[0].reason, rows.medications[0].stop_reason) == ("why", "why not")
    assert rows.reason == "at 1"
    (score,) = rows.scores
    assert score.state == "signed"
    assert {a.instrument: a.total for a in score.fact.assessments} == {"pga": 1, "sledai_2k": 14}
    assert rows.facts.conditions[0].active is True


def test_results_of_an_unsigned_visit_are_in_no_baseline(moved):
    with writing(moved, WHY) as session:
        stay = session.query(Enrolment).filter_by(site_id=HERE).one()
        place = {"patient_id": stay.patient_id, "enrolment_id": stay.id, "site_id": HERE}
        draft = Visit(**place, code="draft", visited_on=on("2024-01-16"))
        session.add(draft)
        session.flush()
        for visit_id, unit in ((draft.id, "of the draft"), (None, "of no visit")):
            session.add(
                LaboratoryResult(
                    **place, visit_id=visit_id, analyte="anti_dsdna_farr", value="9", unit=unit,
                    collected_on=on("2024-01-16"),
                )
            )  # fmt: skip
    units = {fact.unit for fact in read(moved).facts.labs}
    assert ("of no visit" in units, "of the draft" in units) == (True, False)


def test_a_weight_without_a_day_is_that_of_its_infusion(moved):
    days = {row.on.text[:10] for row in read(moved).of("weight")}
    assert days == {"2024-06", "2024-06-10"}


def test_courses_stand_in_order_of_treatment(moved):
    with reading(moved) as session:
        patient = patient_in_reach(session, Reach.everything(), "P")
        courses = courses_in_order(session, patient)
    assert [course.course_id for course in courses] == ["at 1", "at 2"]
    assert [len(course.infusions) for course in courses] == [1, 1]
