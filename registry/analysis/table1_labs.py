"""Which laboratory results describe a patient before treatment, and how old they may be.

Unit: days on or before the course start.  One variable may be measured by several assays: their
values stand in rows of their own, by unit and code, never averaged together.
"""

from collections.abc import Mapping
from types import MappingProxyType

LAB_DAYS = 28

#: Variable of table 1 -> codes of the analytes that measure it.
VARIABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "c3": ("c3",),
        "c4": ("c4",),
        "anti_dsdna": ("anti_dsdna",),
        "upcr": ("upcr",),
        "creatinine": ("creatinine",),
    }
)
ANALYTES = tuple(code for codes in VARIABLES.values() for code in codes)
