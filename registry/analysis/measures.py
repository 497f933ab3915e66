"""What is averaged, drawn and named: the total of an instrument, or each of its scales alone.

A scale is named ``instrument.scale``, as ``rand_36.pain``.  Unit: that of the declaration.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from registry.followup.facts import AssessmentFact
from registry.instruments import INSTRUMENTS
from registry.instruments.base import Instrument, Scale

Direction = Literal["high_bad", "high_good", "none"]
WORSE_OR_BETTER = {"high_bad": "higher is worse", "high_good": "higher is better", "none": ""}


@dataclass(frozen=True, slots=True)
class Measured:
    """One number that a patient can have at a visit."""

    code: str
    title: str
    unit: str
    minimum: Decimal
    maximum: Decimal
    direction: Direction

    @property
    def reading(self) -> str:
        """Which way is worse, in words; empty where neither is."""
        return WORSE_OR_BETTER[self.direction]


def measured(code: str) -> Measured | None:
    """Return the measure of a code; None where this version declares none of that name."""
    name, _, scale = code.partition(".")
    declared = INSTRUMENTS.get(name)
    if declared is None:
        return None
    if not scale:
        return _total(declared) if declared.totalled else None
    return next((_scale(declared, one) for one in declared.scales if one.code == scale), None)


def direction_of(code: str) -> Direction:
    """Return which end of a measure is bad; none where it is not declared."""
    found = measured(code)
    return found.direction if found else "none"


def title_of(code: str) -> str | None:
    """Return the name of a measure as people print it."""
    found = measured(code)
    return found.title if found else None


def scale_values(fact: AssessmentFact) -> Iterator[tuple[str, Decimal | None]]:
    """Yield each scale of a stored result with its value; None where it has none."""
    declared = INSTRUMENTS.get(fact.instrument)
    for scale in declared.scales if declared and not fact.total_only else ():
        value = fact.parts.get(scale.code)
        yield f"{fact.instrument}.{scale.code}", None if value is None else Decimal(str(value))


def has_total(fact: AssessmentFact) -> bool:
    """Whether the result of an instrument is a total; unknown instruments are taken to have one."""
    declared = INSTRUMENTS.get(fact.instrument)
    return declared is None or declared.totalled


def _total(declared: Instrument) -> Measured:
    return Measured(
        declared.code,
        declared.title,
        declared.unit,
        declared.minimum,
        declared.maximum,
        declared.direction,
    )


def _scale(declared: Instrument, scale: Scale) -> Measured:
    return Measured(
        f"{declared.code}.{scale.code}",
        f"{declared.title}: {scale.title}",
        scale.unit or declared.unit,
        scale.minimum,
        scale.maximum,
        scale.direction,
    )
