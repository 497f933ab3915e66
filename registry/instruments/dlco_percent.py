"""Diffusing capacity for carbon monoxide, per cent of predicted (DLCO %).

Unit: % of predicted, 0 to 200, one decimal (high is good).  Window: the examination itself; a
baseline may be 180 days old.
Source: Graham BL et al. Eur Respir J 2017;49:1600016, doi 10.1183/13993003.00016-2016 (the
measurement); Stanojevic S et al. Eur Respir J 2017;50:1700010 (the GLI equations).
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

VERSION = "DLCO-percent/1"
MAXIMUM = Decimal(200)
VALUE = Item(
    "value",
    "DLCO, % of predicted",
    Decimal(1),
    "As the report gives it in per cent of predicted, corrected for haemoglobin where it is.",
    exclude="KCO; mmol/min/kPa or mL/min/mmHg; a z-score",
    high=MAXIMUM,
    places=1,
    unit="%",
)
ITEMS = (
    VALUE,
    device("Device", "The apparatus, and whether haemoglobin was allowed for."),
    REFERENCE,
)

INSTRUMENT = Instrument(
    code="dlco_percent",
    key="DLCO-percent",
    version=VERSION,
    title="Diffusing capacity (DLCO), % of predicted",
    items=ITEMS,
    maximum=MAXIMUM,
    score=one_value(VALUE, *METHOD),
    source="Graham BL et al. Eur Respir J 2017;49:1600016, doi 10.1183/13993003.00016-2016",
    licence="A measurement, free to use.",
    window="the examination; a baseline may be 180 days old",
    kind="value",
    unit="%",
    due_at=YEARLY,
    subject=SUBJECT,
    direction="high_good",
    baseline_days=BASELINE_DAYS,
    disagreements=(
        DIFFERENCE,
        "Some reports correct for haemoglobin and some do not: say it with the device.",
    ),
)
