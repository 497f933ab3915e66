"""Damage and classification of an invented patient: counted at the baseline, then once a year."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random

from registry.instruments import eular_acr_2019, slicc_damage
from registry.instruments.base import Instrument
from registry.synthetic.case import Case
from registry.synthetic.rows import Row, Rows, chance

COUNTED_SHARE, CLASSIFIED_SHARE = 0.7, 0.5
HAD_SHARE, NEW_SHARE = 0.45, 0.2
NO_DATE_SHARE, LEFT_OUT_SHARE, GAP_SHARE = 0.2, 0.05, 0.03
YEARLY = frozenset({"baseline", "month_12", "month_24", "year_3", "year_4", "year_5"})
# Long enough before the baseline to last six months, not so long that it precedes the lupus.
DAYS_BEFORE = (190, 330)
DAYS_AFTER = (100, 170)
EARLIER = ("cataract", "avascular_necrosis", "neuropathy", "diabetes", "osteoporosis_fracture")
LATER: Mapping[str, tuple[str, ...]] = {
    "hsc": ("premature_gonadal_failure", "cataract"),
    "msc": ("cataract", "cognitive_or_psychosis"),
}
# Item of EULAR/ACR 2019 → the descriptor of SLEDAI-2K that this lupus has.
SIGNS: Mapping[str, str] = {
    "leukopenia": "leukopenia",
    "thrombocytopenia": "thrombocytopenia",
    "psychosis": "psychosis",
    "seizure": "seizure",
    "alopecia": "alopecia",
    "oral_ulcers": "mucosal_ulcers",
    "acute_cutaneous": "rash",
    "acute_pericarditis": "pericarditis",
    "joint": "arthritis",
    "proteinuria": "proteinuria",
    "low_c3_or_c4": "low_complement",
    "low_c3_and_c4": "low_complement",
    "dsdna_or_sm": "increased_dna_binding",
}
UNTESTED = frozenset({"class_II_V", "class_III_IV", "antiphospholipid"})


def lasting_rows(case: Case, visit_id: str, timepoint: str, day: date) -> Rows:
    """Yield what was counted at one visit; some sites do neither."""
    rng = Random(f"lasting {case.number} {case.site.code}")  # noqa: S311 - no secrets
    classified, counted = chance(rng, CLASSIFIED_SHARE), chance(rng, COUNTED_SHARE)
    if classified and timepoint == "baseline":
        rows = _rows(visit_id, eular_acr_2019.INSTRUMENT, _criteria(case))
        yield from (("assessments.csv", row) for row in rows)
    if counted and timepoint in YEARLY:
        rows = _rows(visit_id, slicc_damage.INSTRUMENT, _damage(case, rng, timepoint, day))
        yield from (("assessments.csv", row) for row in rows)


def _damage(case: Case, rng: Random, timepoint: str, day: date) -> dict[str, str]:
    """Draw the damage of a patient, the same at every visit, as far as it has begun by the day."""
    began: dict[str, date] = {}
    if chance(rng, HAD_SHARE):
        before = timedelta(days=rng.randint(*DAYS_BEFORE))
        began[rng.choice(EARLIER)] = case.baseline_on - before
    if chance(rng, NEW_SHARE):
        after = timedelta(days=rng.randint(*DAYS_AFTER))
        began.setdefault(
            rng.choice(LATER.get(case.story.product, LATER["msc"])), case.day_0 + after
        )
    undated, left_out, gap = (
        chance(rng, share) for share in (NO_DATE_SHARE, LEFT_OUT_SHARE, GAP_SHARE)
    )
    if left_out and timepoint == "month_24":
        return {}  # somebody overlooked what was there before: the page asks about it
    found = {code: on.isoformat()[:7] for code, on in began.items() if on <= day}
    found = dict.fromkeys(found, "present") if undated else found
    return found | ({"shrinking_lung": "not_assessed"} if gap else {})


def _criteria(case: Case) -> dict[str, str]:
    signs = case.disease.prevalence
    found = {item: "present" for item, sign in SIGNS.items() if sign in signs}
    return {eular_acr_2019.ANA: "present"} | found | dict.fromkeys(UNTESTED, "not_assessed")


def _rows(visit_id: str, instrument: Instrument, found: Mapping[str, str]) -> Iterator[Row]:
    """Yield every item in the order of the file; what was not found is absent."""
    for code in sorted(item.code for item in instrument.items):
        value = found.get(code, "absent")
        row = {
            "visit_id": visit_id,
            "instrument": instrument.code,
            "item": code,
            "value": value,
            "version": instrument.version,
        }
        yield row | ({"reason": "not_done"} if value == "not_assessed" else {})
