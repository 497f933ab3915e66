"""What the versions of the SLEDAI share: 24 codes with their weights, and how they add up.

Weights are the same in all of them, so a data set that mixes versions looks plausible and is
wrong: each version is an instrument of its own, and none is averaged with another.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from registry.instruments import sledai_2k
from registry.instruments.base import Item

VERSIONS = frozenset({"sledai_2k", "selena_sledai", "sledai_1992"})  # codes of the instruments
GROUPS = sledai_2k.GROUPS
MAXIMUM = Decimal(105)
score = sledai_2k.score  # the same weights under the same codes
MORE_THAN_JOINTS = 2  # "more than 2" before the 2K version, which takes 2 or more
ARTHRITIS = (
    f"More than {MORE_THAN_JOINTS} joints with pain and a sign of inflammation: tenderness, "
    "swelling or effusion.",
    "joint pain without inflammation; two joints alone",
)
PROTEINURIA = (
    "More than 0.5 g of protein in 24 hours, newly begun or recently risen by more than 0.5 g in "
    "24 hours.",
    "protein that is neither new nor rising; fixed proteinuria from scarring; dipstick alone",
)
FARR = (
    "Anti-dsDNA of more than 25 % binding by Farr assay, or above the laboratory's normal range.",
    "",
)
ONE_VERSION = (
    "Use one version of the SLEDAI for a patient: totals of two versions are never compared."
)


def items_with(changed: Mapping[str, tuple[str, str]]) -> tuple[Item, ...]:
    """Return the 24 items with some of them defined otherwise: code → definition, exclusions."""
    return tuple(
        replace(item, definition=changed[item.code][0], exclude=changed[item.code][1])
        if item.code in changed
        else item
        for item in sledai_2k.ITEMS
    )
