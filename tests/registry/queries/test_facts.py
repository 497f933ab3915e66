"""Facts out of the database: what is counted, what is left out, and how many questions it takes."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import event, update

from registry.database.engine import reading, writing
from registry.models import (
    Consent,
    Course,
    Enrolment,
    Infusion,
    Medication,
    Patient,
    PatientStatus,
    ReportedEndpoint,
    Site,
    Visit,
)
from registry.queries.facts import load_facts
from tests.registry.queries.conftest import WHY, fill, on

CUT = date(2025, 12, 31)


def facts(engine, cut=CUT, reads=None):
    with reading(engine) as session:
        return load_facts(session, cut, reads=reads)


def test_everything_stored_comes_back_as_a_fact(engine, store):
    store("P1")
    (patient,) = facts(engine)
    (course,), (visit,) = patient.courses, patient.visits
    (infusion,), (assessment,) = course.infusions, visit.assessments
    assert (patient.patient_id, patient.enrolments[0].site_code) == ("P1", "A")
    assert (course.ordinal, course.legal_basis, infusion.lots) == (1, "trial", ("P1-lot",))
    assert infusion.started_at.exact == date(2024, 1, 10)
    assert (visit.visited_on, visit.attendance, visit.final) == (date(2024, 7, 10), "done", True)
    assert (assessment.total, assessment.parts) == (Decimal(4), {"clinical_points": 4})
    assert patient.medicines[0].daily_dose == Decimal("7.5")
    assert [len(part) for part in (patient.statuses, patient.consents, patient.endpoints)] == [
        1
    ] * 3


def test_nothing_after_the_cut_is_loaded(engine, store):
    store("P1")
    (patient,) = facts(engine, date(2024, 1, 9))
    assert (patient.courses, patient.visits) == ((), ())
    assert facts(engine, date(2023, 12, 31)) == ()


VOIDED = {
    "voided_at": datetime.fromisoformat("2025-01-01T00:00:00+00:00"),
    "voided_by": "x",
    "void_reason": "x",
}


@pytest.mark.parametrize(
    ("model", "part"),
    [
        (Visit, "visits"),
        (Medication, "medicines"),
        (ReportedEndpoint, "endpoints"),
        (PatientStatus, "statuses"),
        (Consent, "consents"),
    ],
)
def test_voided_rows_are_left_out(engine, store, model, part):
    store("P1")
    with writing(engine, WHY) as session:
        session.execute(update(model).values(**VOIDED))
    (patient,) = facts(engine)
    assert getattr(patient, part) == ()


def test_a_voided_patient_is_not_there(engine, store):
    store("P1")
    with writing(engine, WHY) as session:
        session.execute(update(Patient).values(**VOIDED))
    assert facts(engine) == ()


def test_a_visit_that_nobody_signed_is_counted_and_not_used(engine, store):
    place = store("P1") | {"source": "form"}
    with writing(engine, WHY) as session:
        session.add(Visit(code="draft", visited_on=on("2024-04-10"), **place))
        session.add(Visit(code="later", visited_on=on("2026-04-10"), **place))
        session.add(Visit(code="signed", visited_on=on("2024-05-10"), signed_version=1, **place))
    (patient,) = facts(engine)
    assert [visit.visit_id for visit in patient.visits] == ["signed", "P1-v"]
    assert patient.unsigned_visits == 1


def test_infusions_without_a_course_make_one_together(engine, store):
    place = store("P1")
    with writing(engine, WHY) as session:
        for n, day in enumerate(("2025-03-01", "2025-02-01")):
            session.add(Infusion(code=f"x{n}", started_at=on(day), cell_type="msc", **place))
    (patient,) = facts(engine)
    assert [(course.ordinal, len(course.infusions)) for course in patient.courses] == [
        (1, 1),
        (2, 2),
    ]
    assert [infusion.infusion_id for infusion in patient.courses[1].infusions] == ["x1", "x0"]


def test_a_course_begun_first_but_given_later_is_the_second(engine, store):
    place = store("P1")
    with writing(engine, WHY) as session:
        course = Course(code="a", mobilised_on=on("2023-10-01"), **place)
        session.add(course)
        session.flush()
        later = {"started_at": on("2025-02-01"), "cell_type": "hsc", "course_id": course.id}
        session.add(Infusion(code="x", **later, **place))
    (patient,) = facts(engine)
    assert [course.course_id for course in patient.courses] == ["P1-c", "a"]


def test_infusions_of_one_day_are_in_order_of_their_times(engine, store):
    place = store("P1")
    with writing(engine, WHY) as session:
        for code, time in (("x1", "16:00"), ("x2", "08:30")):
            given = on(f"2025-03-01T{time}+01:00")
            session.add(Infusion(code=code, started_at=given, cell_type="msc", **place))
    (patient,) = facts(engine)
    assert [given.infusion_id for given in patient.courses[1].infusions] == ["x2", "x1"]


def test_of_two_statuses_on_one_day_the_later_entered_comes_last(engine, store):
    place = store("P1")
    with writing(engine, WHY) as session:
        for status in ("lost", "withdrew_visits", "active", "completed"):
            person = {"patient_id": place["patient_id"]}
            session.add(PatientStatus(status=status, on=on("2025-03-01"), **person))
            session.flush()
    (patient,) = facts(engine)
    assert [fact.status for fact in patient.statuses[1:]] == [
        *("lost", "withdrew_visits", "active", "completed")
    ]


def test_a_site_reads_its_own_patients_only(engine, store):
    store("P1", site=1)
    store("P2", site=2)
    assert [p.patient_id for p in facts(engine, reads=frozenset({2}))] == ["P2"]
    assert facts(engine, reads=frozenset()) == ()


def test_after_a_transfer_the_new_site_reads_all_and_the_old_one_its_own(engine, store):
    place = store("P1", site=1, to_on=on("2024-12-31"))
    with writing(engine, WHY) as session:
        here = Enrolment(patient_id=place["patient_id"], site_id=2, from_on=on("2025-01-01"))
        session.add(here)
        session.flush()
        moved = place | {"enrolment_id": here.id, "site_id": 2}
        session.add(Visit(code="after", visited_on=on("2025-01-10"), **moved))
    by_site = {s: facts(engine, reads=frozenset({s}))[0] for s in (1, 2)}
    assert [v.visit_id for v in by_site[1].visits] == ["P1-v"]
    assert [v.visit_id for v in by_site[2].visits] == ["P1-v", "after"]
    assert [e.site_code for e in by_site[1].enrolments] == ["A"]


def count_queries(engine):
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    found = facts(engine)
    return len(found), len([text for text in asked if text.startswith("SELECT")])


def test_the_number_of_queries_does_not_grow_with_patients(sqlite_engine):
    engine = sqlite_engine
    with writing(engine, WHY) as session:
        session.add(Site(id=1, code="A", name="North"))
        session.flush()
        for n in range(12):
            fill(session, f"P{n:02}", 1, None)
    assert count_queries(engine) == (12, 19)
