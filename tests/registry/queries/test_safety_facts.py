"""Events, early results and conditions out of the database: what is loaded, and what is not."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update

from registry.database.engine import reading, writing
from registry.models import (
    AdverseEvent,
    AdverseEventCausality,
    AdverseEventGrade,
    Condition,
    Infusion,
    LaboratoryResult,
    Lot,
    Visit,
)
from registry.queries.safety_facts import product_events
from tests.registry.queries.conftest import WHY, on
from tests.registry.queries.test_facts import CUT, VOIDED, facts


@pytest.fixture
def place(store):
    """One patient of site A, infused on 2024-01-10 with P1-lot."""
    return store("P1")


def add(engine, *rows):
    with writing(engine, WHY) as session:
        session.add_all(rows)


def an_event(place, code="e1", **changes):
    known = {"verbatim_term": "felt ill", "started_on": on("2024-01-12"), "grade": 2}
    return AdverseEvent(code=code, **(known | place | changes))


def a_result(place, taken, **changes):
    known = {"analyte": "c3", "value": "90", "unit": "mg/dL", "canonical_value": Decimal("0.9")}
    known |= {"canonical_unit": "g/L", "rule_version": "units/1", "collected_on": on(taken)}
    return LaboratoryResult(**(known | place | changes))


def test_an_event_comes_with_its_history_and_verdicts(engine, place):
    with writing(engine, WHY) as session:
        stored = an_event(
            place, ended_on=on("2024-02"), term="Nausea", soc="Gut", serious=True, outcome="fatal",
            seriousness="death;hospitalisation", solicited=False, scale="CTCAE v5.0",
            dictionary="CTCAE", dictionary_version="5.0",
            infusion_id=session.query(Infusion.id).scalar(), lot_id=session.query(Lot.id).scalar(),
        )  # fmt: skip
        session.add(stored)
        session.flush()
        for day, grade in (("2024-01-20", 3), ("2024-01-12", 1)):
            session.add(AdverseEventGrade(event_id=stored.id, on=on(day), grade=grade))
        verdict = {"cause": "product", "assessor": "reviewer", "verdict": "possible"}
        session.add(AdverseEventCausality(event_id=stored.id, **verdict))
    (patient,) = facts(engine)
    (found,) = patient.adverse_events
    assert (found.event_id, found.term, found.soc, found.grade) == ("e1", "Nausea", "Gut", 2)
    assert (found.started_on.text, found.ended_on.text) == ("2024-01-12", "2024-02")
    assert (found.serious, found.solicited, found.outcome) == (True, False, "fatal")
    assert found.seriousness == ("death", "hospitalisation")
    assert (found.infusion_id, found.lot) == ("P1-i", "P1-lot")
    assert (found.scale, found.dictionary, found.dictionary_version) == (
        "CTCAE v5.0",
        "CTCAE",
        "5.0",
    )
    assert [(entry.on.text, entry.grade) for entry in found.grades] == [
        ("2024-01-12", 1),
        ("2024-01-20", 3),
    ]
    assert [(c.cause, c.assessor, c.verdict) for c in found.causality] == [
        ("product", "reviewer", "possible")
    ]


def test_drafts_and_voided_events_are_left_out(engine, place):
    add(
        engine,
        an_event(place, "draft", state="draft"),
        an_event(place, "kept", started_on=None),
        an_event(place, "gone"),
    )
    with writing(engine, WHY) as session:
        gone = update(AdverseEvent).where(AdverseEvent.code == "gone").values(**VOIDED)
        session.execute(gone)
    (patient,) = facts(engine)
    assert [found.event_id for found in patient.adverse_events] == ["kept"]


@pytest.mark.parametrize("model", [AdverseEventGrade, AdverseEventCausality])
def test_a_voided_entry_leaves_the_event(engine, place, model):
    stored = an_event(place)
    add(engine, stored)
    add(
        engine,
        AdverseEventGrade(event_id=stored.id, on=on("2024-01-12"), grade=3),
        AdverseEventCausality(
            event_id=stored.id, cause="product", assessor="reporter", verdict="certain"
        ),
    )
    with writing(engine, WHY) as session:
        session.execute(update(model).values(**VOIDED))
    (found,) = facts(engine)[0].adverse_events
    assert (len(found.grades), len(found.causality)) == (
        (0, 1) if model is AdverseEventGrade else (1, 0)
    )


def test_events_of_another_site_stay_there(engine, store):
    add(engine, an_event(store("P1", 1), "a"), an_event(store("P2", 2), "b"))
    (patient,) = facts(engine, reads=frozenset({2}))
    assert [found.event_id for found in patient.adverse_events] == ["b"]


@pytest.mark.parametrize(
    ("taken", "loaded"),
    [
        ("2023-12-12", 0), ("2023-12-13", 1), ("2024-01-10", 1), ("2024-01-11", 0),
        ("2023-12", 1), ("2024", 1), ("2023-11", 0), ("2024-02", 0),
    ],
)  # fmt: skip
def test_only_results_that_may_be_a_baseline_are_loaded(engine, place, taken, loaded):
    add(engine, a_result(place, taken))
    (patient,) = facts(engine)
    assert len(patient.labs) == loaded


def test_a_result_comes_in_canonical_units(engine, place):
    add(engine, a_result(place, "2024-01-02", comparator="<"))
    (found,) = facts(engine)[0].labs
    assert (found.analyte, found.value, found.unit) == ("c3", Decimal("0.9"), "g/L")
    assert (found.comparator, found.text, found.collected_on.text) == ("<", "90", "2024-01-02")


def test_other_analytes_and_voided_results_are_left_out(engine, place):
    add(engine, a_result(place, "2024-01-02", analyte="sodium"), a_result(place, "2024-01-03"))
    with writing(engine, WHY) as session:
        voided = update(LaboratoryResult).where(LaboratoryResult.analyte == "c3")
        session.execute(voided.values(**VOIDED))
    assert facts(engine)[0].labs == ()


@pytest.mark.parametrize(
    ("final", "loaded"),
    [({"source": "form"}, 0), ({"source": "form", "signed_version": 1}, 1), ({}, 1)],
)
def test_results_of_a_visit_that_nobody_signed_are_left_out(engine, place, final, loaded):
    visit = Visit(code="before", visited_on=on("2024-01-02"), **(place | final))
    add(engine, visit)
    add(engine, a_result(place, "2024-01-02", visit_id=visit.id))
    assert len(facts(engine)[0].labs) == loaded


@pytest.mark.parametrize("written", ["C3", "Complement C3", "complement-c3"])
def test_an_analyte_is_known_however_a_file_writes_it(engine, place, written):
    add(engine, a_result(place, "2024-01-02", analyte=written))
    (found,) = facts(engine)[0].labs
    assert found.analyte == "c3"


def test_conditions_are_loaded_and_voided_ones_are_not(engine, place):
    nephritis = {"condition": "lupus_nephritis", "onset_on": on("2019"), "active": True}
    add(engine, Condition(**nephritis, **place), Condition(condition="cancer", **place))
    with writing(engine, WHY) as session:
        session.execute(update(Condition).where(Condition.condition == "cancer").values(**VOIDED))
    (found,) = facts(engine)[0].conditions
    assert (found.condition, found.onset_on.text, found.active) == ("lupus_nephritis", "2019", True)


def test_the_product_is_that_of_the_lots_of_the_infusion(engine, place):
    with writing(engine, WHY) as session:
        session.execute(update(Lot).values(product_name="Umbilica"))
    (course,) = facts(engine)[0].courses
    assert course.infusions[0].products == ("Umbilica",)


@pytest.fixture
def of_lots(engine, place):
    with writing(engine, WHY) as session:
        lot = session.query(Lot.id).scalar()
        alone = {"patient_id": None, "enrolment_id": None, "lot_id": lot, "source": "import"}
        session.add_all(
            [
                an_event({}, "mix-up", **alone, site_id=1, serious=True),
                an_event({}, "of-nobody", **alone, site_id=None, started_on=None),
                an_event({}, "draft", **alone, site_id=1, state="draft"),
                an_event(place, "of-a-patient", lot_id=lot),
            ]
        )


def lots_alone(engine, cut=CUT, **asked):
    with reading(engine) as session:
        return [found.event_id for found in product_events(session, cut, **asked)]


def test_events_of_a_lot_alone_are_no_patients(engine, of_lots):
    assert lots_alone(engine) == ["mix-up", "of-nobody"]
    assert [found.event_id for found in facts(engine)[0].adverse_events] == ["of-a-patient"]


def test_events_of_a_lot_keep_to_the_cut_the_site_and_the_reach(engine, of_lots):
    assert lots_alone(engine, date(2024, 1, 11)) == ["of-nobody"]
    assert lots_alone(engine, reads=frozenset({1})) == ["mix-up"]
    assert lots_alone(engine, reads=frozenset({2})) == []
    assert lots_alone(engine, site="A") == ["mix-up"]
    assert lots_alone(engine, site="B") == []
