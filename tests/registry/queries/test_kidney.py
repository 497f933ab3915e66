"""The facts of one kidney: all of it that counts, in reach, and the same as a summary has."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from registry.database.engine import reading, writing
from registry.followup.kidney.course import kidney_of
from registry.models import (
    Biopsy,
    Condition,
    Enrolment,
    Flare,
    IntercurrentEvent,
    LaboratoryResult,
    Visit,
)
from registry.operations.visit_page import visit_page
from registry.queries.kidney import kidney_facts
from registry.queries.scope import Reach, patient_in_reach
from tests.registry.queries.conftest import WHY, on
from tests.registry.queries.test_facts import facts

VOIDED = {"voided_at": datetime(2026, 5, 1, tzinfo=UTC), "voided_by": "x", "void_reason": "twice"}


def a_result(place, taken, analyte="creatinine", value="80", unit="umol/L", **changes):
    canonical = Decimal(value)
    if unit == "mg/g":
        canonical = (canonical / Decimal("8.84")).quantize(Decimal("1e-9"))
    known = {"analyte": analyte, "value": value, "unit": unit, "canonical_value": canonical}
    known |= {"canonical_unit": "mg/mmol" if analyte == "upcr" else "umol/L"}
    known |= {"rule_version": "units/1", "collected_on": on(taken)}
    return LaboratoryResult(**(place | known | changes))


@pytest.fixture
def place(engine, store):
    """One infused patient with the kidney recorded in every way."""
    known = store("P1")
    with writing(engine, WHY) as session:
        draft = Visit(code="draft", visited_on=on("2024-08-01"), **(known | {"source": "form"}))
        session.add(draft)
        session.flush()
        session.add_all(
            [
                a_result(known, "2024-01-09"),
                a_result(known, "2024-07-01", "Serum creatinine", "70"),
                a_result(known, "2024-07-01", "upcr", "500", "mg/g"),
                a_result(known, "2024-07-02", "c3", "0.9", "g/L"),
                a_result(known, "2024-07-03", value="1", **VOIDED),
                a_result(known, "2024-08-01", value="2", visit_id=draft.id),
                Condition(condition="lupus_nephritis", **known),
                Biopsy(taken_on=on("2023"), classes="IV (A)", **known),
                Flare(
                    code="f", onset_on=on("2023-11"), organs="lupus_nephritis; serositis", **known
                ),
                IntercurrentEvent(type="dialysis", on=on("2024-05"), planned=False, **known),
            ]
        )
    return known


def loaded(engine, sites=None):
    with reading(engine) as session:
        return kidney_facts(session, patient_in_reach(session, Reach(sites, frozenset()), "P1"))


def test_every_final_result_of_the_kidney_comes_as_it_was_entered(engine, place):
    labs = loaded(engine).labs
    assert [(fact.analyte, fact.text, fact.entered_unit) for fact in labs] == [
        ("creatinine", "80", "umol/L"),
        ("creatinine", "70", "umol/L"),
        ("upcr", "500", "mg/g"),
    ]


def test_what_else_decides_comes_with_it(engine, place):
    found = loaded(engine)
    assert [fact.condition for fact in found.conditions] == ["lupus_nephritis"]
    assert [(fact.taken_on.text, fact.classes) for fact in found.biopsies] == [("2023", "IV (A)")]
    assert found.flares[0].organs == ("lupus_nephritis", "serositis")
    assert (found.intercurrent[0].type, found.intercurrent[0].planned) == ("dialysis", False)
    assert len(found.medicines) == 1
    assert len(found.courses) == 1


def test_a_summary_reads_the_same_of_the_kidney(engine, place):
    (whole,) = facts(engine)
    alone = loaded(engine)
    assert whole.labs == alone.labs  # the complement of follow-up is not read
    assert whole.biopsies == alone.biopsies


def test_a_former_site_reads_its_own_rows_only(engine, place):
    with writing(engine, WHY) as session:
        session.get_one(Enrolment, place["enrolment_id"]).to_on = on("2024-12-31")
        there = Enrolment(patient_id=place["patient_id"], site_id=2, from_on=on("2025-01-01"))
        session.add(there)
        session.flush()
        moved = place | {"enrolment_id": there.id, "site_id": 2}
        session.add(a_result(moved, "2025-02-02", value="3"))
        session.add(Condition(condition="hypertension", **moved))
    before, now = loaded(engine, frozenset({1})), loaded(engine, frozenset({2}))
    assert [fact.text for fact in before.labs] == ["80", "70", "500"]
    assert [fact.text for fact in now.labs] == ["80", "70", "500", "3"]
    assert [len(before.conditions), len(now.conditions)] == [1, 2]


def test_the_page_of_a_visit_reads_the_kidney_in_the_order_of_the_samples(engine, place):
    with writing(engine, WHY) as session:
        # The newer one is typed first, in the other unit.
        session.add(a_result(place, "2024-01-08", "upcr", "60", "mg/mmol"))
        session.flush()
        session.add(a_result(place, "2024-01-02", "upcr", "600", "mg/g"))
    with reading(engine) as session:
        patient = patient_in_reach(session, Reach(None, frozenset()), "P1")
        visit = session.query(Visit).filter_by(code="P1-v").one()
        page = visit_page(session, patient, visit).facts
    alone = loaded(engine)
    assert page.labs == alone.labs
    assert kidney_of(page).unit == kidney_of(alone).unit
