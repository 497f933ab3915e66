"""Which visit stands for which timepoint, and what became of those who were not seen.

Rules of the registry (policy, version below): only final, done visits; nearest to the target,
ties to the earlier, chosen before looking at completeness; a visit given as unscheduled, day_28
or day_100 only where no other exists; screening only as baseline; day_0 to day_14 never after
day 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from registry.followup import clocks, timepoints
from registry.followup.facts import CourseFact, PatientFacts, VisitFact
from registry.instruments import INSTRUMENTS

VERSION = "visit-selection/1"
WITHDRAWN = frozenset({"withdrew_visits", "withdrew_consent", "erasure_requested"})
_NEVER_AFTER = timepoints.SAFETY_ONLY | {timepoints.SCREENING}
_BASELINE_CODES = frozenset({timepoints.BASELINE, timepoints.SCREENING})
_ANY = "*"  # any instrument, but at least one
_ALL_DAYS = {timepoints.BASELINE_DAYS, *(found.baseline_days for found in INSTRUMENTS.values())}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A visit was given as one timepoint and lies in the window of another."""

    visit_id: str
    given: str
    derived: str | None

    @property
    def sentence(self) -> str:
        """Say the difference for the list of warnings."""
        used = f"{self.derived} is used" if self.derived else "it is used at no timepoint"
        return f"visit {self.visit_id} was given as {self.given}; by its date {used}"


def baseline_visit(
    patient: PatientFacts,
    course: CourseFact,
    instrument: str | None = None,
    max_days: int = timepoints.BASELINE_DAYS,
) -> VisitFact | None:
    """Return the last visit before treatment with the instrument (or with any, for None).

    On or before the course start and day 0, at most ``max_days`` before; the day itself counts
    as before. Where day 0 is partial, only visits given as baseline or screening are trusted.
    """
    found = [v for v in _before(patient.visits, course, max_days) if _has(v, instrument)]
    return max(found, key=_baseline_rank, default=None)


def baseline_visits(patient: PatientFacts, course: CourseFact) -> Mapping[str, VisitFact]:
    """Return the visit of each instrument's baseline value, as ``baseline_visit`` chooses it.

    Each may be as old as the instrument allows: an ejection fraction half a year.
    """
    near = {days: _before(patient.visits, course, days) for days in _ALL_DAYS}
    inside = {days: {id(visit) for visit in found} for days, found in near.items()}
    chosen: dict[str, VisitFact] = {}
    for visit in sorted(near[max(_ALL_DAYS)], key=_baseline_rank, reverse=True):
        for assessment in visit.assessments:
            if id(visit) in inside[baseline_days(assessment.instrument)]:
                chosen.setdefault(assessment.instrument, visit)
    return chosen


def baseline_days(instrument: str) -> int:
    """Return how many days before treatment a baseline value of the instrument may be."""
    found = INSTRUMENTS.get(instrument)
    return found.baseline_days if found else timepoints.BASELINE_DAYS


def same_day_baseline(course: CourseFact, visit: VisitFact) -> bool:
    """Whether a baseline lies on day 0 itself, where its order to the infusion is assumed."""
    return visit.visited_on is not None and visit.visited_on == clocks.day_0(course)


def select_visits(patient: PatientFacts, course: CourseFact) -> Mapping[str, VisitFact]:
    """Return the visit that stands for each timepoint, in order of time; empty when not infused."""
    if clocks.day_0_on(course) is None:
        return {}
    baseline = baseline_visit(patient, course, _ANY) or baseline_visit(patient, course)
    chosen = {} if baseline is None else {timepoints.BASELINE: baseline}
    return chosen | _after(patient.visits, course)


def others_after(
    patient: PatientFacts, course: CourseFact, chosen: Mapping[str, VisitFact]
) -> list[tuple[str, VisitFact]]:
    """Return each further visit in an analysis window, which stands for no timepoint."""
    start, standing = clocks.day_0(course), {visit.visit_id for visit in chosen.values()}
    return [
        (code, visit)
        for visit in _usable(patient.visits)
        if visit.visit_id not in standing and (code := _code_after(visit, start)) is not None
    ]


def _code_after(visit: VisitFact, start: date | None) -> str | None:
    """Return the analysis timepoint of a visit that may stand for one."""
    return None if visit.timepoint in _NEVER_AFTER else derived_timepoint(visit, start)


def derived_timepoint(visit: VisitFact, start: date | None) -> str | None:
    """Return the analysis timepoint by date; as given where day 0 is partial; None for no one."""
    if visit.visited_on is None or start is None:
        given = visit.timepoint
        return given if given is not None and timepoints.is_analysis(given) else None
    return timepoints.analysis_timepoint(clocks.days_after(visit.visited_on, start))


