from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from registry.analysis.provenance import Maker, Question
from registry.analysis.summary import summarise
from registry.followup.facts import (
    AssessmentFact,
    CourseFact,
    EnrolmentFact,
    InfusionFact,
    PatientFacts,
    VisitFact,
)
from registry.partial_date import PartialDate

DAY_0 = date(2024, 1, 10)
CUT = date(2025, 12, 31)


def day(offset):
    return DAY_0 + timedelta(days=offset)


class Make:
    """Builds small honest patients; every part can be replaced by name."""

    day = staticmethod(day)
    day_0 = DAY_0
    cut = CUT

    @staticmethod
    def sledai(total, *, known=None, highest=None, clinical=None, total_only=False, version="1"):
        known = total if known is None else known
        highest = total if highest is None else highest
        parts = {} if total_only else {"clinical_points": known if clinical is None else clinical}
        if parts:
            parts |= {"clinical_max_possible": highest, "clinical_complete": known == highest}
        numbers = [None if n is None else Decimal(n) for n in (total, known, highest)]
        return AssessmentFact(
            "sledai_2k", version, *numbers, complete=total is not None,
            total_only=total_only, parts=parts,
        )  # fmt: skip

    @staticmethod
    def pga(value):
        score = Decimal(value)
        return AssessmentFact("pga", "1", score, score, score, complete=True)

    @staticmethod
    def visit(offset, *assessments, **changes):
        fact = VisitFact(f"v{offset}", day(offset), None, "done", True, assessments=assessments)
        return replace(fact, **changes)

    @staticmethod
    def course(started=None, *, ordinal=1, site="A", **infusion):
        given = {"cell_type": "msc"} | infusion
        on = started or PartialDate.on(DAY_0)
        return CourseFact(
            f"c{ordinal}",
            ordinal,
            None,
            infusions=(InfusionFact(f"i{ordinal}", on, site, **given),),
        )

    def patient(self, code="p1", **changes):
        fact = PatientFacts(
            patient_id=code,
            sex="female",
            birth_date=None,
            enrolments=(EnrolmentFact("A", PartialDate.on(day(-30))),),
            statuses=(),
            consents=(),
            courses=(self.course(),),
            visits=(),
            medicines=(),
            endpoints=(),
        )
        return replace(fact, **changes)


@pytest.fixture(scope="session")
def make():
    return Make()


@pytest.fixture(scope="session")
def maker():
    return Maker("registry 1", "0001", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "cli:test")


@pytest.fixture(scope="session")
def summary(maker):
    def run(*patients, cut=CUT, site=None, by=None):
        return summarise(patients, Question(cut, site, by), maker)

    return run


@pytest.fixture(scope="session")
def row():
    """Find the one row with these keys."""

    def find(rows, **keys):
        keys = {"population": "infused"} | keys
        (found,) = [r for r in rows if all(r[k] == v for k, v in keys.items())]
        return found

    return find
