"""Limbs that several states share: a score within its ceiling, a dose, a quiet lupus."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from registry.followup import immunosuppression, maintenance
from registry.followup.facts import AssessmentFact, VisitFact
from registry.followup.states.base import MET, AtVisit, Verdict, failed, unknown
from registry.instruments import INSTRUMENTS, doris_2021

Bounds = tuple[Decimal, Decimal]
STEROID_SETTINGS = {
    "window": "28 days before the visit",
    "pulse": "100 mg or more by vein or muscle on one day, a depot by muscle, or a steroid named "
    "as premedication of an infusion (policy)",
}
SEROLOGY_AT_MOST = doris_2021.HIGHEST_SEROLOGY


def result_of(visit: VisitFact, instrument: str) -> AssessmentFact | None:
    """Return the result of this instrument at the visit."""
    return visit.results.get(instrument)


def items_of(result: AssessmentFact | None) -> Mapping[str, Any]:
    """Return the stored answers by item; empty for a total alone and for another version."""
    if result is None or result.total_only or result.answers is None:
        return {}
    version, codes = _declared(result.instrument)
    if result.version != version or len(codes) != len(result.answers):
        return {}
    return dict(zip(codes, result.answers, strict=True))


@lru_cache
def _declared(instrument: str) -> tuple[str, tuple[str, ...]]:
    declared = INSTRUMENTS[instrument]
    return declared.version, tuple(item.code for item in declared.items)


def asked(at: AtVisit) -> Mapping[str, Any]:
    """Return what was answered to the questions of the target states; what was not is None."""
    return at.once(_asked)


def _asked(at: AtVisit) -> Mapping[str, Any]:
    found = (one for one in at.visit.questions if one.instrument == "lldas_questions")
    return items_of(next(found, None))


def is_judged(visit: VisitFact) -> bool:
    """Whether the visit has anything of lupus activity: without it there is no state."""
    return "sledai_2k" in visit.results or "pga" in visit.results


def bounds(result: AssessmentFact) -> Bounds | None:
    """Return the least and the most that the result can be; a historic total is both."""
    low, high = result.known_points, result.max_possible
    if result.total_only or low is None or high is None:
        low = high = result.total
    return None if low is None or high is None else (low, high)


def at_most(found: Bounds | None, ceiling: Decimal, name: str) -> Verdict:
    """Decide by both bounds whether a value is the ceiling or less."""
    return _decided(found, lambda value: value <= ceiling, f"{name}_above_{ceiling}", name)


def pga_below_a_half(visit: VisitFact) -> Verdict:
    """Judge the PGA of remission: exactly 0.5 is not below."""
    limit = doris_2021.PGA_BELOW
    return _decided(pga(visit), lambda value: value < limit, f"pga_not_below_{limit}", "pga")


def pga(visit: VisitFact) -> Bounds | None:
    """Return the physician's assessment of the visit, as bounds."""
    result = result_of(visit, "pga")
    return bounds(result) if result else None


def _decided(
    found: Bounds | None, holds: Callable[[Decimal], bool], reason: str, name: str
) -> Verdict:
    if found is None:
        return unknown(f"no_{name}")
    low, high = found
    if holds(high):
        return MET
    return unknown(f"{name}_not_complete") if holds(low) else failed(reason)


def prednisone(at: AtVisit, mg: Decimal, *, strict: bool = False) -> Verdict:
    """Judge the mean dose of the 28 days before against a ceiling, and that there was no pulse."""
    taken = at.exposure
    if taken is None:
        return unknown("no_date")
    if taken.pulse:
        return failed("recent_pulse")
    if not taken.known:
        return unknown("no_medicine_history")
    if _over(taken.low, mg, strict=strict):
        return failed(f"dose_not_below_{mg}_mg" if strict else f"dose_above_{mg}_mg")
    if taken.high is None or _over(taken.high, mg, strict=strict):
        return unknown("dose_not_certain")
    return unknown("pulse_not_certain") if taken.pulse is None else MET


def _over(dose: Decimal, mg: Decimal, *, strict: bool) -> bool:
    return dose >= mg if strict else dose > mg


def no_clinical_activity(visit: VisitFact) -> Verdict:
    """Judge a clinical SLEDAI-2K of 0, from the parts of the stored result."""
    result = result_of(visit, "sledai_2k")
    return unknown("no_sledai_2k") if result is None else _clinical(result)


def _clinical(result: AssessmentFact) -> Verdict:
    found = clinical_bounds(result)
    if found is None:
        return unknown("no_sledai_2k")
    return at_most(found, Decimal(0), "clinical_sledai")


def clinical_bounds(result: AssessmentFact) -> Bounds | None:
    """Return the least and the most that the clinical part of a SLEDAI-2K can be."""
    if not result.total_only and "clinical_points" in result.parts:
        low, high = result.parts["clinical_points"], result.parts["clinical_max_possible"]
        return Decimal(low), Decimal(high)
    found = bounds(result)
    # A total without items: up to 4 points of it may be serology.
    return found and (max(Decimal(0), found[0] - SEROLOGY_AT_MOST), found[1])


def no_immunosuppressant(at: AtVisit) -> Verdict:
    """Judge that no immunosuppressant or biologic was taken; antimalarials are none."""
    if at.visit.visited_on is None:
        return unknown("no_date")
    if not at.patient.medicines:
        return unknown("no_medicine_history")
    taken = immunosuppression.taken_before(at.patient.medicines, at.visit.visited_on)
    if taken is None:
        return unknown("immunosuppressant_not_certain")
    return failed("immunosuppressant") if taken else MET


def quiet_serology(visit: VisitFact) -> Verdict:
    """Judge that complement and anti-dsDNA are normal, from the items of the SLEDAI-2K."""
    result = result_of(visit, "sledai_2k")
    if result is None:
        return unknown("no_sledai_2k")
    if not result.total_only and "serology_points" in result.parts:
        low, high = result.parts["serology_points"], result.parts["serology_max_possible"]
        return at_most((Decimal(low), Decimal(high)), Decimal(0), "serology")
    found = bounds(result)
    # A total without items: any of its points may be serology, and none need be.
    return at_most(found and (Decimal(0), found[1]), Decimal(0), "serology")


def stable_maintenance(at: AtVisit) -> Verdict:
    """Judge that no immunosuppressant or biologic was started or raised in the 12 weeks before."""
    return at.once(_maintenance)


def _maintenance(at: AtVisit) -> Verdict:
    day = at.visit.visited_on
    if day is None or not at.patient.medicines:
        return unknown("no_medicine_history")
    stable = maintenance.is_stable(at.patient.medicines, day)
    if stable is None:
        return unknown("medicine_changed_in_12_weeks")
    return MET if stable else failed("maintenance_raised_in_12_weeks")
