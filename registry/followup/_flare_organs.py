"""The limb of organs new or worse, as far as the items of the SLEDAI-2K tell it."""

from collections.abc import Iterable, Mapping, Sequence

from registry.followup._flare_facts import Judged, Seen
from registry.instruments import selena_flare_index as index
from registry.instruments.base import Answer
from registry.instruments.selena_flare_index import NONE, SEVERE, Limb
from registry.instruments.sledai_2k import ITEMS

LABELS = {item.code: item.label for item in ITEMS}
# SLEDAI-2K item → the organ of the index that it certainly is.
SAME_ORGAN: Mapping[str, str] = {
    **dict.fromkeys(("seizure", "psychosis", "organic_brain_syndrome", "cranial_nerve"), "cns"),
    **dict.fromkeys(("lupus_headache", "cva"), "cns"),
    **dict.fromkeys(("urinary_casts", "proteinuria"), "nephritis"),
    "arthritis": "arthritis",
    "myositis": "myositis",
    "mucosal_ulcers": "nasopharyngeal_ulcers",
    "pleurisy": "pleuritis",
    "pericarditis": "pericarditis",
    "fever": "fever",
    "thrombocytopenia": "thrombocytopenia",
}
# SLEDAI-2K item → organs of the index that it may be.
PERHAPS: Mapping[str, tuple[str, ...]] = {
    "visual_disturbance": ("cns",),
    "vasculitis": ("cutaneous_vasculitis", "systemic_vasculitis"),
    "haematuria": ("nephritis",),
    "pyuria": ("nephritis",),
    "rash": ("discoid", "photosensitive", "profundus", "bullous"),
}
NO_ITEM = "haemolytic_anaemia"  # of the severe organs the one that no item asks


def organs(before: Seen, now: Seen, treatment: Mapping[str, object]) -> Judged:
    """Judge the limb; ``treatment`` is what the index asks of dose, weight and admission."""
    if before.answers is None or now.answers is None:
        return Judged("organs", Limb(NONE, SEVERE), "no items at one of the visits")
    new, open_ = _items(before.answers, now.answers)
    certain = {SAME_ORGAN[code] for code in new if code in SAME_ORGAN}
    perhaps = {NO_ITEM} | {organ for code in open_ for organ in _organs_of(code)}
    low = _graded(certain, treatment).low
    high = _graded(certain | perhaps, treatment).high
    return Judged("organs", Limb(low, max(low, high)), _organ_words(new, open_, high > low))


def _graded(found: Iterable[str], treatment: Mapping[str, object]) -> Limb:
    return index.limbs_of({**treatment, "new_or_worse": sorted(found)})["organs"]


def _items(before: Mapping[str, Answer], now: Mapping[str, Answer]) -> tuple[list[str], list[str]]:
    """Return the items newly present, and those that may be new, worse, or another organ."""
    new, open_ = [], []
    for code in (*SAME_ORGAN, *PERHAPS):
        was, is_now = before.get(code), now.get(code)
        if is_now == 0:
            continue
        if is_now == 1 and was == 0:
            new.append(code)
        if is_now is None or was != 0 or code in PERHAPS:
            open_.append(code)
    return new, open_


def _organs_of(code: str) -> tuple[str, ...]:
    return PERHAPS.get(code) or (SAME_ORGAN[code],)


def _organ_words(new: Sequence[str], open_: Iterable[str], undecided: bool) -> str:
    words = [f"newly present: {_named(new)}" if new else "no item newly present"]
    left = [code for code in open_ if code not in new]
    kinds = [code for code in new if code in PERHAPS]
    if undecided and left:
        words.append(f"perhaps new or worse: {_named(left)}")
    if undecided and kinds:
        words.append(f"which organ is not said: {_named(kinds)}")
    if undecided and not left and not kinds:
        words.append("blood counts and treatment leave it open")
    return "; ".join(words)


def _named(codes: Iterable[str]) -> str:
    return ", ".join(LABELS[code][0].lower() + LABELS[code][1:] for code in codes)
