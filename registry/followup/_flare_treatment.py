"""The limbs of treatment: the prednisone dose, and medicines begun."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from registry.followup import clocks, immunosuppression
from registry.followup._flare_facts import Evidence, Judged, lies, may_lie
from registry.followup.cumulative import is_cyclophosphamide
from registry.followup.facts import CourseFact, MedicineFact
from registry.followup.steroids import Exposure, exposure, is_steroid
from registry.instruments import selena_flare_index as index
from registry.instruments._step_up import HIGHEST_KG, HIGHEST_MG, LOWEST_KG
from registry.instruments.glucocorticoids import ROUTES_NOT_COUNTED, name_of
from registry.instruments.selena_flare_index import NONE, SEVERE, Limb
from registry.partial_date import PartialDate

WEIGHT_DAYS = 365  # how old a weight may be; policy
# What the name of a medicine holds → the drug of the index; immunosuppressants have a list.
PARTS: Mapping[str, tuple[str, ...]] = {
    "hydroxychloroquine": ("hydroxychlor", "plaquenil", "quensyl"),
    "nsaid": (
        *("ibuprofen", "naprox", "diclofen", "indomet", "celecox", "etoricox", "meloxic"),
        *("piroxic", "ketoprof", "aceclofen"),
    ),
}


@dataclass(frozen=True, slots=True)
class Dose:
    """The steroid dose before both visits, and the weight."""

    before: Exposure
    now: Exposure
    kg: Decimal | None
    with_course: bool  # a steroid was begun with a treatment course in between

    @classmethod
    def between(cls, first: date, last: date, evidence: Evidence) -> "Dose":
        steroids = [row for row in evidence.medicines if is_steroid(row)]
        begun = (row for row in steroids if may_lie(row.started_on, first, last))
        return cls(
            exposure(evidence.medicines, first),
            exposure(evidence.medicines, last),
            _weight(evidence.weights, last),
            any(_is_conditioning(row.started_on, evidence.courses) for row in begun),
        )

    @property
    def inputs(self) -> dict[str, object]:
        """What the index asks of the dose, None where it is open or began with the treatment."""
        now = None if self.with_course else self.now.mean
        return {"pred_prev": self.before.mean, "pred_now": now, "weight_kg": self.kg}

    @property
    def judged(self) -> Judged:
        """The prednisone limb, over every dose and weight that is possible."""
        if not (self.before.known and self.now.known):
            return Judged("prednisone", Limb(NONE, SEVERE), "no medicine recorded")
        weights = (self.kg,) if self.kg is not None else (LOWEST_KG, HIGHEST_KG)
        grades = index.graded(
            index.dose_grade(b, n, kg)
            for b, n, kg in product(_bounds(self.before), _bounds(self.now), weights)
        )
        why = f"{_mg(self.before)} before, {_mg(self.now)} now, mean of 28 days"
        if grades.high > NONE and self.with_course:
            why += "; a steroid was begun with the treatment, which is no limb"
            return Judged("prednisone", Limb(NONE, grades.high), why)
        if self.now.pulse is not False and grades.high < SEVERE:
            why += "; a pulse in these days is not in the mean"
            return Judged("prednisone", Limb(grades.low, SEVERE), why)
        if self.kg is None and grades.high > NONE:
            why += "; no weight, so severe could not be judged"
        return Judged("prednisone", grades, why)


def _bounds(taken: Exposure) -> tuple[Decimal, Decimal]:
    return taken.low, HIGHEST_MG if taken.high is None else taken.high


def _mg(taken: Exposure) -> str:
    if taken.mean is not None:
        return f"{_short(taken.mean)} mg a day"
    if taken.high is None:
        return f"at least {_short(taken.low)} mg a day"
    return f"{_short(taken.low)} to {_short(taken.high)} mg a day"


def _short(mg: Decimal) -> str:
    return f"{mg.quantize(Decimal('0.1')).normalize() + 0:f}"


def _weight(weights: Iterable[tuple[PartialDate, Decimal]], day: date) -> Decimal | None:
    """Return the last weight taken on or before the day, if it is not too old."""
    first = day - timedelta(days=WEIGHT_DAYS)
    known = [(on.latest, kg) for on, kg in weights if first <= on.earliest and on.latest <= day]
    return max(known)[1] if known else None


def new_drug(first: date, last: date, evidence: Evidence) -> Judged:
    if not evidence.medicines:
        return Judged("new_drug", Limb(NONE, SEVERE), "no medicine recorded")
    certain: set[str] = set()
    perhaps: set[str] = set()
    planned: set[str] = set()
    for row in evidence.medicines:
        drug = drug_of(row)
        if drug is None or not may_lie(row.started_on, first, last):
            continue
        if _is_conditioning(row.started_on, evidence.courses):
            planned.add(drug)
        elif not _taken_before(drug, row, first, evidence.medicines):
            (certain if lies(row.started_on, first, last) else perhaps).add(drug)
    low = max((index.DRUG_GRADES[drug] for drug in certain), default=NONE)
    high = max((index.DRUG_GRADES[drug] for drug in certain | perhaps), default=NONE)
    words = [f"begun: {_list(certain)}" if certain else "none of its medicines begun"]
    words += [f"perhaps begun: {_list(perhaps)}"] if perhaps else []
    words += [f"begun with the treatment, which is no limb: {_list(planned)}"] if planned else []
    return Judged("new_drug", Limb(low, high), "; ".join(words))


def drug_of(row: MedicineFact) -> str | None:
    """Return the medicine of the index that a row is; None for others, and on skin or eye."""
    if row.route in ROUTES_NOT_COUNTED:
        return None
    if is_cyclophosphamide(row.drug):
        return "cyclophosphamide"
    # One name for a medicine, without its ending: languages differ there.
    if listed := immunosuppression.which(row):
        known = (drug for drug in index.DRUG_GRADES if drug.startswith(listed))
        if found := next(known, None):
            return found
    typed = name_of(row.drug)
    return next((drug for drug, parts in PARTS.items() if any(p in typed for p in parts)), None)


def _list(names: Iterable[str]) -> str:
    return ", ".join("NSAID" if name == "nsaid" else name for name in sorted(names))


def _taken_before(
    drug: str, new: MedicineFact, first: date, medicines: Iterable[MedicineFact]
) -> bool:
    """Whether the same medicine was taken at the visit before: another dose is not another one."""
    return any(
        row is not new
        and drug_of(row) == drug
        and row.started_on.earliest <= first
        and (row.ended_on is None or row.ended_on.latest >= first)
        for row in medicines
    )


def _is_conditioning(began: PartialDate, courses: Iterable[CourseFact]) -> bool:
    """Whether it may have begun between the start of a course and its first infusion."""
    for course in courses:
        start, day_0 = clocks.course_start(course), clocks.day_0_on(course)
        if start is None:
            continue
        last = day_0.latest if day_0 else start.latest
        if began.latest >= start.earliest and began.earliest <= last:
            return True
    return False
