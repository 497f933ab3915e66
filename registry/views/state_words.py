"""States in words: one word and one sign for each verdict, and the reason as a sentence."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.followup.facts import PatientFacts, VisitFact
from registry.followup.states import State, Verdict
from registry.followup.timepoints import title
from registry.followup.verdicts import judged_visits, states_over_time, verdicts_at
from registry.templating import addresses, show_date

WORDS = {
    "met": "met",
    "not_met": "not met",
    "indeterminate": "could not be judged",
    "not_evaluable": "not evaluable",
}
SIGNS = {"met": "✓", "not_met": "✗", "indeterminate": "?", "not_evaluable": "–"}
# To meet a harm is no success, so it is neither ticked nor crossed.
HARM_WORDS = WORDS | {"met": "happened", "not_met": "did not happen"}
HARM_SIGNS = SIGNS | {"met": "▲", "not_met": "○"}
_HEADINGS = ("Target states", "Response since the baseline", "Harms")
# A gap is said as a gap: “no proteinuria” would read as a healthy kidney.
_SAID = {
    "no_baseline": "no value before the course",
    "items_not_assessed": "not every item was assessed",
    "items_not_stored": "only the total is on record",
    "major_organ": "a major organ is active",
    "major_organ_not_assessed": "not every major organ was assessed",
    "other_major_organ": "other major organ activity",
    "gi_activity": "gastrointestinal activity",
    "gi_activity_not_known": "nobody said whether there was gastrointestinal activity",
    "haemolytic_anaemia_not_known": "nobody said whether there was haemolytic anaemia",
    "other_major_organ_not_known": "nobody said whether another major organ was active",
    "new_activity": "new activity, by the clinician",
    "new_activity_not_known": "nobody said whether anything was new",
    "investigational_drug": "another investigational drug",
    "investigational_drug_not_known": "nobody said whether another investigational drug was taken",
    "investigational_cells": "investigational cells in the last 6 months",
    "legal_basis_not_known": "legal basis of the course not known",
    "infusion_date_not_certain": "day of an infusion not certain",
    "maintenance_not_known": "nobody said whether the treatment was tolerated",
    "maintenance_not_tolerated": "treatment not tolerated at standard doses",
    "maintenance_raised_in_12_weeks": "an immunosuppressant or biologic was started or raised in "
    "the last 12 weeks",
    "medicine_changed_in_12_weeks": "a medicine was started or changed in the last 12 weeks",
    "myositis_is_no_major_organ_by_the_letter": "myositis is present: no major organ by the "
    "letter of the definition",
    "new_sledai_item": "a SLEDAI item is new",
    "new_items_not_certain": "not certain whether an item is new",
    "new_bilag": "a new BILAG A, or more than one new B",
    "bilag_not_improved": "BILAG grades not improved",
    "clasi_not_improved": "CLASI activity not improved enough",
    "no_activity_at_baseline": "CLASI activity was 0 at baseline",
    "no_bilag_a_or_b_at_baseline": "no BILAG A or B at baseline to improve from",
    "no_proteinuria_at_baseline": "proteinuria at baseline was not raised, so nothing to respond",
    "baseline_proteinuria_not_certain": "proteinuria at baseline not certain",
    "no_kidney_failure": "none found",
    "no_date": "day of the visit not known",
    "no_medicine_history": "no medicines recorded",
    "no_earlier_assessment": "no earlier assessment to compare with",
    "no_earlier_sledai_2k": "no earlier SLEDAI-2K to compare with",
    "no_egfr_before_flare": "eGFR before the flare not known",
    "egfr_kept_not_reached": "eGFR fell by more",
    "egfr_kept_not_certain": "fall of the eGFR not certain",
    "egfr_not_reached": "eGFR too low",
    "upcr_not_reached": "ratio too high",
    "upcr_not_certain": "ratio not certain",
    "loss_not_confirmed": "a loss of eGFR is not confirmed yet",
    "counted_from_treatment_on": "counted from the treatment on",
    "kidney_replaced": "kidney transplant",
    "renal_death": "death of kidney disease",
    "dialysis_recorded_not_for_how_long": "dialysis is recorded, but not for how long",
    "recent_pulse": "a steroid pulse in the last 28 days",
    "pulse_not_certain": "not certain whether there was a steroid pulse",
    "immunosuppressant": "an immunosuppressant or biologic was taken",
    "immunosuppressant_not_certain": "not certain whether an immunosuppressant was taken",
    "rescue": "rescue treatment",
    "rescue_not_certain": "not certain whether there was rescue treatment",
    "treatment_failure": "treatment failure recorded",
    "treatment_failure_undated": "day of a treatment failure not certain",
}
_NAMES = {
    "sledai_2k": "SLEDAI-2K", "clinical_sledai": "clinical SLEDAI", "sledai": "SLEDAI",
    "clasi_activity": "CLASI activity", "joints": "joint count", "bilag": "BILAG", "pga": "PGA",
    "egfr": "eGFR", "upcr": "ratio", "serology": "serology points",
}  # fmt: skip
_MEASURED = frozenset({"egfr", "upcr", "proteinuria"})  # by a laboratory, not by an examiner


@dataclass(frozen=True, slots=True)
class LimbLine:
    """One criterion in words."""

    title: str
    sign: str
    word: str
    why: str


@dataclass(frozen=True, slots=True)
class StateLine:
    """One state at one visit, with its criteria where there are several."""

    title: str
    sign: str
    word: str
    why: str
    limbs: tuple[LimbLine, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """One state at one visit, as narrow as a sign."""

    state: str  # as of the verdict, harm where it is met and bad, empty: nothing to judge by
    sign: str
    spoken: str


@dataclass(frozen=True, slots=True)
class TickColumn:
    """One visit above the ticks."""

    day: str
    timepoint: str
    href: str


@dataclass(frozen=True, slots=True)
class TickRow:
    title: str
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class TickTable:
    """Every state over time: visits across, states down, apart by kind."""

    columns: tuple[TickColumn, ...]
    groups: tuple[tuple[str, tuple[TickRow, ...]], ...]


def reason_words(reason: str) -> str:
    """Write the reason codes of a verdict as words: what failed, or what is missing."""
    return "; ".join(_words(code) for code in reason.split(", ") if code)


def _words(code: str) -> str:
    return _SAID.get(code) or _gap(code) or _kidney(code) or _named(code)


def _gap(code: str) -> str:
    """Say of a value that it is missing: ``no_pga_at_baseline``, ``no_baseline_egfr``."""
    found = re.fullmatch(r"no_(baseline_)?(\w+?)(_at_baseline)?", code)
    if found is None:
        return ""
    before, name, after = found.groups()
    missing = "not measured" if name in _MEASURED else "not recorded"
    return f"{_named(name)} {missing}" + (" at baseline" if before or after else "")


def _kidney(code: str) -> str:
    """Say of a milestone of the kidney that it is not reached, not certain or not due."""
    if due := re.fullmatch(r"not_due_before_month_(\d+)", code):
        return f"not reached, and not due before month {due[1]}"
    fall = re.fullmatch(r"fall_of_(\d+)_percent_(not_reached|not_certain)", code)
    if fall:
        return f"fall of {fall[1]} % {fall[2].replace('_', ' ')}"
    limit = re.fullmatch(r"(\w+)_below_([\d.]+)_(not_reached|not_certain)", code)
    if limit is None:
        return ""
    name = _named(limit[1])
    return f"{name} not below {limit[2]}" if limit[3] == "not_reached" else f"{name} not certain"


def _named(code: str) -> str:
    """Write a code as words, what it begins with by its name."""
    name = next((name for name in _NAMES if f"{code}_".startswith(f"{name}_")), "")
    return (_NAMES.get(name, "") + code.removeprefix(name).replace("_", " ")).strip()


def lines_of_visit(patient: PatientFacts, visit_code: str) -> list[tuple[str, list[StateLine]]]:
    """Return the states of one visit under their headings; empty where it has none."""
    visit = next((one for one in patient.visits if one.visit_id == visit_code), None)
    if visit is None or visit.attendance != "done":
        return []
    found = list(verdicts_at(patient, visit))
    return [(heading, lines) for heading, lines in _by_kind(found) if lines]


def _by_kind(
    found: Iterable[tuple[State, Verdict]],
) -> Iterable[tuple[str, list[StateLine]]]:
    pairs = list(found)
    for heading in _HEADINGS:
        yield heading, [_line(s, verdict) for s, verdict in pairs if _heading(s) == heading]


def _heading(state: State) -> str:
    targets, responses, harms = _HEADINGS
    return harms if state.harm else targets if state.kind == "state" else responses


def word_of(state: State, verdict: Verdict) -> str:
    """Return the verdict in words: a harm has happened, where another state is met."""
    return (HARM_WORDS if state.harm else WORDS)[verdict.state]


def _sign(state: State, verdict: Verdict) -> str:
    return (HARM_SIGNS if state.harm else SIGNS)[verdict.state]


def _line(state: State, verdict: Verdict) -> StateLine:
    limbs = tuple(_limb(limb.title, limb.verdict) for limb in verdict.limbs)
    return StateLine(
        state.title,
        _sign(state, verdict),
        word_of(state, verdict),
        reason_words(verdict.reason),
        limbs,
    )


def _limb(title: str, verdict: Verdict) -> LimbLine:
    return LimbLine(title, SIGNS[verdict.state], WORDS[verdict.state], reason_words(verdict.reason))


def ticks_of(patient: PatientFacts, start: date | None) -> TickTable | None:
    """Return every state at every final visit; None where there is none."""
    rows = states_over_time(patient)
    if not rows:
        return None
    visits = judged_visits(patient)
    groups = tuple(
        (
            heading,
            tuple(_row(r.state, r.verdicts, visits) for r in rows if _heading(r.state) == heading),
        )
        for heading in _HEADINGS
    )
    return TickTable(_columns(visits, start), tuple(group for group in groups if group[1]))


def _columns(visits: tuple[VisitFact, ...], start: date | None) -> tuple[TickColumn, ...]:
    show = addresses("visits.show", "visit")
    return tuple(
        TickColumn(
            show_date(visit.visited_on),
            title(visit.timepoint) if visit.timepoint else _day(visit.visited_on, start),
            show(visit.visit_id),
        )
        for visit in visits
    )


def _day(on: date | None, start: date | None) -> str:
    return f"Day {(on - start).days}" if on and start else ""


def _row(
    state: State, verdicts: tuple[Verdict | None, ...], visits: tuple[VisitFact, ...]
) -> TickRow:
    return TickRow(
        state.title,
        tuple(
            _tick(state, verdict, visit) for verdict, visit in zip(verdicts, visits, strict=True)
        ),
    )


def _tick(state: State, verdict: Verdict | None, visit: VisitFact) -> Tick:
    on = show_date(visit.visited_on)
    if verdict is None:
        return Tick("", "", f"{on}: nothing to judge by")
    why = reason_words(verdict.reason)
    spoken = f"{on}: {word_of(state, verdict)}" + (f", {why}" if why else "")
    tone = "harm" if state.harm and verdict.state == "met" else verdict.state
    return Tick(tone, _sign(state, verdict), spoken)
