"""Forced vital capacity, per cent of predicted (FVC %).

Unit: % of predicted, 0 to 200, one decimal (high is good).  Window: the examination itself; a
baseline may be 180 days old.
Source: Graham BL et al. Am J Respir Crit Care Med 2019;200:e70-88, doi 10.1164/rccm.201908-1590ST
(spirometry); Quanjer PH et al. Eur Respir J 2012;40:1324-43 (the GLI equations).
Licence: a measurement, free to use.
"""

from decimal import Decimal

from registry.instruments._organ_function import (
    BASELINE_DAYS,
    DIFFERENCE,
    METHOD,
    REFERENCE,
    SUBJECT,
    device,
)
from registry.instruments._values import YEARLY, one_value
from registry.instruments.base import Instrument, Item

VERSION = "FVC-percent/1"
MAXIMUM = Decimal(200)
VALUE = Item(
    "value",
    "FVC, % of predicted",
    Decimal(1),
    "The best of the acceptable manoeuvres, as the report gives it in per cent of predicted.",
    exclude="litres; a z-score",
    high=MAXIMUM,
    places=1,
    unit="%",
)
ITEMS = (VALUE, device("Device", "The spirometer."), REFERENCE)

INSTRUMENT = Instrument(
    code="fvc_percent",
    key="FVC-percent",
    version=VERSION,
    title="Forced vital capacity, % of predicted",
    items=ITEMS,
    maximum=MAXIMUM,
    score=one_value(VALUE, *METHOD),
    source="Graham BL et al. Am J Respir Crit Care Med 2019;200:e70-88, "
    "doi 10.1164/rccm.201908-1590ST",
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
