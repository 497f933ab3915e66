"""Whether treatment was stepped up for a flare: prednisone doubled or high, or an admission."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from registry.instruments._reading import in_range
from registry.instruments._three_valued import (
    Known,
    any_of,
    decided,
    known_flag_or_digit,
    known_number,
)

DOSE_MG_PER_KG = Decimal("0.5")  # above it
LOWEST_KG, HIGHEST_KG = Decimal(1), Decimal(400)
HIGHEST_MG = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Treatment:
    """What the patient takes and weighs, each None where it is not known."""

    before: Decimal | None
    now: Decimal | None
    kg: Decimal | None
    admitted: Known

    @property
    def weights(self) -> tuple[Decimal, ...]:
        """The weight, or the ends between which it lies where nobody knows it."""
        return (LOWEST_KG, HIGHEST_KG) if self.kg is None else (self.kg,)

    @property
    def stepped_up(self) -> Known:
        """Whether it was doubled, is above 0.5 mg/kg, or the patient was admitted."""
        return any_of(self.doubled, self.above_half, self.admitted)

    @property
    def doubled(self) -> Known:
        """Whether prednisone at least doubled; a start from nothing counts (policy)."""
        if self.now == 0:
            return False
        if self.before is None or self.now is None:
            return None
        return self.now >= 2 * self.before

    @property
    def above_half(self) -> Known:
        """Whether it is above 0.5 mg/kg, raised or not."""
        if self.now is None:
            return None
        return decided(self.now > DOSE_MG_PER_KG * kg for kg in self.weights)


def read_treatment(inputs: Mapping[str, Any]) -> Treatment:
    """Read prednisone of both visits in mg/day, weight in kg and admission; each may be null."""
    kg = known_number(inputs, "weight_kg", HIGHEST_KG)
    return Treatment(
        known_number(inputs, "pred_prev", HIGHEST_MG),
        known_number(inputs, "pred_now", HIGHEST_MG),
        None if kg is None else in_range(kg, LOWEST_KG, HIGHEST_KG, "weight_kg"),
        known_flag_or_digit(inputs, "hospitalised_for_sle"),
    )
