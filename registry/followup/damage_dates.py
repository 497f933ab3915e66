"""The dates of one item of damage over several counts: each event once, as exactly as told."""

from collections import Counter
from collections.abc import Sequence

from registry.partial_date import PartialDate


def merged(lists: Sequence[str]) -> tuple[PartialDate, ...]:
    """Return each event once: the union of what the counts told, the vaguer of one event left out.

    Two dates that one count tells are two events, however vague.
    """
    told = [Counter(answer.split(";")) for answer in lists]
    union: Counter[str] = Counter()
    for one in told:
        union |= one
    days = {text: PartialDate.parse(text) for text in union}
    kept = [
        days[text]
        for text in union.elements()
        if not any(_refines(days[other], days[text], told) for other in days)
    ]
    return tuple(sorted(kept, key=lambda day: (day.earliest, day.latest)))


def _refines(fine: PartialDate, vague: PartialDate, told: Sequence[Counter[str]]) -> bool:
    """Whether the fine date is the vague one, told more exactly at another count."""
    within = vague.earliest <= fine.earliest and fine.latest <= vague.latest
    together = any(fine.text in one and vague.text in one for one in told)
    return within and fine.text != vague.text and not together
