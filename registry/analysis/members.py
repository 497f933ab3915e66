"""A patient as the summary sees one: the main course, and what is known at each timepoint."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from registry.analysis.readings import Measure, Reading
from registry.followup import clocks
from registry.followup.facts import CourseFact, InfusionFact, PatientFacts, VisitFact
from registry.followup.state_course import StateCourse

FLOW_STATES = ("seen", "died", "withdrawn", "lost", "not_yet_due", "missed")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one patient stands at one timepoint, and what was found there when ``seen``."""

    state: str
    readings: Mapping[Measure, Reading] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """A patient, the first course that was infused (else the first begun), and the places.

    ``places`` is empty for those not infused; ``judged`` holds each computed state by
    (definition, timepoint) where the visit has the data to judge it, and ``state_courses`` each
    definition over all visits.
    """

    patient: PatientFacts
    course: CourseFact | None
    ascertainment: str | None
    places: Mapping[str, Place] = field(default_factory=dict)
    judged: Mapping[tuple[str, str], str] = field(default_factory=dict)
    state_courses: Mapping[str, StateCourse] = field(default_factory=dict)
    visits: Mapping[str, VisitFact] = field(default_factory=dict)  # that stand for a timepoint
    baseline: Mapping[str, VisitFact] = field(default_factory=dict)  # of each instrument
    not_about: frozenset[str] = frozenset()  # definitions that do not concern the patient

    @property
    def first_infusion(self) -> InfusionFact | None:
        """The first administration of the main course, or None when nothing was given."""
        return clocks.first_infusion(self.course) if self.course else None

    @property
    def infused(self) -> bool:
        return bool(self.course and self.course.infusions)


def infused(members: Sequence[Member]) -> list[Member]:
    """Return the members who received at least one infusion."""
    return [member for member in members if member.infused]


def populations(members: Sequence[Member]) -> Iterator[tuple[str, list[Member]]]:
    """Yield all infused, then prospective and retrospective where they are some, not all, of them.

    Early ones (enrolled day 1 to 30) are in neither: the first row alone has them.
    """
    everybody = infused(members)
    yield "infused", everybody
    for name in ("prospective", "retrospective"):
        part = [member for member in everybody if member.ascertainment == name]
        if 0 < len(part) < len(everybody):
            yield name, part


def concerned(members: Sequence[Member], definition: str) -> list[Member]:
    """Return the members whom a definition is about."""
    return [member for member in members if definition not in member.not_about]


def due_or_gone(members: Sequence[Member], timepoint: str) -> int:
    """Return E of a timepoint: the infused less those whose window is still open and unseen."""
    return sum(member.places[timepoint].state != "not_yet_due" for member in members)
