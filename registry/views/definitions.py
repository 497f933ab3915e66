"""The definitions page: every rule behind a number, written from the declarations themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from registry.adverse import terms
from registry.adverse.duplicates import WINDOW_DAYS as WINDOW
from registry.analysis.definitions import definitions
from registry.followup import baseline, baseline_gaps, cumulative, timepoints
from registry.followup.states import STATES
from registry.instruments import MEASURES, Measure, lab_items, sledai_2k, units
from registry.instruments.base import SUBJECTS
from registry.instruments.glucocorticoids import (
    DRUGS_NOT_COUNTED,
    EQUAL_TO_5_MG,
    PULSE_MG,
    ROUTES_NOT_COUNTED,
    VERSION,
    WINDOW_DAYS,
)
from registry.laboratory import proposals
from registry.laboratory.analytes import ANALYTES, Analyte
from registry.views.rule_words import settings_words

bp = Blueprint("definitions", __name__, url_prefix="/definitions")
YEARS_SHOWN = 15


@dataclass(frozen=True, slots=True)
class Timepoint:
    """One row of the table of windows, in days after day 0."""

    title: str
    target: int | None
    analysis: timepoints.Window | None
    schedule: timepoints.Window | None


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show instruments, states, timepoints, the steroid policy and the settings of a summary."""
    return render_template(
        "definitions/show.html",
        measures=list(_measures()),
        states=list(STATES.values()),
        timepoints=list(_timepoints()),
        timepoints_version=timepoints.VERSION,
        steroids=_steroids(),
        steroids_version=VERSION,
        equivalents=[(drug.capitalize(), mg) for drug, mg in EQUAL_TO_5_MG.items()],
        history=_history(),
        events=_adverse_events(),
        items=_items(),
        items_version=proposals.VERSION,
        analytes=[_analyte(analyte) for analyte in ANALYTES.values()],
        units_version=units.VERSION,
        rules=[(name, rule["version"], settings_words(rule["settings"])) for name, rule in _rules()],
    )


def _measures() -> Iterator[tuple[str, str, list[Measure]]]:
    """Yield code, title and measures of each subject; what is asked at a visit comes first."""
    for code, title in SUBJECTS.items():
        of_it = [measure for measure in MEASURES if measure.rule.subject == code]
        if of_it:
            yield code, title, sorted(of_it, key=lambda m: (m.instrument is None, m.rule.title))


def _rules() -> list[tuple[str, dict[str, Any]]]:
    """Return the rules that have no entry of their own."""
    return [
        (name.replace("_", " ").capitalize(), rule)
        for name, rule in definitions().items()
        if name not in STATES
    ]


def _timepoints() -> Iterator[Timepoint]:
    yield Timepoint(
        "Baseline", None, timepoints.window(timepoints.BASELINE),
        timepoints.schedule_window(timepoints.BASELINE),
    )  # fmt: skip
    for code in (*timepoints.DAY_TARGETS, *islice(timepoints.scheduled(), YEARS_SHOWN)):
        yield Timepoint(
            timepoints.title(code),
            timepoints.target(code),
            timepoints.window(code) if timepoints.is_analysis(code) else None,
            timepoints.schedule_window(code),
        )


def _history() -> list[tuple[str, str, str]]:
    return [
        (
            "Baseline on the page of a patient",
            baseline.VERSION,
            f"the last final value of the {timepoints.BASELINE_DAYS} days up to the course start, "
            "never after the first dose; before any treatment, up to today",
        ),
        (
            "Missing at baseline",
            baseline_gaps.VERSION,
            f"{baseline_gaps.FEWEST_SCORES} dated scores before the course, the baseline included; "
            "“none” and “nobody can say” are answers, silence is not",
        ),
        (
            "Cumulative cyclophosphamide, g",
            cumulative.VERSION,
            "a single day or pulse is one dose, a period is dose × intakes × days; what is "
            "ongoing, partly dated or not in mg or g leaves bounds",
        ),
    ]


def _steroids() -> list[tuple[str, str]]:
    return [
        ("Mean dose and pulses", f"over the {WINDOW_DAYS} days before a day, that day left out"),
        ("Pulse", f"{PULSE_MG} mg or more of prednisone-equivalent in one day, kept apart"),
        ("Routes not counted", _listed(ROUTES_NOT_COUNTED)),
        ("Medicines not counted", _listed(DRUGS_NOT_COUNTED)),
    ]


def _adverse_events() -> list[tuple[str, str]]:
    return [
        (
            "Suggested terms",
            f"{len(terms.TERMS)} of {terms.SCALE}, with only the grades that exist",
        ),
        ("Grade and seriousness", "neither follows from the other, except that grade 5 is death"),
        ("Expectedness", "unexpected unless a reference document with its version is named"),
        (
            "Probable duplicate",
            f"policy: same patient and same term or organ class, onset within {WINDOW} days; "
            "or same reporter, lot and day. Linked, never merged",
        ),
        ("Draft", "counts nowhere and is in no file until somebody reports it"),
        ("Event without a patient", "read by everybody with clinical rights, written by its site"),
    ]


def _items() -> list[tuple[str, str]]:
    """Return which result proposes an item; the cut-offs are those of the rule."""
    return [
        ("Window", f"{sledai_2k.INSTRUMENT.window}; never a sample from before day 0 after it"),
        ("Which result", "the newest in the window; a later sample than the visit never counts"),
        *((name[0].upper() + name[1:], text) for name, text in lab_items.RULE.settings.items()),
    ]


def _analyte(analyte: Analyte) -> tuple[str, str, str, str]:
    """Return title, units with the canonical first, what is impossible, and LOINC."""
    named = [unit.name for unit in analyte.quantity.units] if analyte.quantity else []
    shown = ", ".join(units.printed(name) or name for name in named) or "words"
    low, high = analyte.possible
    possible = f"{low} to {high}" if low is not None and high is not None else "–"
    return analyte.title, shown, possible, analyte.loinc or "–"


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)).replace("_", "-")
