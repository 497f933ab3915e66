"""What the page of the kidney says: samples by day, baseline, slope, and responses by timepoint."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from registry.followup import selection, states
from registry.followup.facts import LabFact, VisitFact
from registry.followup.kidney import Collection, Filtration, Kidney, Spot
from registry.followup.kidney.filtration import CREATININE
from registry.followup.kidney.proteinuria import IN_24_HOURS, SPOT
from registry.followup.kidney.samples import written
from registry.followup.states.base import AtVisit, State, Verdict
from registry.followup.timepoints import BASELINE, title
from registry.instruments.units import printed
from registry.templating import show_code, show_date
from registry.views.state_words import WORDS, reason_words, word_of

TONES = {"met": "good", "not_met": "plain", "indeterminate": "soon", "not_evaluable": "plain"}
OF_AN_EVENT = TONES | {"met": "late"}  # that it happened is no good news
EVENT = "kidney_failure"
SHOWN = ("eular_renal", "kdigo_2024", "bliss_ln", EVENT)  # how the names begin
WHY_NO_EGFR = {
    "under_18": "none below 18 years",
    "may_be_under_18": "none: may be below 18 years",
    "no_birth_date": "none without a birth date",
    "sex_not_female_or_male": "none: the equation knows female and male",
    "no_number": "no number",
}


@dataclass(frozen=True, slots=True)
class SampleLine:
    """Everything of the kidney that was measured on one day."""

    on: str
    creatinine: tuple[str, ...]
    egfr: tuple[tuple[str, str], ...]  # the value, and its equation or why there is none
    ratio: tuple[str, ...]
    in_unit: tuple[tuple[str, str], ...]  # the value, and what is to be said of it
    by_day: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    title: str
    word: str
    tone: str
    why: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One response at one timepoint; ``word`` is empty where the visit has nothing to judge."""

    word: str
    tone: str
    why: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class ResponseLine:
    title: str
    at: tuple[Judged, ...]  # in the order of the timepoints


NOTHING = Judged("", "plain", "", ())


def sample_lines(kidney: Kidney) -> list[SampleLine]:
    """Return one line a day, the newest first; what was not done or is awaited is said."""
    days: dict[tuple[date, date, str], list[LabFact]] = defaultdict(list)
    for fact in kidney.labs:
        on = fact.collected_on
        days[on.earliest, on.latest, on.words].append(fact)
    return [_sample_line(kidney, key[2], days[key]) for key in sorted(days, reverse=True)]


def _sample_line(kidney: Kidney, on: str, facts: Sequence[LabFact]) -> SampleLine:
    # By identity: two results of one day may be alike in everything.
    mine = {id(fact) for fact in facts}
    return SampleLine(
        on,
        tuple(as_entered(fact) for fact in facts if fact.analyte == CREATININE),
        tuple(_egfr(one) for one in kidney.filtrations if id(one.fact) in mine),
        tuple(as_entered(fact) for fact in facts if fact.analyte == SPOT),
        tuple(_ratio(one) for one in kidney.spots if id(one.fact) in mine),
        tuple(as_entered(fact) for fact in facts if fact.analyte == IN_24_HOURS),
    )


def as_entered(fact: LabFact) -> str:
    """Write a result the way it was entered; one that is not there says why."""
    if fact.state is not None:
        return show_code(fact.state)
    value = fact.text if fact.text is not None else str(fact.value)
    unit = printed(fact.entered_unit or "")
    return f"{fact.comparator or ''}{value} {unit}".strip()


def _egfr(one: Filtration) -> tuple[str, str]:
    if one.amount is None:
        return "–", WHY_NO_EGFR[one.why]
    by = "reported, " if one.reported else ""
    return written(one.amount, 0), by + one.equation.replace("/", " ")


def _ratio(one: Spot) -> tuple[str, str]:
    notes = ["converted"] if one.converted else []
    notes += ["grey band"] if one.grey else []
    return written(one.in_unit, 1), ", ".join(notes)


