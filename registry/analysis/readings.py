"""What a visit says, instrument by instrument.

Unit: points of the instrument.  What has no total is read scale by scale.  Clinical SLEDAI is
SLEDAI-2K without complement and anti-dsDNA, read out of the stored parts of a SLEDAI-2K.  The
side-effect inquiry is no score, and the classification sets measure nothing.  Damage never falls:
a count is read as the index of the patient as of that day, over all counts up to it, not as what
it alone came to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from registry.analysis.measures import has_total, scale_values
from registry.followup import damage
from registry.followup.facts import AssessmentFact, PatientFacts, VisitFact
from registry.instruments import CLASSIFICATIONS
from registry.instruments._organ_function import METHOD

Measure = tuple[str, str]  # instrument, version: versions are never averaged together


@dataclass(frozen=True, slots=True)
class Reading:
    """One result: a total, or, while incomplete, the bounds that it must lie between."""

    total: Decimal | None
    known_points: Decimal | None
    max_possible: Decimal | None
    total_only: bool = False
    method: Mapping[str, str] = field(default_factory=dict)  # device and reference equation

    def same_method(self, other: "Reading") -> bool | None:
        """Whether both were measured alike; None where that is not recorded of both."""
        if not self.method and not other.method:
            return None
        pairs = [(self.method.get(name), other.method.get(name)) for name in METHOD]
        given = [(_plain(mine), _plain(its)) for mine, its in pairs if mine and its]
        if any(mine != its for mine, its in given):
            return False
        return None if any(bool(mine) != bool(its) for mine, its in pairs) or not given else True

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
        if instrument not in {None, fact.instrument} or fact.instrument in CLASSIFICATIONS:
            continue
        if has_total(fact):
            found[fact.instrument, fact.version] = Reading(
                *(fact.total, fact.known_points, fact.max_possible, fact.total_only),
                {name: fact.parts[name] for name in METHOD if fact.parts.get(name)},
            )
        for scale, value in scale_values(fact):
            found[scale, fact.version] = Reading(value, None, None)
        # A historic total has no parts: it cannot say what was clinical.
        if fact.instrument == "sledai_2k" and "clinical_points" in fact.parts:
            found["csledai_2k", fact.version] = _clinical(fact)
    return found


def never_falling(patient: PatientFacts) -> Mapping[str, Reading]:
    """Return visit → the damage index of the patient as of it, for each visit with a count."""
    return {
        index.count.visit_id: Reading(
            None if index.total is None else Decimal(index.total),
            Decimal(index.low),
            Decimal(index.high),
            index.count.fact.total_only,
        )
        for index in damage.history(patient)
    }


def with_index(
    found: Mapping[Measure, Reading], visit: VisitFact | None, indices: Mapping[str, Reading]
) -> Mapping[Measure, Reading]:
    """Return the readings of a visit, damage among them as the index of the patient."""
    index = indices.get(visit.visit_id) if visit else None
    return {
        measure: index if index and measure[0] == damage.CODE else reading
        for measure, reading in found.items()
    }


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _clinical(fact: AssessmentFact) -> Reading:
    """Return the clinical part, complete when its own items are, whatever the serology."""
    known = Decimal(fact.parts["clinical_points"])
    highest = Decimal(fact.parts["clinical_max_possible"])
    return Reading(known if fact.parts["clinical_complete"] else None, known, highest)