def mismatches(patient: PatientFacts, course: CourseFact) -> list[Mismatch]:
    """List the visits whose given timepoint is not the one their date gives."""
    start = clocks.day_0(course)
    if start is None:
        return []
    pairs = [(visit, _by_date(visit, start)) for visit in _usable(patient.visits)]
    return [
        Mismatch(visit.visit_id, visit.timepoint, derived)
        for visit, derived in pairs
        if visit.timepoint and visit.timepoint not in timepoints.KEPT and visit.timepoint != derived
    ]


def flow_state(
    patient: PatientFacts,
    course: CourseFact,
    timepoint: str,
    cut: date,
    selected: Mapping[str, VisitFact] | None = None,
) -> str:
    """Return seen, died, withdrawn, lost, not_yet_due or missed, as known at the cut.

    For infused patients. A window that ends on the cut has closed. Where day 0 is partial the
    window ends as late as it can. ``selected`` saves selecting again for every timepoint.
    """
    chosen = (select_visits(patient, course) if selected is None else selected).get(timepoint)
    if chosen is not None and chosen.visited_on is not None and chosen.visited_on <= cut:
        return "seen"
    closes = closes_on(course, timepoint)
    # Whoever counts as infused has no baseline before them, however vague the date of it.
    still_open = timepoint != timepoints.BASELINE and cut < closes
    return _unseen_state(patient, min(closes, cut), still_open=still_open)


def _unseen_state(patient: PatientFacts, day: date, *, still_open: bool) -> str:
    if clocks.died_by(patient, day):
        return "died"
    status = clocks.status_on(patient.statuses, day)
    if status in WITHDRAWN:
        return "withdrawn"
    if status == "lost":
        return "lost"
    return "not_yet_due" if still_open else "missed"


def closes_on(course: CourseFact, timepoint: str) -> date:
    """Return the last day of the analysis window; as late as it can be where day 0 is partial."""
    started = clocks.day_0_on(course)
    if started is None:
        raise ValueError(f"course {course.course_id} has no infusion, so no {timepoint}")
    return started.latest + timedelta(days=timepoints.window(timepoint).last)


def _usable(visits: Iterable[VisitFact]) -> Iterable[VisitFact]:
    return (v for v in visits if v.final and v.attendance == "done" and v.visited_on is not None)


def _has(visit: VisitFact, instrument: str | None) -> bool:
    if instrument == _ANY:
        return bool(visit.assessments)
    return instrument is None or any(a.instrument == instrument for a in visit.assessments)


def _before(visits: Iterable[VisitFact], course: CourseFact, max_days: int) -> list[VisitFact]:
    """Return the visits that may be the baseline of the course."""
    start, day_0 = clocks.course_start(course), clocks.day_0_on(course)
    if start is None or day_0 is None:
        return []
    # A partial start (a month, say) is read as late as it can be: it never moves before day 0.
    last = min(start.latest, day_0.latest)
    vague = day_0.exact is None
    first = (start.earliest if vague else last) - timedelta(days=max_days)
    return [
        visit
        for visit in _usable(visits)
        if visit.visited_on is not None
        and first <= visit.visited_on <= last
        and not (vague and visit.timepoint not in _BASELINE_CODES)
    ]


def _baseline_rank(visit: VisitFact) -> tuple[date, bool, bool]:
    return (
        visit.visited_on or date.min,
        visit.timepoint == timepoints.BASELINE,  # on one day the visit meant as baseline wins
        bool(visit.assessments),
    )


def _by_date(visit: VisitFact, start: date) -> str | None:
    """Return baseline up to day 0, then the analysis timepoint of the date."""
    if visit.visited_on is not None and visit.visited_on <= start:
        return timepoints.BASELINE
    return derived_timepoint(visit, start)


def _after(visits: Iterable[VisitFact], course: CourseFact) -> dict[str, VisitFact]:
    start = clocks.day_0(course)
    found: dict[str, list[VisitFact]] = {}
    for visit in _usable(visits):
        code = _code_after(visit, start)
        if code is not None:
            found.setdefault(code, []).append(visit)
    ordered = sorted(found, key=timepoints.in_order)
    return {code: _nearest(found[code], code, start) for code in ordered}


def _nearest(visits: Iterable[VisitFact], code: str, start: date | None) -> VisitFact:
    """Return the planned visit nearest to the target, of two the earlier."""
    target = None if start is None else start + timedelta(days=timepoints.target(code))

    def preference(visit: VisitFact) -> tuple[bool, int, date, str]:
        visited_on = visit.visited_on or date.max
        distance = abs((visited_on - target).days) if target else 0
        return visit.timepoint in timepoints.FALLBACK, distance, visited_on, visit.visit_id

    return min(visits, key=preference)
