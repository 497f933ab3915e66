"""What one patient was like before treatment, value by value; None is not known.

Unit: as each function says.  Everything is as of the course start (the day itself counts as
before) and never from after the first dose.
"""

import re
from datetime import date, timedelta
from decimal import Decimal

from registry.analysis.members import Member
from registry.followup import clocks, conditions, steroids
from registry.followup.cumulative import is_cyclophosphamide
from registry.followup.facts import ConditionFact, LabFact, MedicineFact
from registry.followup.timepoints import BASELINE_DAYS
from registry.partial_date import PartialDate

VERSION = "table1/1"
#: Assays of one antibody do not compare, so each is an analyte of its own.
ANALYTES = ("c3", "c4", "anti_dsdna_farr", "anti_dsdna_elisa", "upcr", "creatinine")
VAGUE_DAYS = 366  # a year of birth will do; less than that is no age
OTHER = "other"
_CODE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_DAYS_IN_YEAR = Decimal("365.25")


def age(member: Member) -> Decimal | None:
    """Return the age on day 0 in years."""
    return _years(member.patient.birth_date, _day_0(member))


def disease_duration(member: Member) -> Decimal | None:
    """Return the time from the diagnosis of lupus to day 0 in years."""
    return _years(member.patient.sle_diagnosed_on, _day_0(member))


def sex(member: Member) -> str | None:
    """Return the sex at birth."""
    recorded = member.patient.sex
    return None if recorded == "unknown" else recorded


def year(member: Member) -> str | None:
    """Return the calendar year of day 0."""
    day_0 = _day_0(member)
    if day_0 is None or day_0.earliest.year != day_0.latest.year:
        return None
    return str(day_0.earliest.year)


def cell_type(member: Member) -> str | None:
    """Return the kind of cells of the first infusion."""
    return member.first_infusion.cell_type if member.first_infusion else None


def legal_basis(member: Member) -> str | None:
    """Return under which law the main course was given."""
    recorded = member.course.legal_basis if member.course else None
    return None if recorded == "unknown" else recorded


def prednisone(member: Member) -> Decimal | None:
    """Return mg prednisone-equivalent per day over the 28 days before, where it is certain."""
    start = _start(member)
    if start is None or start.exact is None:
        return None
    return steroids.exposure(member.patient.medicines, start.exact).mean


def prior_cyclophosphamide(member: Member) -> bool | None:
    """Whether it was given before the course; the medicine history counts as known once begun."""
    said = had(member).get("prior_cyclophosphamide")
    start, medicines = _start(member), member.patient.medicines
    taken = [row for row in medicines if is_cyclophosphamide(row.drug)]
    if said or start is None:
        return said
    if any(row.started_on.certainly_before(start) for row in taken):
        return True
    if said is not None:
        return said
    return False if medicines and not any(_may_be_before(row, start) for row in taken) else None


def prior_cell_therapy(member: Member) -> bool | None:
    """Whether there was an earlier cell therapy or transplant anywhere."""
    said = had(member)
    answers = [said.get(code) for code in conditions.EARLIER_CELLS]
    return True if any(answers) else answers[0]


def had(member: Member) -> dict[str, bool]:
    """Return condition → whether the patient had, or had had, it by the course start.

    Of rows that contradict each other the presence holds; what nobody answered is not there.
    """
    found: dict[str, bool] = {}
    for fact in _conditions(member):
        said = condition_read(fact.condition)
        if said is not None:
            code, present = said
            found[code] = found.get(code, False) or present
    return found


def active(member: Member) -> dict[str, bool]:
    """Return condition → whether it is recorded as active; an absent one is not."""
    found: dict[str, bool] = {}
    for fact in _conditions(member):
        said = condition_read(fact.condition)
        if said is not None and (fact.active is not None or not said[1]):
            code, present = said
            found[code] = found.get(code, False) or bool(present and fact.active)
    return found


def condition_read(stored: str) -> tuple[str, bool] | None:
    """Return the code of a stored condition and whether it is present; None = nobody can say.

    What is not a code may say anything, so it is counted but not quoted.
    """
    said = conditions.read(stored)
    if said.answer == conditions.UNKNOWN:
        return None
    code = said.condition if _CODE.fullmatch(said.condition) else OTHER
    return code, said.answer == conditions.PRESENT


def _conditions(member: Member) -> list[ConditionFact]:
    start = _start(member)
    return [
        fact
        for fact in member.patient.conditions
        if start and (fact.onset_on is None or not fact.onset_on.certainly_after(start))
    ]


def lab(member: Member, analyte: str) -> LabFact | None:
    """Return the last value on or up to 28 days before the course start.

    One that may have been taken after it, or before those days, is not trusted.
    """
    start = _start(member)
    if start is None:
        return None
    last = min(start.latest, _latest(_day_0(member)))
    found = [
        fact
        for fact in member.patient.labs
        if fact.analyte == analyte and _within(fact.collected_on, last) and fact.value is not None
    ]
    return found[-1] if found else None


def _within(taken: PartialDate, last: date) -> bool:
    return taken.latest <= last and taken.earliest >= last - timedelta(days=BASELINE_DAYS)


def _may_be_before(row: MedicineFact, start: PartialDate) -> bool:
    return row.started_on.earliest < start.latest


def _start(member: Member) -> PartialDate | None:
    return clocks.course_start(member.course) if member.course else None


def _day_0(member: Member) -> PartialDate | None:
    return clocks.day_0_on(member.course) if member.course else None


def _latest(day: PartialDate | None) -> date:
    return day.latest if day else date.max


def _years(begun: PartialDate | None, until: PartialDate | None) -> Decimal | None:
    """Return the years between two dates, in the middle of what they can mean."""
    if begun is None or until is None:
        return None
    shortest = clocks.days_after(until.earliest, begun.latest)
    longest = clocks.days_after(until.latest, begun.earliest)
    if longest - shortest > VAGUE_DAYS:
        return None
    return Decimal(shortest + longest) / 2 / _DAYS_IN_YEAR
