"""EQ-5D-5L: profile, visual analogue scale, and the index of a named value set.

Unit: profile as five digits of 1 (no problem) to 5; scale 0 to 100; index up to 1; high is good.
Window: today.  There is no total.  An index means nothing without its value set.
Source: Herdman M et al. Qual Life Res 2011;20:1727-36, doi 10.1007/s11136-011-9903-x.
Licence: EuroQol registration, digital use by licence: no wording is asked here, only the digits.
"""

import re
from decimal import Decimal

from registry.instruments._values import each_alone
from registry.instruments.base import Answers, Instrument, Item, Scale

VERSION = "EQ-5D-5L/1"
ONE = Decimal(1)
PROFILE = re.compile(r"[1-5]{5}", re.ASCII)
ITEMS = (
    Item(
        "profile",
        "Profile",
        ONE,
        "Five digits of 1 to 5: mobility, self-care, usual activities, pain or discomfort, "
        "anxiety or depression.",
        form="text",
    ),
    Item(
        "vas",
        "Health today, 0 to 100",
        ONE,
        "The mark of the patient from 0 for the worst health to 100 for the best.",
        high=Decimal(100),
    ),
    Item(
        "index",
        "Index",
        ONE,
        "Worked out elsewhere from the profile with the value set that is named.",
        low=-ONE,
        high=ONE,
        places=3,
        optional=True,
    ),
    Item(
        "value_set",
        "Value set",
        ONE,
        "Country and year of the value set, needed with the index.",
        form="text",
        optional=True,
    ),
)
SCALES = (
    Scale("vas", "Health today", Decimal(100), direction="high_good"),
    Scale("index", "Index", ONE, -ONE, direction="high_good"),
)


def problems(answers: Answers) -> dict[str, str]:
    """Return item → sentence for a profile that is none, and an index without its value set."""
    profile = answers.get("profile")
    found = {}
    if profile is not None and not PROFILE.fullmatch(str(profile)):
        found["profile"] = "Profile: give five digits of 1 to 5, for example 21232"
    if answers.get("index") is not None and answers.get("value_set") is None:
        found["value_set"] = "Value set: name it, an index means nothing without its set"
    return found


INSTRUMENT = Instrument(
    code="eq_5d_5l",
    key="EQ-5D-5L",
    version=VERSION,
    title="EQ-5D-5L",
    items=ITEMS,
    maximum=Decimal(100),
    score=each_alone(ITEMS, SCALES),
    source="Herdman M et al. Qual Life Res 2011;20:1727-36, doi 10.1007/s11136-011-9903-x",
    licence="EuroQol: registration, digital use by licence; only the digits are stored.",
    window="today",
    unit="0 to 100, high is good",
    subject="patient_reported",
    direction="high_good",
    note="The digits from the form on paper; no total.",
    totalled=False,
    scales=SCALES,
    problems=problems,
    disagreements=(
        "Indices of different value sets are not comparable; the set is kept beside each.",
    ),
    uncertain=("An important change of the index is 0.04 to 0.08.",),
)
