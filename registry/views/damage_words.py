"""The damage index in words: bounds where something is open, and changes with their sign."""

from registry.followup import damage
from registry.followup.damage import Index
from registry.followup.facts import PatientFacts


def bounds(low: int, high: int) -> str:
    """Write the points, or the fewest and the most where something is open."""
    return f"{low}" if low == high else f"{low} to {high}"


def count_words(index: Index) -> str:
    """Write what the count of that visit alone came to."""
    fact = index.count.fact
    if fact.total_only:
        return f"{fact.total:f}, total without items"
    if fact.total is not None:
        return f"{fact.total:f}"
    return f"incomplete, {fact.known_points or 0:f} to {fact.max_possible or 0:f}"


def change_words(before: Index | None, now: Index | None) -> str:
    """Write by how much the index rose since the baseline."""
    if before is None or now is None:
        return "not known"
    low, high = max(0, now.low - before.high), now.high - before.low
    if now.count.visit_id == before.count.visit_id:
        return "no count since"
    return "none" if low == high == 0 else f"+{low}" if low == high else f"+{low} to +{high}"


def since_words(facts: PatientFacts) -> str:
    """Name the new items that began after the treatment, and those whose date does not say."""
    if damage.baseline_index(facts) is None:
        return "not known without a baseline"
    new = [one for event in damage.damage_events(facts) for one in event.items]
    sure = [_named(one) for one in new if one.after_treatment]
    maybe = [_named(one) for one in new if one.after_treatment is None]
    words = [", ".join(sure)] if sure else []
    words += [f"date not known: {', '.join(maybe)}"] if maybe else []
    return "; ".join(words) or "nothing recorded"


def _named(new: damage.NewItem) -> str:
    harm = " (a known harm of steroids or conditioning)"
    return new.item.label + (harm if new.item.code in damage.KNOWN_HARMS else "")
