from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from registry.analysis.provenance import Maker, Question
from registry.analysis.summary import summarise
from registry.followup.facts import (
    AdverseEventFact,
    AssessmentFact,
    CourseFact,
    EndpointFact,
    EnrolmentFact,
    FlareFact,
    InfusionFact,
    PatientFacts,
    VisitFact,
)
from registry.partial_date import PartialDate

NASTY = '=HYPERLINK("http://example.org")'


def patient(code, total, lot, origin=None):
    started = PartialDate.parse("2024-01-10")
    score = Decimal(total)
    parts = {"clinical_points": total, "clinical_max_possible": total, "clinical_complete": True}
    sledai = AssessmentFact("sledai_2k", "1", score, score, score, complete=True, parts=parts)
    infusion = InfusionFact(f"{code}-i", started, "A", "msc", lots=(lot,))
    return PatientFacts(
        patient_id=code,
        sex="female",
        birth_date=None,
        enrolments=(EnrolmentFact("A", PartialDate.parse("2024-01-01")),),
        statuses=(),
        consents=(),
        courses=(CourseFact(f"{code}-c", 1, None, infusions=(infusion,)),),
        visits=(
            VisitFact(f"{code}-v", date(2024, 7, 10), None, "done", True, assessments=(sledai,)),
        ),
        medicines=(),
        endpoints=(EndpointFact("remission", "month_6", "met", None, origin),),
        flares=(FlareFact(f"{code}-f", PartialDate.parse("2024-03-01")),),
        adverse_events=(
            AdverseEventFact(
                f"{code}-e",
                "own words",
                PartialDate.parse("2024-02-01"),
                term="@Sepsis",
                grade=4,
                outcome="fatal",
            ),
        ),
    )


@pytest.fixture
def patients():
    return [patient("a", 4, "L1", "=1+1"), patient("b", 9, NASTY)]


@pytest.fixture
def summarised():
    maker = Maker("registry 1", "0001", datetime(2026, 1, 1, tzinfo=UTC), "cli:test")

    def run(facts, by=None):
        return summarise(facts, Question(date(2025, 6, 1), None, by), maker)

    return run
