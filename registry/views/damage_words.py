"""The damage index in words: bounds where something is open, and changes with their sign."""

from registry.followup import damage
from registry.followup.damage import Index
from registry.followup.facts import PatientFacts
from registry.instruments._damage_items import DamageItem


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
    if low == high:
        return f"+{low}" if low else "none"
    return f"+{low} to +{high}" if low else f"0 to +{high}"


def since_words(facts: PatientFacts) -> str:
    """Name the new items that began after the treatment, and those that may have."""
    if damage.baseline_index(facts) is None:
        return "not known without a baseline"
    new = [one for event in damage.damage_events(facts) for one in event.items]
    said = {
        "": [_named(one.item) for one in new if one.after_treatment],
        "date not known: ": [_named(one.item) for one in new if one.after_treatment is None],
        "not in force yet: ": [_named(one.item) for one in damage.open_after_treatment(facts)],
    }
    words = [before + ", ".join(items) for before, items in said.items() if items]
    return "; ".join(words) or "nothing recorded"


def _named(item: DamageItem) -> str:
    harm = " (a known harm of steroids or conditioning)"
    return item.label + (harm if item.code in damage.KNOWN_HARMS else "")
