"""What the responses of the kidney share: who is judged, what a visit has, limbs in words.

Only patients with lupus nephritis before the course are judged, from month 3 on, and only at a
visit that has a ratio or an eGFR.  Without proteinuria at baseline there is nothing to respond:
that is not evaluable, and where nobody knows, a low ratio is not yet a response.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Generic, TypeVar

from registry.followup import clocks, selection, timepoints
from registry.followup.facts import PatientFacts
from registry.followup.kidney import Between, Collection, Filtration, Kidney, Spot
from registry.followup.kidney.course import bounds, kidney_of
from registry.followup.kidney.filtration import EQUATION
from registry.followup.kidney.proteinuria import POLICIES, Policy
from registry.followup.kidney.samples import short, written
from registry.followup.states.base import MET, AtVisit, Limb, Verdict, failed, unknown
from registry.instruments.lab_items import PROTEIN_ABOVE
from registry.instruments.sledai_2k import EARLY_UNTIL_DAY, EARLY_WINDOW_DAYS, WINDOW_DAYS

FIRST_MONTH = 3  # a response is first estimated then
MONTHS_IN_YEAR = 12
SETTINGS = {
    "about": "patients with lupus nephritis before the course, by condition, biopsy class or "
    "proteinuria at baseline; nobody else is in its rows",
    "first judged": f"month {FIRST_MONTH}",
    "not evaluable": f"proteinuria at baseline not above {PROTEIN_ABOVE} g; where it is not known, "
    "no response is met (policy)",
    "value of a visit": f"the newest in {WINDOW_DAYS} days up to it, {EARLY_WINDOW_DAYS} before "
    f"day {EARLY_UNTIL_DAY}; never of before day 0",
    "baseline value": f"the last in {timepoints.BASELINE_DAYS} days before the course",
    "ratio": "in the unit of the baseline sample: "
    + " or ".join(policy.words for policy in POLICIES.values())
    + " (policy)",
    "eGFR": f"{EQUATION} only; a partial birth date leaves two bounds",
}
Judge = Callable[[AtVisit, Kidney], Verdict]
Sample = Filtration | Spot | Collection
S = TypeVar("S", Filtration, Spot, Spot | Collection)


@dataclass(frozen=True)
class Value(Generic[S]):
    """What the samples of one day say of a measure: in bounds, and in words."""

    samples: Sequence[S]

    @cached_property
    def bounds(self) -> Between | None:
        return bounds(self.samples)

    @cached_property
    def words(self) -> str:
        return said(self.samples)


def has_nephritis(patient: PatientFacts) -> bool:
    """Whether anything says that the patient had lupus nephritis before the course."""
    return bool(kidney_of(patient).nephritis)


def respond(judge: Judge) -> Callable[[AtVisit], Verdict | None]:
    """Return a judge that first asks whether there is anything to judge."""

    def judged(at: AtVisit) -> Verdict | None:
        kidney = at.kidney
        if not kidney.labs or months(at) < FIRST_MONTH or not kidney.nephritis:
            return None
        day = at.visit.visited_on
        if day is None or not (egfr(at).samples or protein(at).samples):
            return None
        before = baseline_protein(at).bounds
        if before and before.high <= PROTEIN_ABOVE:
            return Verdict("not_evaluable", "no_proteinuria_at_baseline")
        found = judge(at, kidney)
        raised = before is not None and before.low > PROTEIN_ABOVE
        return found if raised or found.state != "met" else _unproven(found, before)

    return judged


def _unproven(found: Verdict, before: Between | None) -> Verdict:
    """Leave a response open that may have had nothing to respond to."""
    why = "no_baseline_proteinuria" if before is None else "baseline_proteinuria_not_certain"
    raised = Limb(f"Proteinuria above {PROTEIN_ABOVE} g at baseline", unknown(why))
    return Verdict("indeterminate", why, (*found.limbs, raised))


def months(at: AtVisit) -> int:
    """Return the months of the timepoint that the visit belongs to; 0 before any, and before day 0.

    Not the days since: a visit at day 85 is the one of month 3.
    """
    return at.once(_months)


def _months(at: AtVisit) -> int:
    course, day = at.kidney.course, at.visit.visited_on
    start = clocks.day_0_on(course) if course else None
    if start is None or day is None or day <= start.latest:
        return 0
    code = selection.derived_timepoint(at.visit, start.exact)
    if code is None:
        return 0
    year = timepoints.year_of(code)
    return year * MONTHS_IN_YEAR if year else int(code.removeprefix("month_"))


# What stands for a visit or for the baseline is looked for once, however many responses ask.


def protein(at: AtVisit) -> Value[Spot | Collection]:
    """Return the proteinuria of the visit by the measure of the baseline."""
    return at.once(_protein)


def spot(at: AtVisit) -> Value[Spot]:
    return at.once(_spot)


def egfr(at: AtVisit) -> Value[Filtration]:
    return at.once(_egfr)


def baseline_protein(at: AtVisit) -> Value[Spot | Collection]:
    return at.once_for_all(_baseline_protein)


def baseline_spot(at: AtVisit) -> Value[Spot]:
    return at.once_for_all(_baseline_spot)


def baseline_egfr(at: AtVisit) -> Value[Filtration]:
    return at.once_for_all(_baseline_egfr)


def pre_flare_egfr(at: AtVisit) -> Value[Filtration]:
    return at.once_for_all(_pre_flare_egfr)


def _protein(at: AtVisit) -> Value[Spot | Collection]:
    return Value(at.kidney.protein_at(at.visit.visited_on) if at.visit.visited_on else ())


def _spot(at: AtVisit) -> Value[Spot]:
    return Value(at.kidney.spot_at(at.visit.visited_on) if at.visit.visited_on else ())


def _egfr(at: AtVisit) -> Value[Filtration]:
    return Value(at.kidney.egfr_at(at.visit.visited_on) if at.visit.visited_on else ())


def _baseline_protein(at: AtVisit) -> Value[Spot | Collection]:
    return Value(at.kidney.baseline_protein)


def _baseline_spot(at: AtVisit) -> Value[Spot]:
    return Value(at.kidney.baseline_spot)


def _baseline_egfr(at: AtVisit) -> Value[Filtration]:
    return Value(at.kidney.baseline_egfr)


def _pre_flare_egfr(at: AtVisit) -> Value[Filtration]:
    return Value(at.kidney.pre_flare_egfr)


def decided(worst: bool | None, best: bool | None, name: str, missing: str = "") -> Verdict:
    """Return a verdict that holds whichever of its bounds the value is."""
    if worst:
        return MET
    if best is False:
        return failed(f"{name}_not_reached")
    return unknown(missing or f"{name}_not_certain")


def below(amount: Between | None, limit: Decimal, name: str) -> Verdict:
    """Judge that a value is below a limit, which is not included."""
    if amount is None:
        return unknown(f"no_{name}")
    return decided(amount.high < limit, amount.low < limit, f"{name}_below_{limit}")


def said(samples: Sequence[Sample]) -> str:
    """Say a value as it is compared: ``180 mg/mmol``, ``52 mg/mmol, in the grey band``.

    With decimals enough to tell on which side of a cut-off it is: 59.6 is not 60 or more.
    """
    if not samples:
        return "not measured"
    return " and ".join(dict.fromkeys(_said(one) for one in samples))


def _said(sample: Sample) -> str:
    if isinstance(sample, Filtration):
        return f"{written(sample.amount, 2)} mL/min/1.73 m²"
    if isinstance(sample, Collection):
        return f"{written(sample.amount, 3)} g in 24 hours"
    unit = sample.policy.unit
    notes = f"{written(sample.in_unit, 2)} {unit}"
    notes += f", converted from {sample.fact.entered_unit}" if sample.converted else ""
    return notes + (", in the grey band of 50 to 56.6 mg/mmol" if sample.grey else "")


def in_unit(grams: Decimal, policy: Policy) -> str:
    """Write a cut-off of a ratio in the patient's unit: ``0.7 g/g (70 mg/mmol)``."""
    return f"{grams} g/g ({short(grams * policy.in_one_gram, 1)} {policy.unit})"
