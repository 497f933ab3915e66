"""Laboratory queries on both engines: windows, what belongs to a visit, limits page by page."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.models import (
    Enrolment,
    LaboratoryLimit,
    LaboratoryResult,
    Patient,
    Site,
    Visit,
)
from registry.partial_date import PartialDate
from registry.queries.laboratory import (
    limits_in_force,
    results_between,
    results_for_items,
    sample_days,
)
from registry.queries.laboratory_limits import LINES, limits_page
from registry.queries.scope import Reach, patient_in_reach
from tests.population import NORTH


@pytest.fixture
def registry(engine):
    """Either engine with a patient, a visit, and results in and out of a visit."""
    with writing(engine, Context("tests", "results")) as session:
        session.add(Site(id=NORTH, code="NORTH", name="North Hospital"))
        person = Patient(code="N-001", sex="female")
        session.add(person)
        session.flush()
        start = PartialDate.parse("2025-01-01")
        stay = Enrolment(patient_id=person.id, site_id=NORTH, from_on=start)
        session.add(stay)
        session.flush()
        place = {"patient_id": person.id, "site_id": NORTH, "enrolment_id": stay.id}
        place |= {"source": "form"}
        visit = Visit(code="V-1", visited_on=PartialDate.parse("2026-03-10"), **place)
        session.add(visit)
        session.flush()
        for on, value, of in (
            ("2026-03-10", "50", visit.id),
            ("2026-03-01", "60", None),
            ("2026", "70", None),
            ("2026-03-11", "80", None),
        ):
            session.add(
                LaboratoryResult(
                    **place, collected_on=PartialDate.parse(on), analyte="platelets", value=value,
                    unit="10^9/L", visit_id=of,
                )
            )  # fmt: skip
        kept = visit.id
    return engine, kept


def patient(session):
    return patient_in_reach(session, Reach.everything(), "N-001")


def test_a_visit_can_leave_its_own_results_out_and_no_other(registry):
    engine, visit = registry
    with reading(engine) as session:
        on = date(2026, 3, 10)
        every = results_for_items(session, patient(session), on)
        others = results_for_items(session, patient(session), on, visit)
    assert [result.value for result in every] == ["50", "60", "70"]
    assert [result.value for result in others] == ["60", "70"]


@pytest.mark.parametrize("written", ["PLT", "Platelet count", "platelet_count"])
def test_an_item_rests_on_its_analyte_however_it_is_written(registry, written):
    engine, _ = registry
    with writing(engine, Context("tests", "results")) as session:
        session.execute(update(LaboratoryResult).values(analyte=written))
    with reading(engine) as session:
        patient = patient_in_reach(session, Reach.everything(), "N-001")
        found = results_for_items(session, patient, date(2026, 3, 10))
    assert [result.analyte for result in found] == ["platelets"] * 3


def test_days_and_results_are_bounded(registry):
    engine, _ = registry
    with reading(engine) as session:
        days = sample_days(session, patient(session), date(2026, 3, 11), date(2026, 2, 1))
        assert days == [date(2026, 3, 10), date(2026, 3, 1), date(2026, 1, 1)]
        rows = results_between(session, patient(session), date(2026, 3, 1), date(2026, 3, 10))
    assert [row.result.value for row in rows] == ["50", "60"]


def limit(**given):
    columns = {"site_id": NORTH, "laboratory": "Central", "analyte": "c3", "unit": "g/L"}
    return LaboratoryLimit(**columns | {"lower_limit": Decimal("0.9")} | given)


def test_limits_hold_from_their_day_on(registry):
    engine, _ = registry
    with writing(engine, Context("tests", "limits")) as session:
        session.add(limit(from_on=date(2025, 1, 1)))
        session.add(limit(from_on=date(2026, 1, 1), lower_limit=Decimal("0.8")))
    with reading(engine) as session:
        found = {
            on: limits_in_force(session, NORTH, " CENTRAL", PartialDate.parse(on)).get("c3")
            for on in ("2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01", "2025", "2026")
        }
        assert limits_in_force(session, NORTH, None, PartialDate.parse("2026")) == {}
        assert limits_in_force(session, NORTH + 1, "Central", PartialDate.parse("2026")) == {}
    assert found["2024-12-31"] is None
    assert found["2025-01-01"] == found["2025-12-31"] == found["2025"]
    assert found["2025"].lower == Decimal("0.9")
    assert found["2026-01-01"].lower == found["2026"].lower == Decimal("0.8")


def test_the_table_of_limits_is_read_a_page_at_a_time(registry):
    engine, _ = registry
    with writing(engine, Context("tests", "limits")) as session:
        session.add_all(limit(from_on=date(2020, 1, 1 + n % 28), laboratory=f"L{n:03}")
                        for n in range(LINES + 5))  # fmt: skip
    with reading(engine) as session:
        first = limits_page(session)
        rest = limits_page(session, first.after)
    assert (len(first.lines), len(rest.lines), rest.after) == (LINES, 5, None)
    assert [line.laboratory for line in rest.lines] == [f"L{n:03}" for n in range(LINES, LINES + 5)]
