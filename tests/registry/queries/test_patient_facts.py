"""The page orders courses and infusions by the same rule as the summary."""

from decimal import Decimal
from uuid import uuid4

from registry.partial_date import PartialDate
from registry.queries.flares import FlareRow
from registry.queries.patient_facts import facts_of
from registry.queries.patient_page import PatientPageRows
from registry.queries.scope import PatientInReach
from registry.queries.treatment import CourseRow, InfusionRow


def patient():
    return PatientInReach(
        uuid4(), "P-1", "female", *[None] * 6, None, 1, enrolments=(), row_sites=None, writable=None
    )


def course(code, started=None):
    begun = PartialDate.parse(started) if started else None
    return CourseRow(uuid4(), code, None, None, None, None, begun, None, 1)


def infusion(code, at, course_id=None, sequence=None):
    when = PartialDate.parse(at, allow_time=True)
    dose = Decimal(1)
    return InfusionRow(
        uuid4(), code, course_id, when, sequence, "msc", None, dose, None, None, 1, "S", None, ()
    )


def courses_of(courses, infusions):
    rows = PatientPageRows((), (), tuple(courses), tuple(infusions), (), ())
    return [
        (c.course_id, c.ordinal, [i.infusion_id for i in c.infusions])
        for c in facts_of(patient(), rows).courses
    ]


def test_a_course_begun_early_and_infused_late_is_the_second():
    early, late = course("A", "2024-01-01"), course("B")
    given = [infusion("I-1", "2024-06-01", late.id), infusion("I-2", "2025-06-01", early.id)]
    assert courses_of([early, late], given) == [("B", 1, ["I-1"]), ("A", 2, ["I-2"])]


def test_an_infusion_of_a_voided_course_is_not_lost():
    given = [infusion("I-1", "2024-06-01", uuid4())]
    assert courses_of([], given) == [("", 1, ["I-1"])]


def test_of_two_infusions_on_one_day_the_earlier_time_comes_first():
    given = [infusion("I-2", "2024-06-01T14:00+01:00"), infusion("I-1", "2024-06-01T09:00+01:00")]
    assert courses_of([], given) == [("", 1, ["I-1", "I-2"])]


def test_a_flare_says_whether_the_patient_was_admitted():
    rows = PatientPageRows((), (), (), (), (), (), flares=(flare(True), flare(False), flare(None)))
    assert [one.admitted for one in facts_of(patient(), rows).flares] == [True, False, None]


def flare(admitted):
    return FlareRow(uuid4(), "F", 1, None, None, admitted, PartialDate.parse("2024-05-02"))
