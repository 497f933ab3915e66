"""What the page of a visit reads of the patient's other records, on both databases."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.models import (
    AdverseEvent,
    AdverseEventCausality,
    ContactAttempt,
    Flare,
    Infusion,
    IntercurrentEvent,
    Patient,
    Visit,
)
from registry.partial_date import PartialDate
from registry.queries.facts import load_facts
from registry.queries.patient_lists import lists_of
from registry.queries.scope import Reach, patient_in_reach
from registry.queries.visit_change import around

WHY = Context("tests", "around a visit")


def on(text):
    return PartialDate.parse(text, allow_time=True)


@pytest.fixture
def place(store):
    return store("P-1")


@pytest.fixture
def add(engine):
    def rows(*made):
        with writing(engine, WHY) as session:
            session.add_all(made)
            session.flush()
            return [row.id for row in made]

    return rows


def read(engine, load):
    with reading(engine) as session:
        patient = patient_in_reach(session, Reach(None, None), "P-1")
        return load(session, patient)


def visit_id(engine):
    with reading(engine) as session:
        return session.query(Visit.id).scalar()


def event(place, code, **given):
    said = {"verbatim_term": "oedema", "state": "reported", "started_on": on("2024-06")}
    return AdverseEvent(code=code, **place | said | given)


def test_events_of_the_visit_and_stays_in_hospital_are_told_apart(engine, place, add):
    mine = visit_id(engine)
    stay = {"seriousness": "hospitalisation;other", "serious": True}
    add(
        event(place, "E-1", visit_id=mine),
        event(place, "E-2", **stay),
        event(place, "E-3", **stay, state="draft", visit_id=mine),
        event(place, "E-4", started_on=None),
    )
    found = read(engine, lambda session, p: around(session, p, SimpleNamespace(id=mine)))
    assert [(e.code, e.state, e.serious) for e in found.events] == [
        ("E-1", "reported", None),
        ("E-3", "draft", True),
    ]
    (one,) = found.admissions
    assert (one.on.text, one.for_lupus, one.stayed) == ("2024-06", None, True)


@pytest.mark.parametrize(
    ("verdicts", "for_lupus"),
    [
        ({"reporter": "possible"}, True),
        ({"reporter": "unlikely", "reviewer": "probable"}, True),
        ({"reporter": "unlikely", "reviewer": "not_related"}, False),
        ({"reporter": "unassessable"}, None),
        ({"reporter": "unlikely", "reviewer": "conditional"}, None),
    ],
)
def test_who_says_that_lupus_caused_a_stay(engine, place, add, verdicts, for_lupus):
    (key,) = add(event(place, "E-1", seriousness="hospitalisation"))
    add(
        *(
            AdverseEventCausality(event_id=key, cause="lupus", assessor=who, verdict=said)
            for who, said in verdicts.items()
        ),
        AdverseEventCausality(
            event_id=key, cause="product", assessor="reporter", verdict="certain"
        ),
    )
    here = SimpleNamespace(id=visit_id(engine))
    found = read(engine, lambda session, p: around(session, p, here))
    assert [one.for_lupus for one in found.admissions] == [for_lupus]


def test_flares_tell_of_admissions_and_infusions_of_weights(engine, place, add):
    flare = {"onset_on": on("2024-05-02"), **place}
    add(
        Flare(code="F-1", admitted=True, **flare),
        Flare(code="F-2", admitted=False, **flare),
        Flare(code="F-3", **flare),
        Infusion(code="I-2", started_at=on("2024-03-01T10:00+01:00"), cell_type="msc",
                 weight_kg=Decimal("61.5"), **place),
        Infusion(code="I-3", started_at=on("2024-04-01"), cell_type="msc",
                 weight_kg=Decimal(62), weighed_on=on("2024-03-28"), **place),
    )  # fmt: skip
    here = SimpleNamespace(id=visit_id(engine))
    found = read(engine, lambda session, p: around(session, p, here))
    assert sorted(one.stayed for one in found.admissions) == [False, True]
    told = {"F-1": True, "F-2": False, "F-3": None}
    assert {one.flare_id: one.admitted for one in found.flares} == told
    with reading(engine) as session:
        (facts,) = load_facts(session, date(2026, 1, 1))
    assert {one.flare_id: one.admitted for one in facts.flares} == told
    assert sorted((day.latest.isoformat(), kg) for day, kg in found.weights) == [
        ("2024-03-01", Decimal("61.5")),
        ("2024-03-28", Decimal(62)),
    ]


@pytest.mark.parametrize(("reads", "seen"), [({1}, 1), ({2}, 2)])
def test_a_former_site_reads_its_own(engine, store, add, reads, seen):
    """Of flares, events, contacts and admissions alike."""
    from registry.models import Enrolment

    place = store("P-1", to_on=PartialDate.parse("2024-08-01"))
    with writing(engine, WHY) as session:
        patient = session.query(Patient).one()
        there = Enrolment(patient_id=patient.id, site_id=2, from_on=on("2024-08-01"))
        session.add(there)
        session.flush()
        elsewhere = place | {"enrolment_id": there.id, "site_id": 2}
    for n, where in enumerate((place, elsewhere)):
        day = {"onset_on": on(f"2024-0{n + 6}-01")}
        add(
            Flare(code=f"F-{n}", severity="mild", organs="renal;gut", admitted=True,
                  ended_on=on("2024-12"), **day, **where),
            IntercurrentEvent(type="dialysis", on=on("2024-07"), planned=n == 1, **where),
            ContactAttempt(attempted_at=on("2024-07-02T10:00+02:00"), mode="phone", **where),
        )  # fmt: skip
    here = SimpleNamespace(id=visit_id(engine))
    with reading(engine) as session:
        patient = patient_in_reach(session, Reach(frozenset(reads), frozenset()), "P-1")
        lists, found = lists_of(session, patient), around(session, patient, here)
    assert [len(rows) for rows in (lists.flares, lists.intercurrent, lists.contacts)] == [seen] * 3
    assert len(found.admissions) == seen
    flare = lists.flares[0]
    assert (flare.severity, flare.organs, flare.admitted) == ("mild", "renal;gut", True)
    assert flare.ended_on.text == "2024-12"
    assert [row.planned for row in lists.intercurrent] == [False, True][:seen]
    assert lists.contacts[0].attempted_at.text == "2024-07-02T10:00+02:00"
