"""Intercurrent rules from medicines, courses and recorded events: day 0 is 2024-05-17."""

from dataclasses import replace
from decimal import Decimal

import pytest

from registry.followup import intercurrent as rules
from registry.followup.facts import InfusionFact, IntercurrentFact
from registry.followup.immunosuppression import which
from registry.followup.intercurrent import After
from registry.partial_date import PartialDate
from tests.registry.followup.conftest import days, partial

CEILING = rules.steroid_above(
    Decimal(10), 141, "after week 20", "steroid_above_10_mg_after_week_20"
)
PULSE = rules.pulse_after(28)


@pytest.fixture
def happened(a_patient, a_medicine, a_course):
    """Ask one rule about medicine rows, recorded events and further courses, until day 349."""

    def ask(rule, *rows, events=(), courses=(), course=None):
        main = course or a_course()
        medicines = tuple(a_medicine(**row) for row in rows)
        patient = a_patient(
            medicines=medicines, intercurrent=tuple(events), courses=(main, *courses)
        )
        day_0 = main.infusions[0].started_at
        return rule.happened(After(patient, main, day_0, days(349)))

    return ask


def event(kind, on, **changes):
    return IntercurrentFact(kind, PartialDate.parse(on), **changes)


OTHER = {"drug": "hydroxychloroquine", "started": "2020"}
AZA = {"drug": "azathioprine", "unit": "mg"}
ALL = (
    *(rules.NEW_TREATMENT, rules.DOSE_ABOVE_BASELINE, rules.CYCLOPHOSPHAMIDE),
    *(rules.STEROID_ABOVE_BASELINE, PULSE, CEILING),
)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_without_any_medicine_row_nothing_is_known(happened, rule):
    assert happened(rule) is None
    assert happened(rule, OTHER) is False


@pytest.mark.parametrize(
    ("started", "answer"),
    [
        ("2024-05-17", False),  # day 0: conditioning
        ("2024-05-18", True),
        ("2025-05-01", True),  # day 349
        ("2025-05-02", False),  # the day of the visit
        ("2024-05", None),
        ("2024", None),
        ("2025-05", None),
        ("2023", False),
    ],
)
def test_a_new_immunosuppressant_begins_after_day_0(happened, started, answer):
    assert happened(rules.NEW_TREATMENT, AZA | {"started": started}) is answer


@pytest.mark.parametrize(
    ("before", "answer"),
    [
        ({"started": "2023-01-01"}, False),
        ({"started": "2023-01-01", "ended": "2024-04-19"}, False),  # 28 days before
        ({"started": "2023-01-01", "ended": "2024-04-18"}, True),  # stopped, and begun again
        ({"started": "2023-01-01", "ended": "2024-04"}, None),
        ({"started": "2024-05"}, None),
    ],
)
def test_what_was_taken_at_baseline_is_not_new(happened, before, answer):
    again = AZA | {"started": "2024-09-01"}
    assert happened(rules.NEW_TREATMENT, AZA | before, again) is answer


def test_another_medicine_of_the_list_is_new_and_one_outside_it_is_not(happened):
    before = AZA | {"started": "2023-01-01"}
    for drug, answer in (
        ("Mycophenolate mofetil", True), ("CellCept", True), ("BELIMUMAB sc", True),
        ("methotrexate", True), ("hydroxychloroquine", False), ("cyclophosphamide", False),
        ("prednisone", False), ("ibuprofen", False),
    ):  # fmt: skip
        row = {"drug": drug, "started": "2024-09-01"}
        assert happened(rules.NEW_TREATMENT, before, row) is answer, drug


def test_tacrolimus_on_the_skin_suppresses_nothing(a_medicine):
    assert which(a_medicine("tacrolimus", route="topical")) is None
    assert which(a_medicine("Tacrolimus", route="oral")) == "tacrolimus"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mycophenolate mofetil", "CellCept"),
        ("Azathioprine", "imuran"),
        ("belimumab iv", "Benlysta"),
        ("rituximab", "MabThera"),
        ("anifrolumab 300 mg", "anifrolumab"),
        ("litifilimab", "Litifilimab sc"),
    ],
)
def test_one_medicine_has_one_name_however_it_was_typed(happened, one, other):
    rows = {"drug": one, "started": "2023-01-01"}, {"drug": other, "started": "2024-09-01"}
    assert happened(rules.NEW_TREATMENT, *rows) is False
    assert happened(rules.NEW_TREATMENT, rows[1]) is True


@pytest.mark.parametrize(
    ("first", "then", "answer"),
    [
        ({"daily_dose": 100}, {"daily_dose": 150}, True),
        ({"daily_dose": 100}, {"daily_dose": 100}, False),
        ({"daily_dose": 100}, {"daily_dose": 50}, False),
        ({"dose": 50, "per_day": 2}, {"daily_dose": "100.5"}, True),
        ({"daily_dose": 1, "unit": "g"}, {"daily_dose": 1000}, False),
        ({"daily_dose": 100}, {}, None),
        ({}, {"daily_dose": 100}, None),
        ({"daily_dose": 1, "unit": "tablet"}, {"daily_dose": 100}, None),
        ({"daily_dose": 100}, {"daily_dose": 150, "started": "2024"}, None),
    ],
)
def test_a_dose_above_baseline(happened, first, then, answer):
    before = AZA | {"started": "2023-01-01"} | first
    after = AZA | {"started": "2024-09-01"} | then
    assert happened(rules.DOSE_ABOVE_BASELINE, before, after) is answer


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        ({"started": "2024-08-01", "ended": "2024-08-01"}, True),
        ({"started": "2024-05-10", "ended": "2024-05-12"}, False),  # conditioning
        ({"started": "2024-01-10", "ended": "2024-05-01"}, False),
        ({"started": "2024-01-10", "ended": "2024-06-01"}, True),
        ({"started": "2024-01-10"}, None),
        ({"started": "2024"}, None),
        ({"started": "2025-06-01"}, False),
    ],
)
def test_cyclophosphamide_after_day_0(happened, a_course, row, answer):
    course = a_course(started="2024-05-08")
    assert (
        happened(rules.CYCLOPHOSPHAMIDE, {"drug": "Cyclophosphamide"} | row, course=course)
        is answer
    )


