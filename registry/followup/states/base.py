"""The vocabulary of states: a verdict on one visit, and the declaration that gives it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeVar

from registry.followup import steroids, timepoints
from registry.followup.facts import PatientFacts, VisitFact
from registry.followup.kidney import Kidney
from registry.followup.kidney.course import kidney_of

T = TypeVar("T")
NO_FAILURE = "No treatment failure recorded"  # the limb of responders that events decide
# Recorded events that are treatment failure, unless planned; as the list of codes has them.
FAILURES = frozenset(
    {
        *("treatment_failure", "new_immunosuppressant", "new_biologic", "dose_above_baseline"),
        *("cyclophosphamide", "steroid_pulse", "rescue_steroids", "rescue_other"),
        *("steroid_above_baseline", "steroid_above_10_mg_after_week_20"),
        *("unplanned_course", "transplant"),
    }
)
POLICY = "definition of this registry, not of a publication"


class Verdict(NamedTuple):
    """Whether the state holds; the reason says what decided, or what is missing."""

    state: Literal["met", "not_met", "indeterminate", "not_evaluable"]
    reason: str = ""
    limbs: tuple["Limb", ...] = ()  # in their published order, where there are several


class Limb(NamedTuple):
    """One criterion of a state, in words, with its own verdict."""

    title: str
    verdict: Verdict


@dataclass(frozen=True)
class AtVisit:
    """One visit, and what definitions set it against."""

    patient: PatientFacts
    visit: VisitFact
    # The visit of each instrument's last value before the course; empty without a course.
    baseline: Mapping[str, VisitFact] = field(default_factory=dict)
    _of_patient: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    _known: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def each(
        cls, patient: PatientFacts, visits: Iterable[VisitFact], baseline: Mapping[str, VisitFact]
    ) -> list["AtVisit"]:
        """Return the visits of one patient, which share what depends on none of them."""
        shared: dict[Any, Any] = {}
        return [cls(patient, visit, baseline, shared) for visit in visits]

    def once(self, judge: Callable[["AtVisit"], T]) -> T:
        """Judge by a rule once for this visit, however many states ask."""
        return _once(judge, self, self._known)

    def once_for_all(self, judge: Callable[["AtVisit"], T]) -> T:
        """Find once for all visits of ``each`` what a rule reads of the patient and the baseline.

        Such a rule never looks at the visit.
        """
        return _once(judge, self, self._of_patient)

    @cached_property
    def exposure(self) -> steroids.Exposure | None:
        """The steroids of the 28 days before; None where the visit has no exact day."""
        if self.visit.visited_on is None:
            return None
        infusions = (given for course in self.patient.courses for given in course.infusions)
        return steroids.exposure(self.patient.medicines, self.visit.visited_on, infusions)

    @cached_property
    def kidney(self) -> Kidney:
        """Filtration and proteinuria of the patient."""
        return kidney_of(self.patient)

    @cached_property
    def previous(self) -> VisitFact | None:
        """The last final visit before this one that assessed anything."""
        return self.previous_with()

    def previous_with(self, instrument: str | None = None) -> VisitFact | None:
        """Return the last final visit on an earlier day with the instrument, or with any."""
        day = self.visit.visited_on
        earlier = (
            visit
            for on, _, visit in self.once_for_all(_assessed)
            if day and on < day and (instrument is None or instrument in visit.results)
        )
        return next(earlier, None)


def _once(judge: Callable[[AtVisit], T], at: AtVisit, known: dict[Any, Any]) -> T:
    if judge not in known:
        known[judge] = judge(at)
    found: T = known[judge]
    return found


def _assessed(at: AtVisit) -> list[tuple[date, str, VisitFact]]:
    """Return the final visits that assessed anything, the newest first."""
    found = [
        (visit.visited_on, visit.visit_id, visit)
        for visit in at.patient.visits
        if visit.final and visit.visited_on and visit.assessments
    ]
    return sorted(found, key=lambda entry: entry[:2], reverse=True)


@dataclass(frozen=True, slots=True)
class State:
    """A named, versioned definition and the pure function that judges one visit by it.

    A responder compares with the baseline, so it says nothing at the baseline itself.
    ``first_estimate`` is the first timepoint after day 0 at which a cohort is counted by it
    (policy): month 3, but for what reads one measure or counts an event.
    """

    name: str
    version: str
    title: str
    source: str
    judge: Callable[[AtVisit], Verdict | None]
    settings: Mapping[str, str] = field(default_factory=dict)
    place: int = 100  # among the rows of a summary, the lowest first
    kind: Literal["state", "responder"] = "state"
    harm: bool = False  # an event that nobody wants: to meet it is bad
    short: str = ""  # for the narrow strip of a figure; those without one are not on it
    # Instruments without which it says nothing: left out where nobody has a result of them.
    needs: tuple[str, ...] = ()
    # Whom it is about, as a kidney response those with nephritis; None is everybody. The others
    # are in none of its rows: who has nothing to respond is no non-responder.
    concerns: Callable[[PatientFacts], bool] | None = None
    first_estimate: str = timepoints.FIRST_ESTIMATE

    @property
    def printed_settings(self) -> Mapping[str, str]:
        """Everything that was chosen, as it is printed with a result."""
        return {"first estimate": timepoints.title(self.first_estimate), **self.settings}

    def estimated_at(self, timepoint: str) -> bool:
        """Whether a cohort is counted by it at the timepoint."""
        if timepoint == timepoints.BASELINE:
            return self.kind == "state"
        return timepoints.in_order(timepoint) >= timepoints.in_order(self.first_estimate)


MET = Verdict("met")


def unknown(reason: str) -> Verdict:
    """Return the verdict of a limb that the facts do not decide."""
    return Verdict("indeterminate", reason)


def failed(reason: str) -> Verdict:
    """Return the verdict of a limb that is certainly not met."""
    return Verdict("not_met", reason)


def all_of(*limbs: Verdict) -> Verdict:
    """Join the limbs of a state: one definite failure decides, whatever else is unknown.

    The reason names every limb that failed, or else every limb that is missing.
    """
    return _joined(limbs)


def join(*limbs: Limb) -> Verdict:
    """Join named limbs as ``all_of`` does, and keep them for whoever asks which one it was."""
    return _joined([limb.verdict for limb in limbs], limbs)


def _joined(verdicts: Sequence[Verdict], limbs: tuple[Limb, ...] = ()) -> Verdict:
    states = [verdict.state for verdict in verdicts]
    state: Literal["not_met", "indeterminate"]
    for state in ("not_met", "indeterminate"):
        if state in states:  # each reason is named once, in the order of the limbs
            reasons = dict.fromkeys(v.reason for v in verdicts if v.state == state)
            return Verdict(state, ", ".join(reasons), limbs)
    return Verdict("met", "", limbs) if limbs else MET


def treatment_policy(verdict: Verdict) -> Verdict:
    """Return the verdict without the limb of treatment failure: whatever happened in between."""
    rest = tuple(part for part in verdict.limbs if part.title != NO_FAILURE)
    if verdict.state == "not_evaluable" or len(rest) == len(verdict.limbs):
        return verdict
    return join(*rest)
