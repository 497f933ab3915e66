"""What the flare index of a visit is judged from, and what a judged limb is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from registry.followup._flare_results import Results
from registry.followup.facts import CourseFact, MedicineFact, VisitFact
from registry.followup.states._limbs import items_of
from registry.instruments.base import Answer
from registry.instruments.selena_flare_index import GRADES, Limb
from registry.partial_date import PartialDate

SLEDAI, PGA = "sledai_2k", "pga"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one final visit found; ``low`` and ``high`` are the bounds of an incomplete SLEDAI."""

    on: date
    low: Decimal | None = None
    high: Decimal | None = None
    answers: Mapping[str, Answer] | None = None  # by item; None for a historic total, or nothing
    pga: Decimal | None = None
    asked: Mapping[str, Answer] = field(default_factory=dict)  # to questions beside the score

    @property
    def total(self) -> Decimal | None:
        """The score where it is complete."""
        return self.low if self.low is not None and self.low == self.high else None


def seen(visit: VisitFact) -> Seen | None:
    """Return what a visit found; None where it has no exact day, or nothing that is compared."""
    stored = {one.instrument: one for one in visit.assessments}
    score, pga = stored.get(SLEDAI), stored.get(PGA)
    if visit.visited_on is None or visit.attendance != "done" or (score is None and pga is None):
        return None
    asked = {code: given for one in visit.questions for code, given in items_of(one).items()}
    found = Seen(visit.visited_on, pga=pga.total if pga else None, asked=asked)
    if score is None:
        return found
    known, highest = score.known_points, score.max_possible
    low, high = (known, highest) if score.total is None else (score.total, score.total)
    return replace(found, low=low, high=high, answers=items_of(score) or None)


@dataclass(frozen=True, slots=True)
class Admission:
    """A stay in hospital that a flare or a serious event tells of; or a flare without one."""

    on: PartialDate | None  # None where the onset is not known
    for_lupus: bool | None  # None where nobody said
    stayed: bool = True  # False: a flare that was treated without an admission


@dataclass(frozen=True, slots=True)
class Evidence:
    """What else is known of the time between the two visits."""

    medicines: Sequence[MedicineFact] = ()
    courses: Sequence[CourseFact] = ()
    weights: Sequence[tuple[PartialDate, Decimal]] = ()  # kg
    admissions: Sequence[Admission] = ()
    results: Results = field(default_factory=Results)


@dataclass(frozen=True, slots=True)
class Judged:
    """One limb with its bounds, and why."""

    limb: str
    grades: Limb
    why: str

    @property
    def state(self) -> str:
        """Return fired, not_fired or not_judged."""
        return self.grades.outputs["state"]

    @property
    def at_least(self) -> str:
        """Return the least grade that it has."""
        return GRADES[self.grades.low]

    @property
    def open(self) -> bool:
        """Whether the grade could be higher."""
        return self.grades.low != self.grades.high


def lies(on: PartialDate, first: date, last: date) -> bool:
    """Whether it certainly lies after the first visit and by the second."""
    return on.earliest > first and on.latest <= last


def may_lie(on: PartialDate, first: date, last: date) -> bool:
    return on.latest > first and on.earliest <= last
