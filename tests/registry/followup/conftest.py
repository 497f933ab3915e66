"""Small patients for follow-up: day 0 is 2024-05-17 unless a test says otherwise."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from registry.followup.facts import (
    AssessmentFact,
    CourseFact,
    InfusionFact,
    LabFact,
    MedicineFact,
    PatientFacts,
    VisitFact,
)
from registry.instruments import lldas_questions, sledai_2k
from registry.laboratory.reading import canonical
from registry.partial_date import PartialDate

DAY_0 = date(2024, 5, 17)


def days(offset):
    """Return the day so many days after day 0."""
    return DAY_0 + timedelta(days=offset)


def partial(text):
    return None if text is None else PartialDate.parse(text, allow_time=True)


@pytest.fixture(scope="session")
def a_course():
    def build(*infused, started=None, mobilised=None, ordinal=1):
        infusions = tuple(
            InfusionFact(f"i{number}", partial(text), "S1", "msc", sequence=number)
            for number, text in enumerate(infused or (DAY_0.isoformat(),), 1)
        )
        return CourseFact("c1", ordinal, partial(started), partial(mobilised), infusions=infusions)

    return build


@pytest.fixture(scope="session")
def a_visit():
    """Build a final, done visit on a day after day 0, with a SLEDAI-2K unless told otherwise."""

    def build(day, timepoint=None, *, instruments=("sledai_2k",), **changes):
        facts = {
            "visit_id": f"v{day}{timepoint or ''}",
            "visited_on": None if day is None else DAY_0 + timedelta(days=day),
            "timepoint": timepoint,
            "attendance": "done",
            "final": True,
            "assessments": tuple(
                AssessmentFact(code, "1", Decimal(4), Decimal(4), Decimal(4), complete=True)
                for code in instruments
            ),
        }
        return VisitFact(**(facts | changes))

    return build


@pytest.fixture(scope="session")
def a_patient():
    def build(*visits, **changes):
        facts = {
            "patient_id": "P1",
            "sex": "female",
            "birth_date": None,
            "enrolments": (),
            "statuses": (),
            "consents": (),
            "courses": (),
            "visits": visits,
            "medicines": (),
            "endpoints": (),
        }
        return PatientFacts(**(facts | changes))

    return build


@pytest.fixture
def a_lab():
    """Build a result as entered, on a day after day 0 or on a date given as text."""

    def build(day, analyte, value, unit, comparator=None):
        on = (DAY_0 + timedelta(days=day)).isoformat() if isinstance(day, int) else day
        read = canonical(analyte, str(value), unit, comparator)
        return LabFact(
            *(analyte, partial(on), read.value, read.unit, comparator),
            text=str(value),
            entered_unit=unit,
        )

    return build


@pytest.fixture(scope="session")
def a_medicine():
    def build(drug="prednisone", started="2024-01-01", ended=None, **changes):
        numbers = {
            name: Decimal(str(changes.pop(name)))
            for name in ("dose", "per_day", "daily_dose")
            if name in changes
        }
        changes.setdefault("route", "oral")
        return MedicineFact(drug, partial(started), partial(ended), **numbers, **changes)

    return build


@pytest.fixture(scope="session")
def said():
    """Build the answers to the questions of the target states: all in favour, unless changed."""

    def build(**changes):
        kind = lldas_questions.INSTRUMENT
        answers = dict.fromkeys((item.code for item in kind.items), 0)
        answers |= {"maintenance_tolerated": 1} | changes
        score = kind.score(answers)
        row = kind.to_row(answers)
        numbers = (score.total, score.known_points, score.max_possible, score.complete)
        return (AssessmentFact(kind.code, kind.version, *numbers, answers=row),)

    return build


@pytest.fixture(scope="session")
def an_activity():
    """Build the SLEDAI-2K of present and unassessed items, and a PGA, as a visit stores them."""

    def build(present=(), unknown=(), pga=None):
        answers = {item.code: 0 for item in sledai_2k.ITEMS}
        answers |= dict.fromkeys(present, 1) | dict.fromkeys(unknown)
        score = sledai_2k.score(answers)
        facts = (
            AssessmentFact(
                *("sledai_2k", sledai_2k.VERSION, score.total, score.known_points),
                *(score.max_possible, score.complete),
                parts=score.parts,
                answers=sledai_2k.INSTRUMENT.to_row(answers),
            ),
        )
        if pga is None:
            return facts
        value = Decimal(pga)
        return (*facts, AssessmentFact("pga", "1", value, value, value, complete=True))

    return build
