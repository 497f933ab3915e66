"""Patient global assessment on a visual analogue scale.

Unit: mm on a line of 100 mm, 0 to 100, whole numbers (high is bad).  Window: as asked, mostly the
last 7 days.
Source: Nikiphorou E et al. Arthritis Res Ther 2016;18:251.
Licence: free to use.  A mark on a line of another length is converted where it is labelled.
"""

from decimal import Decimal

from registry.instruments._values import YEARLY, one_value
from registry.instruments.base import Instrument, Item

VERSION = "GLOBAL-VAS/1"
LINE_MM = Decimal(100)
ITEM = Item(
    "value",
    "Patient global",
    Decimal(1),
    "The mark of the patient on a line from 0 for very well to 100 mm for very poorly.",
    exclude="the global assessment of the physician, which is the PGA",
    high=LINE_MM,
    unit="mm",
    other_scales={"mm": LINE_MM, "/100": LINE_MM, "/10": Decimal(10), "cm": Decimal(10)},
)

INSTRUMENT = Instrument(
    code="global_vas",
    key="GLOBAL-VAS",
    version=VERSION,
    title="Patient global assessment, 0 to 100 mm",
    items=(ITEM,),
    maximum=LINE_MM,
    score=one_value(ITEM),
    source="Nikiphorou E et al. Arthritis Res Ther 2016;18:251",
    licence="Free to use.",
    window="as asked, mostly the last 7 days",
    kind="value",
    unit="mm",
    due_at=YEARLY,
    subject="patient_reported",
    disagreements=(
        "Scales of 0 to 10 are in use: a value is converted only where it carries its label.",
    ),
    uncertain=("An important change is about 10 mm.", "The citation of 2016 for the scale."),
)
