"""Left ventricular ejection fraction (LVEF).

Unit: %, 0 to 100, one decimal (high is good).  Window: the examination itself; a baseline may be
180 days old.  A range or "normal" in words is no value.
Source: Lang RM et al. J Am Soc Echocardiogr 2015;28:1-39, doi 10.1016/j.echo.2014.10.003.
Licence: a measurement, free to use.
"""

from decimal import Decimal

from registry.instruments._organ_function import (
    BASELINE_DAYS,
    DIFFERENCE,
    METHOD,
    SUBJECT,
    device,
)
from registry.instruments._values import YEARLY, one_value
from registry.instruments.base import Instrument, Item

VERSION = "LVEF/1"
MAXIMUM = Decimal(100)
VALUE = Item(
    "value",
    "LVEF",
    Decimal(1),
    "The ejection fraction of the left ventricle as measured.",
    exclude="a range, or an estimate in words",
    high=MAXIMUM,
    places=1,
    unit="%",
)
ITEMS = (VALUE, device("Device and method", "Such as biplane Simpson, 3D echo or MRI."))

INSTRUMENT = Instrument(
    code="lvef",
    key="LVEF",
    version=VERSION,
    title="Left ventricular ejection fraction (LVEF)",
    items=ITEMS,
    maximum=MAXIMUM,
    score=one_value(VALUE, *METHOD),
    source="Lang RM et al. J Am Soc Echocardiogr 2015;28:1-39, doi 10.1016/j.echo.2014.10.003",
    licence="A measurement, free to use.",
    window="the examination; a baseline may be 180 days old",
    kind="value",
    unit="%",
    due_at=YEARLY,
    subject=SUBJECT,
    direction="high_good",
    baseline_days=BASELINE_DAYS,
    disagreements=(DIFFERENCE,),
)
