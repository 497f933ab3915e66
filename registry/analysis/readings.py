"""What a visit says, instrument by instrument.

Unit: points of the instrument.  What has no total is read scale by scale.  Clinical SLEDAI is
SLEDAI-2K without complement and anti-dsDNA, read out of the stored parts of a SLEDAI-2K.  The
side-effect inquiry is no score.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from registry.analysis.measures import has_total, scale_values
from registry.followup.facts import AssessmentFact, VisitFact

Measure = tuple[str, str]  # instrument, version: versions are never averaged together


@dataclass(frozen=True, slots=True)
class Reading:
    """One result: a total, or, while incomplete, the bounds that it must lie between."""

    total: Decimal | None
    known_points: Decimal | None
    max_possible: Decimal | None
    total_only: bool = False

    @property
    def bounds(self) -> tuple[Decimal, Decimal] | None:
        """Lowest and highest possible total; a total is both."""
        if self.total is not None:
            return self.total, self.total
        if self.known_points is None or self.max_possible is None:
            return None
        return self.known_points, self.max_possible


def readings(visit: VisitFact | None, instrument: str | None = None) -> Mapping[Measure, Reading]:
    """Return the results of a visit, of one stored instrument or all; nothing without a visit."""
    found = {}
    for fact in visit.assessments if visit else ():
        if instrument not in {None, fact.instrument}:
            continue
        if has_total(fact):
            found[fact.instrument, fact.version] = Reading(
                fact.total, fact.known_points, fact.max_possible, fact.total_only
            )
        for scale, value in scale_values(fact):
            found[scale, fact.version] = Reading(value, None, None)
        # A historic total has no parts: it cannot say what was clinical.
        if fact.instrument == "sledai_2k" and "clinical_points" in fact.parts:
            found["csledai_2k", fact.version] = _clinical(fact)
    return found


def _clinical(fact: AssessmentFact) -> Reading:
    """Return the clinical part, complete when its own items are, whatever the serology."""
    known = Decimal(fact.parts["clinical_points"])
    highest = Decimal(fact.parts["clinical_max_possible"])
    return Reading(known if fact.parts["clinical_complete"] else None, known, highest)
