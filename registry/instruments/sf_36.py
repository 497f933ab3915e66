"""SF-36: the scores of its eight scales and two summaries, scored elsewhere.

Unit: scales 0 to 100; the physical and mental summary as T scores (mean 50, SD 10); high is good.
Window: the last 4 weeks.  There is no total.
Source: Ware JE, Sherbourne CD. Med Care 1992;30:473-83.
Licence: QualityMetric; only scores are stored.  The RAND-36 has the same questions and another
scoring of pain and general health: it is another measure.
"""

from decimal import Decimal

from registry.instruments._values import as_scales, each_alone, numbers
from registry.instruments.base import Instrument

VERSION = "SF-36-scores/1"
_SCALE = "Score of the scale, from 0 for the worst to 100 for the best."
_SUMMARY = "T score: 50 is the mean of the norm, 10 its standard deviation."
ITEMS = numbers(
    ("physical_functioning", "Physical functioning", _SCALE),
    ("role_physical", "Role, physical", _SCALE),
    ("bodily_pain", "Bodily pain", _SCALE),
    ("general_health", "General health", _SCALE),
    ("vitality", "Vitality", _SCALE),
    ("social_functioning", "Social functioning", _SCALE),
    ("role_emotional", "Role, emotional", _SCALE),
    ("mental_health", "Mental health", _SCALE),
    ("pcs", "Physical summary (PCS)", _SUMMARY),
    ("mcs", "Mental summary (MCS)", _SUMMARY),
    high=Decimal(100),
    places=2,
)
SCALES = as_scales(ITEMS, "high_good")

INSTRUMENT = Instrument(
    code="sf_36",
    key="SF-36",
    version=VERSION,
    title="SF-36",
    items=ITEMS,
    maximum=Decimal(100),
    score=each_alone(ITEMS, SCALES),
    source="Ware JE, Sherbourne CD. Med Care 1992;30:473-83",
    licence="QualityMetric, by licence; only scores are stored.",
    window="the last 4 weeks",
    unit="0 to 100, high is good",
    subject="patient_reported",
    direction="high_good",
    note="Scores from elsewhere: scales on 0 to 100, not norm-based; PCS and MCS as T scores.",
    totalled=False,
    scales=SCALES,
    disagreements=("Scales are also printed norm-based (mean 50): give them on 0 to 100 here.",),
    uncertain=("An important change is 2.5 points of PCS and MCS, 5 of a scale.",),
)
