"""States and changes of a whole cohort from columns of scores; each decided by both bounds.

Every function gives one state a row, in the words of the function for one patient that it names.
"""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from registry.analysis.answer_codes import Flags, Whole, units_of
from registry.analysis.score_columns import Bounds, Scores
from registry.followup.states.sledai_2k_le_4 import CEILING
from registry.instruments import toronto_change

Words = NDArray[np.str_]

MET, NOT_MET, INDETERMINATE = "met", "not_met", "indeterminate"


def low_activity(sledai: Scores) -> Words:
    """Judge SLEDAI-2K of 4 or less, as ``followup.states.sledai_2k_le_4`` does."""
    return at_most(sledai, units_of(CEILING, sledai.places))


def no_clinical_activity(sledai: Scores) -> Words:
    """Judge a clinical SLEDAI-2K of 0, the limb of remission."""
    return at_most(sledai.subsets["clinical"], 0)


def at_most(scores: Bounds, ceiling: int) -> Words:
    """Judge whether the points are the ceiling or fewer, both in units."""
    return _decided(met=scores.possible <= ceiling, failed=scores.known > ceiling)


def toronto(previous: Scores, current: Scores) -> Words:
    """Judge the change between two visits, as ``toronto_change.state_of`` does.

    Indeterminate where either score is not complete.
    """
    fall, more_than = _fall(previous, current), units_of(toronto_change.MORE_THAN, current.places)
    return _first(
        [
            (~(previous.totalled & current.totalled), INDETERMINATE),
            (current.total == 0, "remission"),
            (-fall > more_than, "flare"),
            (fall > more_than, "improvement"),
        ],
        otherwise="persistently_active",
    )


def falls_by(points: Decimal, before: Bounds, now: Bounds, places: int = 0) -> Words:
    """Judge a fall of so many points or more, of the whole score or of its clinical part.

    Decided for incomplete scores too, where every way to fill the gaps of both visits agrees.
    """
    least, most = before.known - now.possible, before.possible - now.known
    threshold = units_of(points, places)
    return _decided(met=least >= threshold, failed=most < threshold)


def _fall(previous: Scores, current: Scores) -> Whole:
    if previous.places != current.places:
        raise ValueError("scores of two instruments have no change between them")
    return previous.total - current.total


def _decided(*, met: Flags, failed: Flags) -> Words:
    return _first([(met, MET), (failed, NOT_MET)], otherwise=INDETERMINATE)


def _first(cases: Sequence[tuple[Flags, str]], *, otherwise: str) -> Words:
    """Return for each row the word of the first case that holds."""
    return np.select([holds for holds, _ in cases], [word for _, word in cases], otherwise)
