"""What every sample of the kidney shares: a day, what the value can be, and which sample counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol, TypeVar

from registry.followup.facts import LabFact
from registry.partial_date import PartialDate

_JUST = Decimal("1e-9")  # below every laboratory's last digit: "< 50" is not 50


@dataclass(frozen=True, slots=True)
class Between:
    """What a value can be, both ends included; of an exact value both are one."""

    low: Decimal
    high: Decimal

    @property
    def exact(self) -> Decimal | None:
        """The value, where it is known exactly."""
        return self.low if self.low == self.high else None

    @property
    def middle(self) -> Decimal:
        return (self.low + self.high) / 2

    def times(self, factor: Decimal) -> "Between":
        return Between(self.low * factor, self.high * factor)

    def over(self, divisor: Decimal) -> "Between":
        """Divide, to nine decimals where the division never ends."""
        ends = ((end / divisor).quantize(Decimal("1e-9")) for end in (self.low, self.high))
        return Between(*ends)


class Sampled(Protocol):
    """A measurement of one day."""

    @property
    def on(self) -> PartialDate: ...

    @property
    def amount(self) -> Between | None: ...


S = TypeVar("S", bound=Sampled)


def measured(fact: LabFact, lowest: Decimal, highest: Decimal) -> Between | None:
    """Return what a result says of the value, in canonical units; None where it is no number.

    With a comparator the value may be anything up to what is possible.
    """
    value = fact.value
    if fact.state is not None or value is None:
        return None
    if fact.comparator in {"<", "<="}:
        top = value - _JUST if fact.comparator == "<" else value
        return Between(min(lowest, top), top)
    if fact.comparator in {">", ">="}:
        bottom = value + _JUST if fact.comparator == ">" else value
        return Between(bottom, max(highest, bottom))
    return Between(value, value)


def newest(samples: Iterable[S], first: date, last: date) -> tuple[S, ...]:
    """Return the usable samples of the newest day that lies in the window whatever it means.

    Two of one day are both returned: which of them came later nobody recorded.
    """
    inside = [
        sample
        for sample in samples
        if sample.amount and first <= sample.on.earliest and sample.on.latest <= last
    ]
    day = max((sample.on.latest for sample in inside), default=None)
    return tuple(sample for sample in inside if sample.on.latest == day)


def hull(amounts: Sequence[Between]) -> Between | None:
    """Return the bounds that hold all of them; None of none."""
    if not amounts:
        return None
    return Between(min(one.low for one in amounts), max(one.high for one in amounts))


def written(amount: Between | None, places: int) -> str:
    """Write a value, or its two bounds, with at most so many decimals."""
    if amount is None:
        return "–"
    ends = dict.fromkeys(short(end, places) for end in (amount.low, amount.high))
    return " to ".join(ends)


def short(value: Decimal, places: int) -> str:
    """Write a number, halves up, without the zeros behind its last decimal."""
    text = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
