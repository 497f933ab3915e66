"""Proteinuria of each sample: spot ratios under one policy of the patient, and 24-hour protein.

Guidelines print 0.5 g/g as 50 mg/mmol, although it is 56.6: so a ratio is compared in the unit of
the laboratory, where 0.5 g stands for 50 mg/mmol or for 500 mg/g (policy of the registry).  One
patient has one of the two for good; results in the other unit are converted by 8.84 and marked,
and so is the grey band, 50 to 56.6 mg/mmol, which counts in one unit and not in the other.
A 24-hour collection is never turned into a ratio nor the other way round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from registry.followup.facts import LabFact
from registry.followup.kidney.samples import Between, measured
from registry.instruments import units
from registry.instruments.lab_items import (
    PROTEIN_ABOVE,
    UPCR_MG_G_ABOVE,
    UPCR_MG_MMOL_ABOVE,
    in_grey_band,
)
from registry.partial_date import PartialDate

VERSION = "kidney-proteinuria/1"
SPOT, IN_24_HOURS = "upcr", "protein_24h"
MG_MMOL, MG_G = "mg/mmol", "mg/g"
_HIGHEST_MG_MMOL, _HIGHEST_G = Decimal(11_312), Decimal(100)  # what the calculators take, 100 g/g
_PRINTED = Decimal("1e-6")  # an mg/g that went through mg/mmol has no more


@dataclass(frozen=True, slots=True)
class Policy:
    """The unit in which a patient's ratios are compared."""

    unit: str
    in_one_gram: Decimal  # how much of it the cut-offs call 1 g/g

    @property
    def words(self) -> str:
        """The policy as it is printed: ``mg/mmol, 50 for 0.5 g/g``."""
        return f"{self.unit}, {PROTEIN_ABOVE * self.in_one_gram:f} for {PROTEIN_ABOVE:f} g/g"


POLICIES: Mapping[str, Policy] = {
    MG_MMOL: Policy(MG_MMOL, UPCR_MG_MMOL_ABOVE / PROTEIN_ABOVE),
    MG_G: Policy(MG_G, UPCR_MG_G_ABOVE / PROTEIN_ABOVE),
}


@dataclass(frozen=True, slots=True)
class Spot:
    """One ratio, in the unit of the patient's policy, and in g/g as the cut-offs read that."""

    on: PartialDate
    fact: LabFact
    policy: Policy
    in_unit: Between | None
    amount: Between | None  # in g/g, as the policy reads it

    @property
    def converted(self) -> bool:
        """Whether the laboratory gave it in the other unit."""
        return unit_of(self.fact) != self.policy.unit

    @property
    def grey(self) -> bool:
        """Whether it is in the band that counts in one unit and not in the other."""
        value = self.fact.value
        return value is not None and in_grey_band(value, units.UPCR.canonical)


@dataclass(frozen=True, slots=True)
class Collection:
    """The protein of a 24-hour collection, in g."""

    on: PartialDate
    fact: LabFact
    amount: Between | None

    grey = False  # a gram is a gram


def unit_of(fact: LabFact) -> str:
    """Return which of the two policies the laboratory's unit belongs to."""
    return policy_unit(fact.entered_unit or "")


@lru_cache  # few spellings, asked again for every sample of every visit
def policy_unit(unit: str) -> str:
    """Return mg/mmol or mg/g, to which a unit as entered belongs."""
    entered = units.UPCR.find(unit)
    return MG_MMOL if entered is None or entered.per == 1 else MG_G


def spots(facts: Sequence[LabFact], policy: Policy) -> tuple[Spot, ...]:
    """Return the ratios by date."""
    return tuple(
        _spot(fact, policy) for fact in facts if fact.analyte == SPOT and fact.state is None
    )


def _spot(fact: LabFact, policy: Policy) -> Spot:
    in_unit = _in_unit(fact, policy)
    grams = in_unit.over(policy.in_one_gram) if in_unit else None
    return Spot(fact.collected_on, fact, policy, in_unit, grams)


def collections(facts: Sequence[LabFact]) -> tuple[Collection, ...]:
    """Return the 24-hour collections by date."""
    return tuple(
        Collection(fact.collected_on, fact, measured(fact, Decimal(0), _HIGHEST_G))
        for fact in facts
        if fact.analyte == IN_24_HOURS and fact.state is None
    )


def _in_unit(fact: LabFact, policy: Policy) -> Between | None:
    found = measured(fact, Decimal(0), _HIGHEST_MG_MMOL)
    if found is None or policy.unit == MG_MMOL:
        return found
    return Between(_mg_g(found.low), _mg_g(found.high))


def _mg_g(mg_mmol: Decimal) -> Decimal:
    return units.convert(units.UPCR, mg_mmol, MG_MMOL, MG_G).quantize(_PRINTED)
