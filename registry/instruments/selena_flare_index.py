"""SELENA-SLEDAI flare index (SFI): has lupus flared since the previous visit, and how badly.

Unit: none, mild_moderate or severe; any one limb is enough, the highest grade wins.
Window: the previous visit to this one, 120 days at most (policy of this registry).
Inputs: prednisone-equivalent in mg/day, weight in kg, platelets in 10⁹/L, haemoglobin in g/L.

Planned conditioning is no flare: its drugs, doses and stay are left out by whoever asks.  The
treatment limbs overstate severity, so every limb is answered beside the grade.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from registry.instruments._step_up import DOSE_MG_PER_KG, HIGHEST_MG, Treatment, read_treatment
from registry.instruments._three_valued import (
    HIGHEST_PGA,
    HIGHEST_SLEDAI,
    ZERO,
    Known,
    all_of,
    any_of,
    below,
    known_codes,
    known_count,
    known_number,
    needs_any,
    one_of,
)
from registry.instruments.base import Calculator, Rule

VERSION = "selena-flare-index/1"
GRADES = ("none", "mild_moderate", "severe")
NONE, MILD, SEVERE = range(3)

SLEDAI_RISE, SLEDAI_SEVERE = Decimal(3), Decimal(12)  # a rise of 3 or more; above 12
# The ends of an unknown value bound its grade: more now is never a lower grade, more before never
# a higher one.
SLEDAI_ENDS, PGA_ENDS = (ZERO, HIGHEST_SLEDAI), (ZERO, HIGHEST_PGA)
PGA_RISE, PGA_SEVERE = Decimal(1), Decimal("2.5")  # a rise of 1.0 or more; above 2.5
PLATELETS = Decimal(60)  # below it
HAEMOGLOBIN, HAEMOGLOBIN_FALL = Decimal(70), Decimal(30)  # below it, or a fall of more
PREVIOUS_DAYS = Decimal(120)  # policy; an older visit is none to compare with
HIGHEST_COUNT, HIGHEST_DAYS = Decimal(10_000), Decimal(36_525)

MILD_ORGANS = frozenset(
    {
        *("discoid", "photosensitive", "profundus", "cutaneous_vasculitis", "bullous"),
        *("nasopharyngeal_ulcers", "pleuritis", "pericarditis", "arthritis", "fever"),
    }
)
SEVERE_ORGANS = frozenset(
    {
        *("cns", "systemic_vasculitis", "nephritis", "myositis"),
        *("thrombocytopenia", "haemolytic_anaemia"),
    }
)
DRUG_GRADES: Mapping[str, int] = MappingProxyType(
    {
        "nsaid": MILD,
        "hydroxychloroquine": MILD,
        "cyclophosphamide": SEVERE,
        "azathioprine": SEVERE,
        "methotrexate": SEVERE,
        "mycophenolate": SEVERE,  # not in the paper; added in practice
    }
)
# belimumab: that trial programme took no flare as severe because of the SLEDAI limb alone.
VARIANTS = ("1999", "belimumab")
NEEDED = (
    *("sledai_prev", "sledai_now", "pga_prev", "pga_now", "pred_prev", "pred_now", "weight_kg"),
    *("new_or_worse", "new_drugs", "hospitalised_for_sle"),
)
OPTIONAL = ("platelets", "haemoglobin", "haemoglobin_prev", "days_since_previous", "variant")


@dataclass(frozen=True, slots=True)
class Limb:
    """The least and the most that a limb can be, whatever the unknown inputs are."""

    low: int
    high: int

    @property
    def outputs(self) -> dict[str, str]:
        """Whether it fired, in words, with both grades."""
        state = "fired" if self.low else "not_judged" if self.high else "not_fired"
        return {"state": state, "at_least": GRADES[self.low], "at_most": GRADES[self.high]}


def graded(grades: Iterable[int]) -> Limb:
    """Return the limb of all the grades that are possible."""
    possible = tuple(grades)
    return Limb(min(possible), max(possible))


def sledai_grade(before: Decimal, now: Decimal) -> int:
    """Grade a change of SLEDAI: 11 to 13 is severe, 14 to 17 too, 14 to 16 is none."""
    risen = now - before >= SLEDAI_RISE
    if now > SLEDAI_SEVERE:
        return SEVERE if risen or before <= SLEDAI_SEVERE else NONE
    return MILD if risen else NONE


def sledai_rise(before: Decimal, now: Decimal) -> int:
    """Grade it as the belimumab trials did: a rise of 3 is a flare, above 12 adds nothing."""
    return MILD if now - before >= SLEDAI_RISE else NONE


def pga_grade(before: Decimal, now: Decimal) -> int:
    """Grade a change of the PGA: 1.0 more is mild, up to a value above 2.5 is severe."""
    risen = now - before >= PGA_RISE
    if now > PGA_SEVERE:
        return SEVERE if risen or before <= PGA_SEVERE else NONE
    return MILD if risen else NONE


def dose_grade(before: Decimal, now: Decimal, kg: Decimal) -> int:
    """Grade a change of prednisone in mg/day: an increase, or one to above 0.5 mg/kg."""
    if now <= before:
        return NONE
    return SEVERE if now > DOSE_MG_PER_KG * kg else MILD


def _change(
    grade: Callable[[Decimal, Decimal], int],
    before: Decimal | None,
    now: Decimal | None,
    ends: tuple[Decimal, Decimal],
) -> Limb:
    """Grade a change of which an end may be unknown; it is then tried at both ends."""
    befores = ends if before is None else (before,)
    nows = ends if now is None else (now,)
    return graded(grade(b, n) for b in befores for n in nows)


def pga_limb(before: Decimal | None, now: Decimal | None) -> Limb:
    """Grade a change of the PGA of which an end may be unknown: 0.9 now is no rise of 1."""
    return _change(pga_grade, before, now, PGA_ENDS)


def _sledai(inputs: Mapping[str, Any]) -> Limb:
    before = known_count(inputs, "sledai_prev", HIGHEST_SLEDAI)
    now = known_count(inputs, "sledai_now", HIGHEST_SLEDAI)
    belimumab = one_of(inputs, "variant", VARIANTS, VARIANTS[0]) == "belimumab"
    grade = sledai_rise if belimumab else sledai_grade
    return _change(grade, before, now, SLEDAI_ENDS)


def _pga(inputs: Mapping[str, Any]) -> Limb:
    before = known_number(inputs, "pga_prev", HIGHEST_PGA)
    now = known_number(inputs, "pga_now", HIGHEST_PGA)
    return pga_limb(before, now)


def _dose(taken: Treatment) -> Limb:
    """Grade the change of prednisone; without a weight an increase is at least mild."""
    befores = (ZERO, HIGHEST_MG) if taken.before is None else (taken.before,)
    nows = (ZERO, HIGHEST_MG) if taken.now is None else (taken.now,)
    return graded(dose_grade(b, n, kg) for b in befores for n in nows for kg in taken.weights)


def _organs(inputs: Mapping[str, Any], stepped_up: Known) -> Limb:
    """Grade what is new or worse; a severe organ counts with the treatment that it needs."""
    found = known_codes(inputs, "new_or_worse", MILD_ORGANS | SEVERE_ORGANS)
    if found is None:
        return Limb(NONE, MILD if stepped_up is False else SEVERE)
    mild = MILD if found & MILD_ORGANS else NONE
    severe = all_of(_severe_organ(inputs, found), stepped_up)
    return Limb(SEVERE if severe else mild, mild if severe is False else SEVERE)


def _severe_organ(inputs: Mapping[str, Any], found: frozenset[str]) -> Known:
    """Whether an organ of the severe list is affected; blood counts need their number."""
    platelets = known_number(inputs, "platelets", HIGHEST_COUNT)
    counts: dict[str, Known] = {
        "thrombocytopenia": below(platelets, PLATELETS),
        "haemolytic_anaemia": _severe_anaemia(inputs),
    }
    return any_of(*(counts.get(code, True) for code in found & SEVERE_ORGANS))


def _severe_anaemia(inputs: Mapping[str, Any]) -> Known:
    before = known_number(inputs, "haemoglobin_prev", HIGHEST_COUNT)
    now = known_number(inputs, "haemoglobin", HIGHEST_COUNT)
    if now is None:
        return None
    fallen = None if before is None else before - now > HAEMOGLOBIN_FALL
    return any_of(now < HAEMOGLOBIN, fallen)


def _drugs(inputs: Mapping[str, Any]) -> Limb:
    started = known_codes(inputs, "new_drugs", DRUG_GRADES)
    if started is None:
        return Limb(NONE, SEVERE)
    return graded([max((DRUG_GRADES[drug] for drug in started), default=NONE)])


def _admission(admitted: Known) -> Limb:
    return Limb(SEVERE if admitted else NONE, NONE if admitted is False else SEVERE)


def limbs_of(inputs: Mapping[str, Any]) -> dict[str, Limb]:
    """Return the six limbs by name; raises InvalidAnswerError for an input that cannot be."""
    treatment = read_treatment(inputs)
    return {
        "sledai": _sledai(inputs),
        "organs": _organs(inputs, treatment.stepped_up),
        "prednisone": _dose(treatment),
        "new_drug": _drugs(inputs),
        "admission": _admission(treatment.admitted),
        "pga": _pga(inputs),
    }


def _flare(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    needs_any(inputs, NEEDED)
    limbs = limbs_of(inputs)
    days = known_count(inputs, "days_since_previous", HIGHEST_DAYS)
    shown = {name: limb.outputs for name, limb in limbs.items()}
    if days is not None and days > PREVIOUS_DAYS:
        return {"flare": "not_judged", "limbs": shown}
    low, high = (max(getattr(limb, end) for limb in limbs.values()) for end in ("low", "high"))
    return {
        "flare": GRADES[low] if low == high else "indeterminate",
        "at_least": GRADES[low],
        "limbs": shown,
        "warnings": _warnings(inputs),
    }


def _warnings(inputs: Mapping[str, Any]) -> list[str]:
    """Name the severe organs that do not count, because treatment was not stepped up."""
    found = known_codes(inputs, "new_or_worse", MILD_ORGANS | SEVERE_ORGANS) or frozenset()
    if read_treatment(inputs).stepped_up is not False or not _severe_organ(inputs, found):
        return []
    organs = ", ".join(sorted(found & SEVERE_ORGANS))
    return [f"{organs}: counts only with doubled prednisone, above 0.5 mg/kg or an admission"]


RULE = Rule(
    title="SELENA-SLEDAI flare index (SFI)",
    version=VERSION,
    subject="change",
    source="Petri M et al. Lupus 1999;8:685-91, doi 10.1191/096120399680411281; Buyon JP et al. "
    "Ann Intern Med 2005;142:953-62",
    licence="Published and widely reused; no licence text found.",
    settings={
        "answer": "none, mild or moderate, severe; the highest limb wins and every limb is given",
        "window": f"the previous visit to this one, {PREVIOUS_DAYS} days at most (policy)",
        "SLEDAI": f"a rise of {SLEDAI_RISE} or more; severe to above {SLEDAI_SEVERE}",
        "PGA": f"a rise of {PGA_RISE} or more; severe to above {PGA_SEVERE}",
        "prednisone": f"an increase; severe to above {DOSE_MG_PER_KG} mg/kg; without a weight open",
        "blood counts": f"platelets below {PLATELETS} × 10⁹/L; haemoglobin below {HAEMOGLOBIN} g/L "
        f"or fallen by more than {HAEMOGLOBIN_FALL}",
        "severe organ": "counts with prednisone doubled (a start from nothing is), above "
        f"{DOSE_MG_PER_KG} mg/kg or an admission; else it is a warning (policy)",
        "variant": "belimumab: no flare is severe because of the SLEDAI limb alone",
        "planned conditioning": "no flare; its drugs, doses and stay are left out",
    },
    disagreements=(
        "12 is not above 12: any rise of SLEDAI to 13 is severe, from 11 to 13 too. Already above "
        "12, a rise of 3 is severe and a lesser one nothing; the PGA is read alike above 2.5 "
        "(policy).",
        "The treatment limbs over-call severity: 42 of 55 severe flares fell when they were "
        "removed (Thanou A et al. 2014, doi 10.1093/rheumatology/keu153).",
        "Mycophenolate is not in the paper and counts as the other immunosuppressants (policy).",
    ),
    uncertain=(
        "The details of the organs, and the haemoglobin of haemolytic anaemia.",
        "The variant of the belimumab trials.",
    ),
)
CALCULATORS = (
    Calculator(
        "SELENA-SFI",
        NEEDED + OPTIONAL,
        ("flare", "at_least", "limbs", "warnings"),
        _flare,
        RULE,
        aliases=("selena_flare_index",),
    ),
)
