"""A file that changes a reported case keeps versions of it, as the pages do."""

import pytest
from sqlalchemy import select

from registry.database.engine import reading
from registry.models import AdverseEvent, AdverseEventVersion
from registry.queries.adverse_event_case import event_in_reach, row_of, versions_of
from registry.queries.adverse_events import Wanted, events_page
from registry.queries.scope import Reach

HEAD = "event_id,verbatim_term,patient_id,lot_id,grade,serious,causality\n"
FIRST = HEAD + "E1,fever,P1,L/1,2,true,possible\nE2,rash,P1,,1,,\n"


@pytest.fixture
def update(engine, write, load):
    """Import the first file, then a function that imports another one over it."""
    assert load(engine, write({"adverse_events.csv": FIRST})).imported
    names = iter(range(100))

    def updated(content):
        folder = write({"adverse_events.csv": content}, f"again-{next(names)}")
        return load(engine, folder, update=True)

    return updated


def versions(engine, code="E1"):
    with reading(engine) as session:
        return session.scalars(
            select(AdverseEventVersion)
            .join(AdverseEvent, AdverseEvent.id == AdverseEventVersion.event_id)
            .where(AdverseEvent.code == code)
            .order_by(AdverseEventVersion.version)
        ).all()


def event(engine, code="E1"):
    with reading(engine) as session:
        return session.scalars(select(AdverseEvent).where(AdverseEvent.code == code)).one()


def test_a_case_that_a_file_brought_has_no_version_until_it_changes(engine, update):
    assert versions(engine) == []


def test_a_changed_case_keeps_what_it_was_and_what_it_is(engine, update):
    assert update(FIRST.replace("L/1,2,", "L/1,3,")).imported
    first, second = versions(engine)
    assert (first.version, first.by, first.content["grade"]) == (1, "import", 2)
    assert (second.version, second.by, second.content["grade"]) == (2, "cli:test", 3)
    assert second.reason == "import for a test"
    assert second.content["causality"] == [["product", "reporter", "possible"]]


def test_a_case_that_stays_the_same_gets_no_version(engine, update):
    assert update(FIRST.replace("L/1,2,", "L/1,3,")).imported
    assert versions(engine, "E2") == []


def test_a_verdict_alone_is_a_change_of_the_case(engine, update):
    before = event(engine).row_version
    assert update(FIRST.replace("possible", "unlikely")).imported
    first, second = versions(engine)
    assert first.content["causality"] == [["product", "reporter", "possible"]]
    assert second.content["causality"] == [["product", "reporter", "unlikely"]]
    assert event(engine).row_version == before + 1


def test_each_further_change_is_one_version_more(engine, update):
    for grade in ("3", "4"):
        assert update(FIRST.replace("L/1,2,", f"L/1,{grade},")).imported
    assert [kept.content["grade"] for kept in versions(engine)] == [2, 3, 4]


def test_nobody_is_the_reporter_of_an_imported_case(engine, update):
    assert update(FIRST.replace("L/1,2,", "L/1,3,")).imported
    with reading(engine) as session:
        page = events_page(session, Reach.everything(), Wanted())
        stored = event_in_reach(session, Reach.everything(), "E1")
        row = row_of(stored, versions_of(session, stored.row.id))
    assert {line.reporter for line in page.rows} == {None}
    assert row.reporter is None
