"""LupusQoL: the scores of its eight domains, scored elsewhere.

Unit: 0 to 100 for each domain, high is good.  Window: the last 4 weeks.  There is no total.
Source: McElhone K et al. Arthritis Rheum 2007;57:972-9, doi 10.1002/art.22881.
Licence: the questionnaire by licence; only domain scores are stored.  A domain needs half of its
questions; that was decided where it was scored.
"""

from decimal import Decimal

from registry.instruments._values import as_scales, each_alone, numbers
from registry.instruments.base import Instrument

VERSION = "LupusQoL-domains/1"
_ASKED = "Score of the domain, from 0 for the worst to 100 for the best."
ITEMS = numbers(
    ("physical_health", "Physical health", _ASKED),
    ("pain", "Pain", _ASKED),
    ("planning", "Planning", _ASKED),
    ("intimate", "Intimate relationships", _ASKED),
    ("burden", "Burden to others", _ASKED),
    ("emotional_health", "Emotional health", _ASKED),
    ("body_image", "Body image", _ASKED),
    ("fatigue", "Fatigue", _ASKED),
    high=Decimal(100),
    places=2,
)
SCALES = as_scales(ITEMS, "high_good")

INSTRUMENT = Instrument(
    code="lupusqol",
    key="LupusQoL",
    version=VERSION,
    title="LupusQoL",
    items=ITEMS,
    maximum=Decimal(100),
    score=each_alone(ITEMS, SCALES),
    source="McElhone K et al. Arthritis Rheum 2007;57:972-9, doi 10.1002/art.22881",
    licence="The questionnaire is used by licence; only the scores of its domains are stored.",
    window="the last 4 weeks",
    unit="0 to 100, high is good",
    subject="patient_reported",
    direction="high_good",
    note="Domain scores, scored elsewhere; there is no total.",
    totalled=False,
    scales=SCALES,
    disagreements=("An important change is 3 to 7 points, depending on the domain.",),
)
