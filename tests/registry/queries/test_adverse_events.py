"""Events are read inside the reach of a person, on both databases."""

import pytest
from sqlalchemy import select

from registry import clock
from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.errors import NotInReachError
from registry.models import (
    AdverseEvent,
    AdverseEventCausality,
    AdverseEventGrade,
    AdverseEventVersion,
    Assessment,
    Enrolment,
    Lot,
    Patient,
    Site,
    Visit,
)
from registry.partial_date import PartialDate
from registry.queries import adverse_event_case as cases
from registry.queries import adverse_events as queries
from registry.queries.adverse_events import Wanted
from registry.queries.scope import Reach, patient_in_reach

A, B, C = 1, 2, 3
ALL = {"E-1", "E-2", "E-3", "E-4"}


def on(text):
    return PartialDate.parse(text)


@pytest.fixture
def registry(engine):
    """A patient who went from A to B with an event at each, one of a lot, and one of no site."""
    with writing(engine, Context("tests", "events")) as session:
        session.add_all(
            [Site(id=n, code=code, name=code) for n, code in ((A, "A"), (B, "B"), (C, "C"))]
        )
        patient, lot = Patient(code="P-1", sex="female"), Lot(code="L-1", cell_type="msc")
        session.add_all([patient, lot])
        session.flush()
        places = []
        for site, start, end in ((A, "2025", "2026-01-01"), (B, "2026-01-01", None)):
            stay = Enrolment(
                patient_id=patient.id, site_id=site, from_on=on(start), to_on=end and on(end)
            )
            session.add(stay)
            session.flush()
            places.append({"patient_id": patient.id, "enrolment_id": stay.id, "site_id": site})
        visit = Visit(code="V-1", visited_on=on("2026-03-10"), **places[1])
        session.add(visit)
        session.flush()
        session.add(
            Assessment(
                visit_id=visit.id, instrument="side_effects", rule_version="registry/1",
                answers=[0] * 9, complete=True, **places[1],
            )
        )  # fmt: skip
        add(session, "E-1", started_on=on("2025-05-01"), serious=True, **places[0])
        add(session, "E-2", started_on=on("2025-05"), visit_id=visit.id, state="draft", **places[1])
        add(session, "E-3", lot_id=lot.id, site_id=B, outcome="recovered")
        add(session, "E-4", lot_id=lot.id)
    return engine


def add(session, code, **given):
    event = AdverseEvent(code=code, verbatim_term=f"100% {code}", term="Fever", **given)
    session.add(event)
    session.flush()
    session.add_all(
        [
            AdverseEventGrade(event_id=event.id, on=on("2026-02"), grade=2, serious=False),
            AdverseEventGrade(event_id=event.id, on=on("2026-01-05"), grade=1),
            AdverseEventCausality(
                event_id=event.id, cause="product", assessor="reporter", verdict="possible"
            ),
            AdverseEventVersion(
                event_id=event.id, version=1, at=clock.now(), by="ann",
                content={"item": "side_effects.fever"},
            ),
        ]
    )  # fmt: skip


def reach(*sites):
    return Reach(frozenset(sites), frozenset(sites))


def listed(engine, who, **wanted):
    with reading(engine) as session:
        return {row.code for row in queries.events_page(session, who, Wanted(**wanted)).rows}


@pytest.mark.parametrize(
    ("sites", "seen"),
    [
        ((A,), {"E-1", "E-3", "E-4"}),
        ((B,), ALL),
        ((A, C), {"E-1", "E-3", "E-4"}),
        ((C,), {"E-3", "E-4"}),
    ],
)
def test_a_former_site_reads_its_own_and_everybody_what_names_no_patient(registry, sites, seen):
    assert listed(registry, reach(*sites)) == seen
    for code in ALL:
        with reading(registry) as session:
            if code in seen:
                assert cases.event_in_reach(session, reach(*sites), code).row.code == code
                continue
            with pytest.raises(NotInReachError):
                cases.event_in_reach(session, reach(*sites), code)


