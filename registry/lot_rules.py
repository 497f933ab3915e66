"""What the state of a lot allows, and what its release tests say against their limits; pure.

Three values throughout: a partial date or a result beside a limit may leave a question open, and
then a person is asked.  Nothing open is taken for a yes or a no.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from registry.partial_date import PartialDate

BLOCKING = frozenset({"quarantined", "rejected", "recalled"})
LONGEST_CODE = 80  # as in files, where a lot may be written with spaces and any letters
_NEW_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
IGNORED = " -‐‑‒–="  # in keys
_IGNORED = re.compile(f"[{re.escape(IGNORED)}]+")


def search_key(text: str) -> str:
    """Return a lot, donation or donor key without case, spaces, hyphens, ``=``; O is read as 0."""
    return _IGNORED.sub("", text).upper().replace("O", "0")


def unfit_for_new(code: str) -> str | None:
    """Return a sentence when no new lot may be called so; files may call theirs otherwise."""
    if _NEW_CODE.fullmatch(code):
        return None
    return "use 1 to 40 letters, digits, dots, dashes or underscores"


@dataclass(frozen=True, slots=True)
class GivenLot:
    """What went from one lot into one infusion; ``field`` names the row it was typed in."""

    code: str
    volume_ml: Decimal | None = None
    cells: Decimal | None = None
    thawed_at: PartialDate | None = None
    field: str = "lot"

    @property
    def says_something(self) -> bool:
        """Whether anything but the code is given."""
        return any(part is not None for part in (self.volume_ml, self.cells, self.thawed_at))


# --- may a lot be used ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decided:
    """One dated decision, as the rules see it."""

    decision: str
    on: PartialDate


@dataclass(frozen=True, slots=True)
class LotState:
    """A lot with what was decided about it, in any order; ``status`` may come from a file."""

    code: str
    decisions: tuple[Decided, ...] = ()
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """Whether a lot may have been given on a date: blocked, or open, or neither."""

    blocked: str | None = None  # the sentence that refuses
    question: str | None = None  # the sentence that asks


def in_order(decisions: Iterable[Decided]) -> list[Decided]:
    """Return the decisions in the order of their dates; of one day the later entered is later."""
    return sorted(decisions, key=lambda made: (made.on.earliest, made.on.latest))


def latest(decisions: Iterable[Decided]) -> Decided | None:
    """Return the decision in force now, if any was made."""
    ordered = in_order(decisions)
    return ordered[-1] if ordered else None


def use_of(lot: LotState, on: PartialDate) -> Use:
    """Say whether the lot was free for use on the date.

    The decision in force on the day counts: a lot recalled later was given all the same, and must
    be found by its recall.  A decision of the same day counts as made before.
    """
    if not lot.decisions:
        return _undated(lot)
    ordered = in_order(lot.decisions)
    by_then = [made for made in ordered if made.on.latest <= on.earliest]
    perhaps = [made for made in ordered if made not in by_then and not made.on.certainly_after(on)]
    after = [made for made in ordered if made.on.certainly_after(on)]
    if by_then and by_then[-1].decision in BLOCKING and not perhaps:
        return Use(blocked=_refusal(lot.code, by_then[-1]))
    doubtful = [made for made in [*by_then[-1:], *perhaps, *after] if made.decision in BLOCKING]
    return Use(question=_question(lot.code, doubtful[-1])) if doubtful else Use()


def _undated(lot: LotState) -> Use:
    status = (lot.status or "").strip().casefold()
    if status not in BLOCKING:
        return Use()
    return Use(
        blocked=f"lot {lot.code} is {status} (no date recorded). If it was used before that, "
        "record the decision with its date on the page of the lot first"
    )


def _refusal(code: str, made: Decided) -> str:
    return (
        f"lot {code} was {made.decision} on {made.on.words} and may not be used. If it was given "
        "by exception, record that decision on the page of the lot first"
    )


def _question(code: str, made: Decided) -> str:
    return f"Lot {code} was {made.decision} on {made.on.words}. Was it given before that?"


# --- other checks of a lot that was given ---------------------------------------------------


def before_manufacture(code: str, made_on: PartialDate | None, on: PartialDate) -> str | None:
    """Return a sentence when the infusion is certainly before the lot was made, else None."""
    if made_on is None or not on.certainly_before(made_on):
        return None
    return f"lot {code} was made later, on {made_on.words}"


def after_expiry(code: str, expires_on: PartialDate | None, on: PartialDate) -> str | None:
    """Return a question when the infusion is certainly after the lot expired, else None."""
    if expires_on is None or not on.certainly_after(expires_on):
        return None
    return f"Lot {code} expired on {expires_on.words}, before it was given. Is this right?"


def later_moment(first: PartialDate | None, second: PartialDate | None) -> bool:
    """Whether the first is certainly after the second, by the clock where both have a time."""
    if first is None or second is None:
        return False
    if "T" in first.text and "T" in second.text:
        return datetime.fromisoformat(first.text) > datetime.fromisoformat(second.text)
    return first.certainly_after(second)
