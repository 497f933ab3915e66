"""MDRD equation with four variables, only to read old data again.

Unit: mL/min/1.73 m² (low is bad).  Window: per sample.  Creatinine by a method traceable to
IDMS, age 18 or more, without the factor for race.  Never mixed with another equation.
"""

from decimal import Decimal

from registry.instruments._filtration import SETTINGS, Sample, calculator
from registry.instruments.base import Rule

VERSION = "MDRD-175/2006"
FACTOR = Decimal(175)
CREATININE_POWER = Decimal("-1.154")
AGE_POWER = Decimal("-0.203")
FEMALE = Decimal("0.742")


def mdrd_175(sample: Sample) -> Decimal:
    """Return the unrounded estimate."""
    value = FACTOR * sample.creatinine**CREATININE_POWER * sample.age**AGE_POWER
    return value * FEMALE if sample.female else value


RULE = Rule(
    title="eGFR by MDRD with four variables",
    version=VERSION,
    subject="function",
    source="Levey AS et al. Ann Intern Med 2006;145:247-54",
    licence="An equation, free to use.",
    settings={**SETTINGS, "factor": f"{FACTOR}; the older 186 is for methods without IDMS"},
    disagreements=("It reads low above 60, where many laboratories printed only “above 60”.",),
    note="Only to read old data again.",
)
CALCULATORS = (calculator("eGFR.MDRD-175", mdrd_175, RULE),)
