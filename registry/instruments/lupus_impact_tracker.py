"""Lupus Impact Tracker: the total of a questionnaire that was scored elsewhere.

Unit: 0 to 100, high is bad.  Window: the last 4 weeks.
Source: Jolly M et al. Lupus Sci Med 2016;3:e000118.
Licence: copyright of its authors, by permission.  Only totals are stored.
"""

from decimal import Decimal

from registry.instruments._values import one_value
from registry.instruments.base import Instrument, Item

VERSION = "LIT-total/1"
ITEM = Item(
    "value",
    "Total",
    Decimal(1),
    "Total of the 10 questions times 2.5, from 0 for no impact to 100 for the most.",
    exclude="sums of 0 to 40, which are not yet multiplied by 2.5",
    high=Decimal(100),
    places=2,
)

INSTRUMENT = Instrument(
    code="lupus_impact_tracker",
    key="LIT-total",
    version=VERSION,
    title="Lupus Impact Tracker",
    items=(ITEM,),
    maximum=ITEM.high,
    score=one_value(ITEM),
    source="Jolly M et al. Lupus Sci Med 2016;3:e000118",
    licence="The questionnaire is used by permission of its authors; only totals are stored.",
    window="the last 4 weeks",
    kind="value",
    unit="0 to 100, high is bad",
    subject="patient_reported",
    direction="high_bad",
    note="The total of the questionnaire, scored elsewhere.",
    uncertain=("An important change is about 4 points.",),
)
