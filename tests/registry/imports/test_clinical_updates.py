"""Results, flares and adverse events that are stored: derived beside typed, replaced when asked."""

from decimal import Decimal

import pytest
from sqlalchemy import Engine, select, update

from registry import clock
from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.models import (
    AdverseEvent,
    AdverseEventCausality,
    Flare,
    LaboratoryResult,
    Lot,
    LotTest,
)
from registry.operations.lots import decide
from registry.partial_date import PartialDate

CONTEXT = Context("cli:test", "for a test")
LABS = "patient_id,collected_on,analyte,lab_id,visit_id,value,unit\n"
EVENTS = (
    "event_id,verbatim_term,patient_id,lot_id,grade,serious,seriousness,causality,"
    "causality_reviewer,infusion_id\n"
)
FILES = {
    "labs.csv": LABS + "P1,2024-01-20,c3,R1,V1,80,mg/dL\nP1,2024-01-20,own,,,few,\n",
    "flares.csv": "flare_id,patient_id,onset_on,organs\nF1,P1,2024-05,skin; kidney\n",
    "lot_tests.csv": "lot_id,test,state\nL/1,sterility,pending\n",
    "adverse_events.csv": EVENTS
    + "E1,fever,P1,L/1,2,true,other;hospitalisation,possible,,I1\nE2,bag burst,,L/1,,,,,,\n",
}


def rows(engine: Engine, model: type) -> list:
    with reading(engine) as session:
        return list(session.scalars(select(model).order_by(model.id)))


@pytest.fixture
def stored(sqlite_engine, write, load) -> Engine:
    assert load(sqlite_engine, write(FILES)).errors == []
    return sqlite_engine


def test_the_canonical_value_stands_beside_what_was_typed(stored):
    known, own = rows(stored, LaboratoryResult)
    assert (known.value, known.unit) == ("80", "mg/dL")
    assert (known.canonical_value, known.canonical_unit) == (Decimal("0.8"), "g/L")
    assert known.rule_version
    assert known.visit_id is not None
    assert (own.value, own.canonical_value, own.rule_version) == ("few", None, None)


def test_lists_keep_the_order_typed(stored):
    (flare,) = rows(stored, Flare)
    assert flare.organs == "skin;kidney"
    assert rows(stored, AdverseEvent)[0].seriousness == "other;hospitalisation"


def test_an_event_of_a_lot_alone_has_no_patient_and_no_enrolment(stored):
    event = rows(stored, AdverseEvent)[1]
    assert (event.patient_id, event.enrolment_id, event.site_id) == (None, None, None)
    assert event.lot_id is not None


def test_the_same_folder_again_writes_nothing(stored, write, load):
    report = load(stored, write(FILES, "again"))
    assert (report.errors, report.imported) == ([], False)


@pytest.mark.parametrize(
    "case",
    [
        ("labs.csv", ",80,", ",90,", ("R1", "value", "80", "90")),
        ("flares.csv", "skin; kidney", "skin", ("F1", "organs", "skin;kidney", "skin")),
        ("adverse_events.csv", "P1,L/1,2", "P1,L/1,3", ("E1", "grade", "2", "3")),
        ("adverse_events.csv", "P1,L/1,2", "P1,,2", ("E1", "lot_id", "L/1", "")),
        ("adverse_events.csv", ",I1", ",", ("E1", "infusion_id", "I1", "")),
    ],
)
def test_an_update_is_refused_until_asked_for_and_then_told(stored, write, load, case):
    file, old, new, told = case
    changed = {**FILES, file: FILES[file].replace(old, new)}
    (problem,) = load(stored, write(changed, "refused")).errors
    assert (problem.file, problem.column) == (file, told[1])
    report = load(stored, write(changed, "asked"), update=True)
    assert [(c.key, c.column, c.old, c.new) for c in report.changes] == [told]
    again = load(stored, write(changed, "again"))
    assert (again.errors, again.imported) == ([], False)


def test_a_new_value_derives_a_new_canonical_value(stored, write, load):
    changed = {**FILES, "labs.csv": FILES["labs.csv"].replace("80,mg/dL", "0.7,g/L")}
    load(stored, write(changed, "again"), update=True)
    assert rows(stored, LaboratoryResult)[0].canonical_value == Decimal("0.7")


def test_a_file_without_units_leaves_the_stored_unit_and_derives_with_it(stored, write, load):
    short = "patient_id,collected_on,analyte,lab_id,value\nP1,2024-01-20,c3,R1,70\n"
    load(stored, write({**FILES, "labs.csv": short}, "again"), update=True)
    found = rows(stored, LaboratoryResult)[0]
    assert (found.unit, found.canonical_value) == ("mg/dL", Decimal("0.7"))


def test_verdicts_of_reporter_and_reviewer_are_rows_about_the_product(stored, write, load):
    changed = FILES["adverse_events.csv"].replace("possible,,", "certain,unlikely,")
    load(stored, write({**FILES, "adverse_events.csv": changed}, "again"), update=True)
    found = {(v.cause, v.assessor, v.verdict) for v in rows(stored, AdverseEventCausality)}
    assert found == {("product", "reporter", "certain"), ("product", "reviewer", "unlikely")}


def test_a_verdict_is_not_taken_back_by_an_empty_cell(stored, write, load):
    changed = FILES["adverse_events.csv"].replace("possible,,", ",,")
    report = load(stored, write({**FILES, "adverse_events.csv": changed}, "again"), update=True)
    assert [problem.column for problem in report.errors] == ["causality"]


def test_an_event_never_changes_its_patient(stored, write, load):
    changed = FILES["adverse_events.csv"].replace("bag burst,,", "bag burst,P1,")
    report = load(stored, write({**FILES, "adverse_events.csv": changed}, "again"), update=True)
    assert [problem.column for problem in report.errors] == ["event_id"]


def test_a_draft_of_the_same_event_is_not_overwritten(stored, write, load):
    with writing(stored, CONTEXT) as session:
        session.execute(update(AdverseEvent).values(state="draft"))
    report = load(stored, write(FILES, "again"), update=True)
    assert {(p.column, p.rule) for p in report.errors} == {
        ("event_id", "is in the registry as a draft; finish it on its page first")
    }


def test_a_voided_result_keeps_its_key(stored, write, load):
    gone = {"voided_at": clock.now(), "voided_by": "cli:test", "void_reason": "wrong patient"}
    with writing(stored, CONTEXT) as session:
        session.execute(update(LaboratoryResult).values(gone))
    report = load(stored, write(FILES, "again"))
    assert {p.rule for p in report.errors} == {"this key belongs to a voided record"}


def test_a_release_test_that_is_reported_later_is_another_row(stored, write, load):
    later = FILES["lot_tests.csv"] + "L/1,sterility,passed\n"
    assert load(stored, write({**FILES, "lot_tests.csv": later}, "again")).imported
    assert [test.state for test in rows(stored, LotTest)] == ["pending", "passed"]


def test_a_file_does_not_undo_what_was_decided_about_a_lot(stored, write, load):
    with writing(stored, CONTEXT) as session:
        lot = session.scalars(select(Lot)).one()
        made = {"decision": "quarantined", "decided_on": PartialDate.parse("2024-03-01")}
        decide(session, lot, made | {"reason": "growth"})
    released = "lot_id,cell_type,release_status\nL/1,msc,released\n"
    report = load(stored, write({**FILES, "lots.csv": released}, "again"), update=True)
    assert [(p.column, p.value) for p in report.errors] == [("release_status", "released")]
    assert rows(stored, Lot)[0].release_status == "quarantined"
