"""FACIT-Fatigue: the total of a questionnaire that was scored elsewhere.

Unit: 0 to 52, high is good.  Window: the last 7 days.
Source: Yellen SB et al. J Pain Symptom Manage 1997;13:63-74.
Licence: registration at facit.org; software and commercial use by licence.  Only totals are stored.
"""

from decimal import Decimal

from registry.instruments._values import one_value
from registry.instruments.base import Instrument, Item

VERSION = "FACIT-Fatigue-total/1"
ITEM = Item(
    "value",
    "Total",
    Decimal(1),
    "Total of the 13 questions, from 0 for the worst to 52 for no fatigue.",
    exclude="totals where more is worse",
    high=Decimal(52),
    places=2,
)

INSTRUMENT = Instrument(
    code="facit_fatigue",
    key="FACIT-Fatigue",
    version=VERSION,
    title="FACIT-Fatigue",
    items=(ITEM,),
    maximum=ITEM.high,
    score=one_value(ITEM),
    source="Yellen SB et al. J Pain Symptom Manage 1997;13:63-74",
    licence="Questions and scoring belong to FACIT.org, by licence; only totals are stored.",
    window="the last 7 days",
    kind="value",
    unit="0 to 52, high is good",
    subject="patient_reported",
    direction="high_good",
    note="The total of the questionnaire, scored elsewhere.",
    uncertain=("An important change in lupus is 3 to 6 points.",),
)
