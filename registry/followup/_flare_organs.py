"""The limb of organs new or worse: by items of the SLEDAI-2K, results, and what the visit asks."""

from collections.abc import Iterable, Mapping, Sequence

from registry.followup._flare_facts import Judged, Seen
from registry.followup._flare_results import Compared, Measured, Results, excluded
from registry.instruments import lldas_questions
from registry.instruments import selena_flare_index as index
from registry.instruments.base import Answer
from registry.instruments.selena_flare_index import NONE, SEVERE, Limb
from registry.instruments.sledai_2k import ITEMS

HAEMOLYSIS, WORSE = "haemolytic_anaemia", "lupus_worse"  # asked at the visit
LABELS = {item.code: item.label for item in (*ITEMS, *lldas_questions.ITEMS)}
# Item → the organ of the index that it certainly is.
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
    HAEMOLYSIS: "haemolytic_anaemia",
}
# SLEDAI-2K item → organs of the index that it may be.
PERHAPS: Mapping[str, tuple[str, ...]] = {
    "visual_disturbance": ("cns",),
    "vasculitis": ("cutaneous_vasculitis", "systemic_vasculitis"),
    "haematuria": ("nephritis",),
    "pyuria": ("nephritis",),
    "rash": ("discoid", "photosensitive", "profundus", "bullous"),
}


def organs(before: Seen, now: Seen, results: Results, treatment: Mapping[str, object]) -> Judged:
    """Judge the limb; ``treatment`` is what the index asks of dose, weight and admission."""
    measured = Measured.between(before.on, now.on, results)
    platelets, protein = measured.platelets, measured.protein
    was = _answers(before, excluded(platelets.before, [one.before for one in protein]))
    is_now = _answers(now, excluded(platelets.now, [one.now for one in protein]))
    if was is None or is_now is None:
        return Judged("organs", Limb(NONE, SEVERE), "no items at one of the visits")
    changed = {
        code: _changed(was.get(code), is_now.get(code), _worse(code, measured, now))
        for code in (*SAME_ORGAN, *PERHAPS)
    }
    certain = {SAME_ORGAN[code] for code, is_so in changed.items() if is_so and code in SAME_ORGAN}
    perhaps = {
        organ for code, is_so in changed.items() if is_so is not False for organ in _of(code)
    }
    low = _graded(certain, {**treatment, **measured.counts(worst=False)}).low
    high = max(low, _graded(perhaps, {**treatment, **measured.counts(worst=True)}).high)
    words = _changes(changed, was, undecided=high > low)
    return Judged("organs", Limb(low, high), "; ".join((*words, *measured.words)))


def _answers(seen: Seen, ruled_out: Iterable[str]) -> dict[str, Answer] | None:
    """Return the answers by item; what nobody assessed and a result rules out is absent."""
    if seen.answers is None:
        return None
    found = {**seen.answers, HAEMOLYSIS: seen.asked.get(HAEMOLYSIS)}
    return found | {code: 0 for code in ruled_out if found.get(code) is None}


def _changed(was: Answer, is_now: Answer, worse: bool | None) -> bool | None:
    """Whether an item is new or worse; None where it may be."""
    if is_now == 0 or (was == 1 and worse is False):
        return False
    return True if is_now == 1 and (was == 0 or (was == 1 and worse)) else None


def _worse(code: str, measured: Measured, now: Seen) -> bool | None:
    """Whether what was there before is worse now: by its result, or as the visit was asked."""
    protein = next(
        (one for one in measured.protein if one.before and one.now), Compared(None, None)
    )
    by_result = {
        "thrombocytopenia": measured.platelets.fell,
        HAEMOLYSIS: measured.haemoglobin.fell,
        # More protein is not yet worse: the index prints no amount.
        "proteinuria": False if protein.rose is False else None,
    }.get(code)
    said_no = now.asked.get(WORSE) == 0
    return False if by_result is None and said_no else by_result


def _of(code: str) -> tuple[str, ...]:
    return PERHAPS.get(code) or (SAME_ORGAN[code],)


def _graded(found: Iterable[str], treatment: Mapping[str, object]) -> Limb:
    return index.limbs_of({**treatment, "new_or_worse": sorted(found)})["organs"]


def _changes(
    changed: Mapping[str, bool | None], was: Mapping[str, Answer], *, undecided: bool
) -> list[str]:
    certain = [code for code, is_so in changed.items() if is_so]
    new = [code for code in certain if was.get(code) == 0]
    worse = [code for code in certain if code not in new]
    words = [f"newly present: {_named(new)}" if new else "no item newly present"]
    words += [f"worse by the result: {_named(worse)}"] if worse else []
    return [*words, *(_left_open(changed, certain) if undecided else ())]


def _left_open(changed: Mapping[str, bool | None], certain: Iterable[str]) -> list[str]:
    left = [code for code, is_so in changed.items() if is_so is None]
    kinds = [code for code in certain if code in PERHAPS]
    words = [f"perhaps new or worse: {_named(left)}"] if left else []
    words += [f"which organ is not said: {_named(kinds)}"] if kinds else []
    return words or ["blood counts and treatment leave it open"]


def _named(codes: Sequence[str]) -> str:
    return ", ".join(LABELS[code][0].lower() + LABELS[code][1:] for code in codes)
