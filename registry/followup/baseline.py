"""The baseline of the first course: its window, and the value of each measure in it.

Window: the last final value on or before the course start and before the first dose, at most 28
days earlier; the day itself counts as before, and is flagged.  While no treatment has begun the
window ends today: what is shown is the baseline if the treatment started now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from registry.followup import clocks
from registry.followup.facts import CourseFact, LabFact, PatientFacts, VisitFact
from registry.followup.selection import baseline_visits
from registry.followup.timepoints import BASELINE_DAYS
from registry.partial_date import PartialDate

VERSION = "baseline/1"
# Analytes by the beginning of their code: anti-dsDNA has one for each assay.
LABORATORY: Mapping[str, str] = {
    "c3": "C3",
    "c4": "C4",
    "anti_dsdna": "anti-dsDNA",
    "creatinine": "creatinine",
    "upcr": "urine protein/creatinine ratio",
    "haemoglobin": "haemoglobin",
    "leukocytes": "leukocytes",
    "platelets": "platelets",
}


@dataclass(frozen=True, slots=True)
class Window:
    """The days in which a baseline value lies; ``start`` is None before any course is planned."""

    first: date
    last: date
    start: PartialDate | None
    closed: bool  # the treatment has begun: a value of that time can only be found, not made

    @property
    def treated_until(self) -> date:
        """The last day whose treatment is earlier treatment: the day before the course began."""
        if self.start is None or self.start.earliest > self.last:
            return self.last
        return self.start.earliest - timedelta(days=1)

    def holds(self, on: PartialDate) -> bool:
        """Whether a date lies in the window, whatever its unknown parts are."""
        return self.first <= on.earliest and on.latest <= self.last


def window(course: CourseFact | None, today: date) -> Window:
    """Return the window of the course's baseline, as it stands today."""
    start = clocks.course_start(course) if course else None
    if course is None or start is None:
        return Window(today - timedelta(days=BASELINE_DAYS), today, None, closed=False)
    given = clocks.day_0_on(course)
    begins = min(start.latest, given.latest if given else start.latest)
    last = min(begins, today)
    return Window(last - timedelta(days=BASELINE_DAYS), last, start, closed=begins < today)


def scores(patient: PatientFacts, today: date) -> Mapping[str, VisitFact]:
    """Return the visit of each instrument's baseline value, by instrument."""
    course = patient.courses[0] if patient.courses else None
    if course is not None and clocks.day_0_on(course) is not None:
        return baseline_visits(patient, course)
    found: dict[str, VisitFact] = {}
    for visit in in_window(patient.visits, window(course, today)):  # oldest first: the last holds
        if visit.final:
            found |= {assessment.instrument: visit for assessment in visit.assessments}
    return found


def in_window(visits: Iterable[VisitFact], window: Window) -> list[VisitFact]:
    """Return the done visits of the window, signed or not, oldest first."""
    dated = [
        visit
        for visit in visits
        if visit.attendance == "done"
        and visit.visited_on is not None
        and window.first <= visit.visited_on <= window.last
    ]
    return sorted(dated, key=lambda visit: visit.visited_on or date.min)


def laboratory(patient: PatientFacts, window: Window) -> Mapping[str, LabFact]:
    """Return the last result of each analyte in the window, by the beginning of its code."""
    found: dict[str, LabFact] = {}
    for fact in sorted(patient.labs, key=lambda fact: fact.collected_on.earliest):
        code = analyte_of(fact.analyte)
        if code is not None and has_result(fact) and window.holds(fact.collected_on):
            found[code] = fact
    return found


def analyte_of(code: str) -> str | None:
    """Return the baseline analyte that a code belongs to; None where it is another one."""
    if code in LABORATORY:
        return code
    return "anti_dsdna" if code.startswith("anti_dsdna") else None


def has_result(fact: LabFact) -> bool:
    """Whether a row holds a result, in numbers or words, rather than why there is none."""
    return fact.state is None and (fact.value is not None or bool(fact.text))


def years_between(first: PartialDate, second: PartialDate) -> tuple[int, int]:
    """Return the fewest and the most whole years that two partial dates leave open."""
    return _years(first.latest, second.earliest), _years(first.earliest, second.latest)


def _years(first: date, second: date) -> int:
    had_no_birthday = (second.month, second.day) < (first.month, first.day)
    return max(0, second.year - first.year - had_no_birthday)