def baseline_words(kidney: Kidney) -> list[tuple[str, str]]:
    """Return the values that everything is set against."""
    flare = kidney.index_flare
    before = f"flare of {flare.onset_on.words}" if flare else "no flare of the kidney is dated"
    return [
        ("eGFR", _dated(kidney.baseline_egfr, "mL/min/1.73 m²")),
        ("Protein to creatinine ratio", _dated(kidney.baseline_spot, kidney.unit.policy.unit)),
        ("Protein in 24 hours", _dated(kidney.baseline_collection, "g")),
        ("eGFR before the flare", f"{_dated(kidney.pre_flare_egfr, 'mL/min/1.73 m²')} ({before})"),
    ]


def _dated(found: Sequence[Filtration | Spot | Collection], unit: str) -> str:
    values = []
    for one in found:
        amount = one.in_unit if isinstance(one, Spot) else one.amount
        places = 0 if isinstance(one, Filtration) else 1 if isinstance(one, Spot) else 2
        grey = ", grey band" if isinstance(one, Spot) and one.grey else ""
        values.append(f"{written(amount, places)} {unit} on {one.on.words}{grey}")
    return "; ".join(dict.fromkeys(values)) or "not measured"


def slope_words(kidney: Kidney) -> list[str]:
    """Return the sentences of the slope: its value with n and equation, and what is left out."""
    slope = kidney.slope
    equation = slope.equation.replace("/", " ")
    if slope.per_year is None:
        first = f"No slope of the eGFR by {equation}: {slope.why} (n = {slope.n})."
    else:
        tenths = slope.per_year.quantize(Decimal("0.1"), ROUND_HALF_UP) + 0  # no minus before zero
        value = f"{tenths:+f}".replace("-", "\u2212")
        since = "from day 0 on" if kidney.day_0 else "over all samples, as nothing was infused yet"
        first = (
            f"The eGFR changed by {value} mL/min/1.73 m² a year {since} "
            f"(least squares, n = {slope.n}, {equation})."
        )
    return [first, *_notes(kidney)]


def _notes(kidney: Kidney) -> Iterator[str]:
    slope = kidney.slope
    if slope.left_out:
        yield f"Left out, without an exact day or value: {slope.left_out}."
    if slope.in_the_middle:
        yield "The birth date is known in part: each eGFR is taken in the middle of its bounds."
    others = {one.equation for one in kidney.filtrations} - {slope.equation}
    if others:
        named = " and ".join(sorted(other.replace("/", " ") for other in others))
        yield f"Never mixed with results of another equation: {named}."


def responses(kidney: Kidney) -> tuple[list[tuple[str, str]], list[ResponseLine]]:
    """Return the timepoints with their day, and each response at each of them."""
    visits = _followed(kidney)
    found = [state for state in states.STATES.values() if state.name.startswith(SHOWN)]
    lines = []
    for state in found:
        verdicts = [state.judge(AtVisit(kidney.patient, visit)) for _, visit in visits]
        if any(verdicts):
            lines.append(ResponseLine(state.title, tuple(_judged(state, v) for v in verdicts)))
    return [(title(code), show_date(visit.visited_on)) for code, visit in visits], lines


def _followed(kidney: Kidney) -> list[tuple[str, VisitFact]]:
    """Return the visits that stand for timepoints after day 0."""
    if kidney.course is None:
        return []
    chosen = selection.select_visits(kidney.patient, kidney.course)
    return [(code, visit) for code, visit in chosen.items() if code != BASELINE]


def _judged(state: State, verdict: Verdict | None) -> Judged:
    if verdict is None:
        return NOTHING
    tones = OF_AN_EVENT if state.harm else TONES
    criteria = tuple(
        Criterion(
            limb.title,
            _word(limb.verdict, WORDS[limb.verdict.state]),
            tones[limb.verdict.state],
            reason_words(limb.verdict.reason),
        )
        for limb in verdict.limbs
    )
    return Judged(
        _word(verdict, word_of(state, verdict)),
        tones[verdict.state],
        reason_words(verdict.reason),
        criteria,
    )


def _word(verdict: Verdict, word: str) -> str:
    """Return the word of a narrow column."""
    return "Not judged" if verdict.state == "indeterminate" else word.capitalize()
