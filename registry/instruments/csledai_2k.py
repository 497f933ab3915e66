"""Clinical SLEDAI-2K: the SLEDAI-2K without complement and anti-dsDNA.

Unit: points, 0 to 101 (high is bad).  Window: that of the SLEDAI-2K.  Leukopenia and
thrombocytopenia stay in.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from registry.instruments import sledai_2k
from registry.instruments._checklist import checklist
from registry.instruments.base import Answers, Instrument, Score

ITEMS = sledai_2k.CLINICAL_ITEMS


def score(answers: Answers) -> Score:
    """Score SLEDAI-2K answers without the serology, which may stay unassessed."""
    whole = sledai_2k.score(answers)
    missing = tuple(code for code in whole.missing if code not in sledai_2k.SEROLOGY)
    return _clinical(whole.parts, missing)


def from_parts(parts: Mapping[str, Any]) -> Score | None:
    """Rebuild the score from the stored parts of a SLEDAI-2K; None for a historic total."""
    return _clinical(parts) if "clinical_points" in parts else None


def _clinical(parts: Mapping[str, Any], missing: tuple[str, ...] = ()) -> Score:
    known = Decimal(parts["clinical_points"])
    return Score(
        total=known if parts["clinical_complete"] else None,
        known_points=known,
        max_possible=Decimal(parts["clinical_max_possible"]),
        complete=parts["clinical_complete"],
        parts={"clinical_points": parts["clinical_points"]},
        missing=missing,
    )


INSTRUMENT = Instrument(
    code="csledai_2k",
    key="cSLEDAI-2K",
    version=sledai_2k.VERSION,
    title="Clinical SLEDAI-2K",
    items=ITEMS,
    maximum=Decimal(101),
    score=score,
    source=sledai_2k.INSTRUMENT.source,
    licence=sledai_2k.INSTRUMENT.licence,
    window=sledai_2k.INSTRUMENT.window,
    kind="derived",
    groups=tuple(group for group in sledai_2k.GROUPS if group.code != "immunological"),
    settings=sledai_2k.INSTRUMENT.settings,
    disagreements=(
        "Only complement and anti-dsDNA are left out; an index without any laboratory item is "
        "also called clinical SLEDAI by some groups.",
    ),
    derived_from="sledai_2k",
    from_parts=from_parts,
    subject="activity",
    uncertain=sledai_2k.INSTRUMENT.uncertain,
)

# Serology may be named in the lists, as it is in the SLEDAI-2K; it adds no points here.
CALCULATORS = (checklist(INSTRUMENT, sledai_2k.ITEMS, "clinical_points", "complete"),)
