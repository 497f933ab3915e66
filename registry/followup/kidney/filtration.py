"""Estimated filtration of each sample: computed from creatinine, or as a laboratory reported it.

Unit: mL/min/1.73 m².  Computed by CKD-EPI 2021 from creatinine, sex and the whole years of age on
the day of the sample, as laboratories count them; a partial birth date leaves two bounds.  Below
18 years nothing is computed.  A result that was recorded as eGFR keeps the equation it was
recorded with, and without one it is shown and never compared.
Source: Inker LA et al. N Engl J Med 2021;385:1737-49, doi 10.1056/NEJMoa2102953.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from registry.followup import baseline
from registry.followup.facts import LabFact, PatientFacts
from registry.followup.kidney.samples import Between, measured
from registry.instruments import ckd_epi, mdrd
from registry.instruments._filtration import (
    ADULT,
    LIMITS,
    UMOL_L_IN_MG_DL,
    Estimate,
    Sample,
    estimate,
    slope,
)
from registry.instruments.kdigo_2024 import HIGHEST_EGFR
from registry.partial_date import PartialDate

VERSION = "kidney-filtration/1"
EQUATION = ckd_epi.VERSION_2021
NOT_RECORDED = "equation not recorded"
CREATININE = "creatinine"
# What a laboratory reports, by the code of the analyte; equations never share one.
REPORTED: Mapping[str, str] = {
    "egfr": NOT_RECORDED,
    "egfr_ckd_epi_2021": ckd_epi.VERSION_2021,
    "egfr_ckd_epi_2009": ckd_epi.VERSION_2009,
    "egfr_mdrd": mdrd.VERSION,
}
_SEXES: Mapping[str, bool] = {"female": True, "male": False}


@dataclass(frozen=True, slots=True)
class Filtration:
    """The eGFR of one sample by one equation; ``why`` says why there is none."""

    on: PartialDate
    equation: str
    fact: LabFact
    amount: Between | None
    why: str = ""

    @property
    def reported(self) -> bool:
        """Whether the laboratory gave it, rather than the registry."""
        return self.fact.analyte != CREATININE


@dataclass(frozen=True, slots=True)
class Slope:
    """The least-squares change a year of one equation; ``why`` says why there is none."""

    equation: str
    n: int
    per_year: Decimal | None
    left_out: int = 0  # without an exact day or with a comparator
    in_the_middle: bool = False  # bounds of a partial birth date, taken at their middle
    why: str = ""


def filtrations(patient: PatientFacts) -> tuple[Filtration, ...]:
    """Return the eGFR of every creatinine and every reported one, by date."""
    return tuple(_filtrations(patient))


def _filtrations(patient: PatientFacts) -> Iterator[Filtration]:
    for fact in patient.labs:
        if fact.analyte == CREATININE and fact.state is None:
            amount, why = _computed(patient, fact)
            yield Filtration(fact.collected_on, EQUATION, fact, amount, why)
        elif fact.analyte in REPORTED and fact.state is None:
            amount = measured(fact, Decimal(0), HIGHEST_EGFR)
            why = "" if amount else "no_number"
            yield Filtration(fact.collected_on, REPORTED[fact.analyte], fact, amount, why)


def comparable(found: Sequence[Filtration], equation: str = EQUATION) -> tuple[Filtration, ...]:
    """Return those of one equation; of a day that has both, the computed ones alone."""
    mine = [one for one in found if one.equation == equation and one.amount]
    computed = {one.on for one in mine if not one.reported}
    return tuple(one for one in mine if not one.reported or one.on not in computed)


def slope_of(found: Sequence[Filtration], equation: str = EQUATION) -> Slope:
    """Return the change a year by one equation; results of others are not in it."""
    mine = comparable(found, equation)
    dated = [one for one in mine if one.on.exact and one.fact.comparator is None]
    estimates = [
        Estimate(one.equation, one.on.exact, one.amount.middle)
        for one in dated
        if one.on.exact and one.amount
    ]
    per_year = slope(estimates)
    return Slope(
        equation,
        len(estimates),
        per_year,
        left_out=len(mine) - len(dated),
        in_the_middle=any(one.amount is not None and one.amount.exact is None for one in dated),
        why="" if per_year is not None else "fewer than two days with an exact value",
    )


def _computed(patient: PatientFacts, fact: LabFact) -> tuple[Between | None, str]:
    """Return the eGFR of a creatinine, or why there is none."""
    female = _SEXES.get(patient.sex)
    creatinine = measured(fact, *LIMITS["scr_umol_l"])
    if creatinine is None:
        return None, "no_number"
    if female is None:
        return None, "sex_not_female_or_male"
    if patient.birth_date is None:
        return None, "no_birth_date"
    youngest, oldest = baseline.years_between(patient.birth_date, fact.collected_on)
    if youngest < ADULT:
        return None, "under_18" if oldest < ADULT else "may_be_under_18"
    return (
        Between(
            _ckd_epi_2021(creatinine.high, oldest, female=female),
            _ckd_epi_2021(creatinine.low, youngest, female=female),
        ),
        "",
    )


@lru_cache(maxsize=16_384)  # asked again at every visit, and a power is slow
def _ckd_epi_2021(umol_l: Decimal, years: int, *, female: bool) -> Decimal:
    sample = Sample(umol_l / UMOL_L_IN_MG_DL, Decimal(years), female)
    return estimate(ckd_epi.ckd_epi_2021, sample)
