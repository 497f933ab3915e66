"""PROMIS-29: the T scores of its seven domains and the rating of pain, scored elsewhere.

Unit: T score (mean 50, SD 10), more is more of what the domain is called: good for physical
function and social participation, bad for the others; pain intensity 0 to 10 (high is bad).
Window: the last 7 days; physical function and participation without one.  There is no total.
Source: Hays RD et al. Qual Life Res 2018;27:1885-91, doi 10.1007/s11136-018-1842-3.
Licence: free for individual research and clinical use; integration by permission of the PROMIS
Health Organization.  Only scores are stored.
"""

from dataclasses import replace
from decimal import Decimal

from registry.instruments._values import as_scales, each_alone, numbers
from registry.instruments.base import Instrument

VERSION = "PROMIS-29-scores/1"
LOWEST_T, HIGHEST_T = Decimal(10), Decimal(90)
GOOD = frozenset({"physical_function", "social_roles"})
_MORE = "T score; 50 is the mean of the reference, and higher is"
_T_SCORES = numbers(
    ("physical_function", "Physical function", f"{_MORE} better function."),
    ("anxiety", "Anxiety", f"{_MORE} more anxiety."),
    ("depression", "Depression", f"{_MORE} more depression."),
    ("fatigue", "Fatigue", f"{_MORE} more fatigue."),
    ("sleep_disturbance", "Sleep disturbance", f"{_MORE} worse sleep."),
    ("social_roles", "Social roles and activities", f"{_MORE} more participation."),
    ("pain_interference", "Pain interference", f"{_MORE} more interference."),
    high=HIGHEST_T,
    places=1,
)
ITEMS = (
    *(replace(item, low=LOWEST_T, unit="T") for item in _T_SCORES),
    *numbers(
        ("pain_intensity", "Pain intensity, 0 to 10", "The rating from 0, none, to 10, worst."),
        high=Decimal(10),
    ),
)
SCALES = tuple(
    replace(scale, direction="high_good") if scale.code in GOOD else scale
    for scale in as_scales(ITEMS, "high_bad")
)

INSTRUMENT = Instrument(
    code="promis_29",
    key="PROMIS-29",
    version=VERSION,
    title="PROMIS-29",
    items=ITEMS,
    maximum=HIGHEST_T,
    score=each_alone(ITEMS, SCALES),
    source="Hays RD et al. Qual Life Res 2018;27:1885-91, doi 10.1007/s11136-018-1842-3",
    licence=(
        "PROMIS Health Organization: free for individual research and clinical use, integration "
        "by permission; only scores are stored."
    ),
    window="the last 7 days",
    unit="T score",
    subject="patient_reported",
    direction="none",  # of the whole: each of its scales has its own
    note="T scores from elsewhere; higher is more of what the domain is called. There is no total.",
    totalled=False,
    scales=SCALES,
    uncertain=("An important change is 2 to 5 T points.",),
)