@pytest.mark.parametrize(
    ("day", "answer"), [("2024-06-14", False), ("2024-06-15", True), ("2024-06", None)]
)
def test_a_pulse_counts_after_day_28(happened, day, answer):
    pulse = {"started": day, "ended": day, "route": "iv", "dose": 500, "per_day": 1, "unit": "mg"}
    assert happened(PULSE, pulse) is answer
    assert happened(PULSE, OTHER, events=[event("steroid_pulse", day)]) is answer


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        ({"started": "2024-07-01", "ended": "2024-07-05", "daily_dose": 5}, True),  # 5 days
        ({"started": "2024-05-17", "ended": "2024-05-17", "daily_dose": 50}, False),  # day 0
        ({"started": "2025-05-02", "daily_dose": 50}, False),  # at the visit
        ({"started": "2024-07-01", "daily_dose": 5, "as_needed": True}, None),
        ({"started": "2024-07-01"}, None),
    ],
)
def test_prednisone_above_baseline_on_any_day(happened, row, answer):
    assert happened(rules.STEROID_ABOVE_BASELINE, {"daily_dose": 10}, row) is answer


def test_premedication_of_a_second_infusion_is_no_rise(happened, a_course):
    twice = a_course("2024-05-17", "2024-06-17")
    for day, answer in (("2024-06-17", False), ("2024-06-18", True)):
        row = {"started": day, "ended": day, "daily_dose": 50}
        steady = {"daily_dose": 10}
        assert happened(rules.STEROID_ABOVE_BASELINE, steady, row, course=twice) is answer


@pytest.mark.parametrize(
    ("ended", "answer"),
    [("2024-10-04", False), ("2024-10-05", True), ("2024-10", None)],  # day 140, day 141
)
def test_above_10_mg_after_week_20(happened, ended, answer):
    rows = {"daily_dose": "10.5", "ended": ended}, {"daily_dose": 10, "started": "2025-01-01"}
    assert happened(CEILING, *rows) is answer


def test_exactly_10_mg_is_not_above_it(happened):
    assert happened(CEILING, {"daily_dose": 10}) is False


def a_later_course(a_course, on, cell_type="msc"):
    given = (InfusionFact("j1", partial(on), "S1", cell_type),)
    return replace(a_course(ordinal=2), course_id="c2", infusions=given)


@pytest.mark.parametrize(
    ("given", "planned", "answer"),
    [
        (("2024-11-01", "msc"), None, True),
        (("2024-11-01", "msc"), True, False),
        (("2024-11-01", "hsc"), True, True),
        (("2024-11-01", "car_t"), True, True),
        (("2025-11-01", "hsc"), None, False),
        (("2024", "msc"), None, None),
    ],
)
def test_another_course(happened, a_course, given, planned, answer):
    on, cell_type = given
    events = [event("unplanned_course", on, course_id="c2", planned=True)] if planned else []
    later = a_later_course(a_course, on, cell_type)
    assert happened(rules.ANOTHER_COURSE, courses=[later], events=events) is answer


def test_a_course_in_which_nothing_was_given_is_none(happened, a_course):
    planned = replace(a_later_course(a_course, "2024-11-01"), infusions=())
    assert happened(rules.ANOTHER_COURSE, courses=[planned]) is False


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        (event("new_biologic", "2024-08-01"), True),
        (event("new_biologic", "2024-08-01", planned=True), False),
        (event("new_biologic", "2024-05-17"), False),
        (event("new_biologic", "2024"), None),
        (event("pregnancy", "2024-08-01"), False),
    ],
)
def test_what_a_person_recorded_says_the_same(happened, found, answer):
    assert happened(rules.NEW_TREATMENT, OTHER, events=[found]) is answer


def test_a_record_decides_where_there_is_no_medicine_history(happened):
    assert happened(rules.NEW_TREATMENT, events=[event("new_biologic", "2024-08-01")]) is True


def test_a_row_that_begins_with_a_planned_event_is_exempt(happened):
    row = AZA | {"started": "2024-08-01"}
    planned = [event("new_immunosuppressant", "2024-08-01", planned=True)]
    assert happened(rules.NEW_TREATMENT, row, events=planned) is False
    assert happened(rules.NEW_TREATMENT, row, AZA | {"started": "2024-08-02"}, events=planned)


def test_where_day_0_is_vague_nothing_near_it_is_certain(happened, a_course):
    vague = a_course("2024-05")
    for started, answer in (("2024-05-20", None), ("2024-06-01", True), ("2024-04-30", False)):
        row = AZA | {"started": started}
        assert happened(rules.NEW_TREATMENT, row, course=vague) is answer
