"""The kidney over time: filtration and proteinuria of each sample, baseline, policy, slope.

Facts in, frozen results out. What a response needs of a visit is chosen here; the thresholds are
those of the calculators.
"""

from registry.followup.kidney.course import Kidney, PatientsUnit
from registry.followup.kidney.filtration import Filtration
from registry.followup.kidney.proteinuria import Collection, Policy, Spot
from registry.followup.kidney.samples import Between

__all__ = [
    "Between",
    "Collection",
    "Filtration",
    "Kidney",
    "PatientsUnit",
    "Policy",
    "Spot",
]
