"""Fatigue on a visual analogue scale.

Unit: mm on a line of 100 mm, 0 to 100, whole numbers (high is bad).  Window: as asked, mostly the
last 7 days.
Source: Wolfe F. J Rheumatol 2004;31:1896-902.
Licence: free to use.  A mark on a line of another length is converted where it is labelled.
"""

from decimal import Decimal

from registry.instruments._values import YEARLY, one_value
from registry.instruments.base import Instrument, Item

VERSION = "FATIGUE-VAS/1"
LINE_MM = Decimal(100)
ITEM = Item(
    "value",
    "Fatigue",
    Decimal(1),
    "The mark of the patient on a line from 0 for none to 100 mm for the worst fatigue.",
    exclude="a rating of 0 to 10 without its label",
    high=LINE_MM,
    unit="mm",
    other_scales={"mm": LINE_MM, "/100": LINE_MM, "/10": Decimal(10), "cm": Decimal(10)},
)

INSTRUMENT = Instrument(
    code="fatigue_vas",
    key="FATIGUE-VAS",
    version=VERSION,
    title="Fatigue, 0 to 100 mm",
    items=(ITEM,),
    maximum=LINE_MM,
    score=one_value(ITEM),
    source="Wolfe F. J Rheumatol 2004;31:1896-902",
    licence="Free to use.",
    window="as asked, mostly the last 7 days",
    kind="value",
    unit="mm",
    due_at=YEARLY,
    subject="patient_reported",
    disagreements=(
        "Scales of 0 to 10 are in use: a value is converted only where it carries its label.",
    ),
    uncertain=("An important change is about 10 mm.", "The citation of 2004 for the scale."),
)
