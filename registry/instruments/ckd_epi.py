"""CKD-EPI creatinine equations of 2021 and, to read old data again, of 2009.

Unit: mL/min/1.73 m² (low is bad).  Window: per sample.  Creatinine by a method traceable to
IDMS, age 18 or more.  The equation of 2009 is given without its factor for race.
"""

from dataclasses import dataclass
from decimal import Decimal

from registry.instruments._filtration import SETTINGS, Sample, calculator
from registry.instruments.base import Rule

VERSION_2021 = "CKD-EPI/2021"
VERSION_2009 = "CKD-EPI/2009"
KAPPA_FEMALE, KAPPA_MALE = Decimal("0.7"), Decimal("0.9")  # mg/dL, where the curve bends


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What tells the two equations apart; ``alpha`` bends below kappa, ``beta`` above."""

    factor: Decimal
    alpha_female: Decimal
    alpha_male: Decimal
    beta: Decimal
    per_year: Decimal
    female: Decimal


OF_2021 = Coefficients(
    factor=Decimal(142),
    alpha_female=Decimal("-0.241"),
    alpha_male=Decimal("-0.302"),
    beta=Decimal("-1.200"),
    per_year=Decimal("0.9938"),
    female=Decimal("1.012"),
)
OF_2009 = Coefficients(
    factor=Decimal(141),
    alpha_female=Decimal("-0.329"),
    alpha_male=Decimal("-0.411"),
    beta=Decimal("-1.209"),
    per_year=Decimal("0.993"),
    female=Decimal("1.018"),
)


def ckd_epi_2021(sample: Sample) -> Decimal:
    """Return the unrounded estimate of 2021."""
    return _ckd_epi(OF_2021, sample)


def ckd_epi_2009(sample: Sample) -> Decimal:
    """Return the unrounded estimate of 2009, for comparison with old data only."""
    return _ckd_epi(OF_2009, sample)


def _ckd_epi(of: Coefficients, sample: Sample) -> Decimal:
    ratio = sample.creatinine / (KAPPA_FEMALE if sample.female else KAPPA_MALE)
    alpha = of.alpha_female if sample.female else of.alpha_male
    bent = ratio ** (alpha if ratio < 1 else of.beta)
    return of.factor * bent * of.per_year**sample.age * (of.female if sample.female else 1)


RULE_2021 = Rule(
    title="eGFR by CKD-EPI 2021",
    version=VERSION_2021,
    subject="function",
    source="Inker LA et al. N Engl J Med 2021;385:1737-49, doi 10.1056/NEJMoa2102953",
    licence="An equation, free to use.",
    settings=SETTINGS,
    disagreements=(
        "Public worked examples are wrong in places: 1.0 mg/dL at 60 years, male, is 86.2 by this "
        "equation and not 89.5.",
        "It is another equation than that of 2009; the two are never mixed in one slope.",
    ),
)
RULE_2009 = Rule(
    title="eGFR by CKD-EPI 2009, without race",
    version=VERSION_2009,
    subject="function",
    source="Levey AS et al. Ann Intern Med 2009;150:604-12",
    licence="An equation, free to use.",
    settings=SETTINGS,
    disagreements=("As published it has a factor for race, which is left out here.",),
    note="Only to read old data again.",
)
CALCULATORS = (
    calculator("eGFR.CKD-EPI-2021", ckd_epi_2021, RULE_2021),
    calculator("eGFR.CKD-EPI-2009", ckd_epi_2009, RULE_2009),
)