def test_the_whole_registry_reads_all_but_the_events_of_a_voided_patient(registry):
    assert listed(registry, Reach.everything()) == ALL
    with writing(registry, Context("tests", "a patient entered twice")) as session:
        patient = session.query(Patient).one()
        patient.voided_at, patient.voided_by, patient.void_reason = clock.now(), "x", "twice"
    assert listed(registry, Reach.everything()) == {"E-3", "E-4"}


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        ({"serious": True}, {"E-1"}),
        ({"open": True}, {"E-1", "E-2", "E-4"}),
        ({"drafts": True}, {"E-2"}),
        ({"lot": "l-1"}, {"E-3", "E-4"}),
        ({"term": "FEVER"}, ALL),
        ({"term": "100%"}, ALL),
        ({"term": "1_0"}, set()),
        ({"term": "e-1"}, {"E-1"}),
        ({"term": "x" * 81}, set()),
        ({"lot": "\ud800"}, set()),
    ],
)
def test_the_filters(registry, wanted, seen):
    assert listed(registry, Reach.everything(), **wanted) == seen


def test_a_case_comes_with_its_parts_in_order(registry):
    with reading(registry) as session:
        stored = cases.event_in_reach(session, reach(B), "E-2")
        grades, causes = cases.parts_of(session, stored.row.id)
        versions = cases.versions_of(session, stored.row.id)
    assert (stored.patient.code, stored.visit, stored.site, stored.lot) == ("P-1", "V-1", "B", None)
    assert [(row.on.text, row.grade, row.serious) for row in grades] == [
        ("2026-01-05", 1, None),
        ("2026-02", 2, False),
    ]
    assert [(c.cause, c.assessor, c.verdict) for c in causes] == [
        ("product", "reporter", "possible")
    ]
    assert [(v.version, v.by, v.aware_at) for v in versions] == [(1, "ann", None)]
    assert cases.row_of(stored, versions).reporter == "ann"


@pytest.mark.parametrize("code", ["", "E-9", "\ud800", "a\nb", "\x00"])
def test_what_is_not_there_is_not_there(registry, code):
    with reading(registry) as session, pytest.raises(NotInReachError):
        cases.event_in_reach(session, Reach.everything(), code)


def test_duplicates_are_found_within_the_reach_only(registry):
    with reading(registry) as session:
        rows = queries.events_page(session, reach(B), Wanted()).rows
        found = queries.probable_duplicates(session, reach(B), rows)
        assert {
            code: [(like.event_id, like.certain) for like in likes] for code, likes in found.items()
        } == {
            "E-1": [("E-2", False)],
            "E-2": [("E-1", False)],
        }
        rows = queries.events_page(session, reach(A), Wanted()).rows
        assert queries.probable_duplicates(session, reach(A), rows) == {}
        assert queries.probable_duplicates(session, reach(A), []) == {}


def test_a_draft_whose_question_is_absent_now_was_taken_back(registry):
    with reading(registry) as session:
        patient = patient_in_reach(session, reach(B), "P-1")
        rows = queries.events_of(session, patient)
        assert {row.code for row in rows} == {"E-1", "E-2"}
        assert queries.taken_back(session, rows) == {"E-2"}
        visit = session.query(Visit).one()
        assert [row.code for row in queries.events_of_visit(session, visit.id)] == ["E-2"]


def test_of_two_open_enrolments_that_files_brought_the_latest_one_reads_everything(registry):
    with writing(registry, Context("tests", "an end taken away")) as session:
        first = session.scalars(select(Enrolment).order_by(Enrolment.id)).first()
        first.to_on = None
    for site, seen in ((A, {"E-1", "E-3", "E-4"}), (B, ALL)):
        with reading(registry) as session:
            page = queries.events_page(session, Reach(frozenset({site}), frozenset()), Wanted())
        assert {row.code for row in page.rows} == seen
