"""The definitions behind a summary, by name, each with its version and settings.

They are fixed before data are seen; a changed setting is a new version and another hash.
"""

from collections.abc import Iterable
from typing import Any

from registry.analysis import baseline_values, rates, rates_since
from registry.followup import (
    clocks,
    emergence,
    immunosuppression,
    selection,
    state_course,
    states,
    steroids,
    timepoints,
)
from registry.followup.endpoints import ENDPOINTS
from registry.followup.kidney import course as kidney
from registry.followup.kidney import filtration, proteinuria
from registry.instruments import INSTRUMENTS
from registry.instruments.glucocorticoids import WINDOW_DAYS


def definitions() -> dict[str, dict[str, Any]]:
    """Return every definition that a summary used."""
    return {
        "analysis_windows": _entry(timepoints.VERSION, first_day=timepoints.FIRST_ANALYSIS_DAY),
        "baseline": _entry(
            selection.VERSION, max_days_before=timepoints.BASELINE_DAYS, same_day="before"
        ),
        "visit_selection": _entry(
            selection.VERSION, nearest="target", ties="earlier", final_only=True
        ),
        "ascertainment": _entry("1", early_days=clocks.EARLY_DAYS, partial_dates="worse reading"),
        "steroid_dose": _entry(
            steroids.VERSION,
            window_days=WINDOW_DAYS,
            premedication="a steroid before an infusion counts as a pulse",
        ),
        "immunosuppressants": _entry(
            immunosuppression.VERSION,
            window_days=WINDOW_DAYS,
            depleting_antibodies_days=immunosuppression.LASTING_DAYS,
            recognised="by generic name, stem or usual brand; others are not counted",
        ),
        "state_course": _entry(state_course.VERSION, **state_course.SETTINGS),
        "kidney": _entry(
            kidney.VERSION,
            filtration=filtration.VERSION,
            proteinuria=proteinuria.VERSION,
            equation=filtration.EQUATION,
            age="whole years on the day of the sample",
            ratio="in the unit of the baseline sample, else of the first on record",
            before_flare_days=kidney.PRE_FLARE_DAYS,
        ),
        "proportions": _entry("1", level=95, method="clopper_pearson", beside="wilson"),
        "means": _entry("1", sd="n - 1", quartiles="type 7", change="student_t", level=95),
        "table1": _entry(
            baseline_values.VERSION,
            laboratory_days_before=timepoints.BASELINE_DAYS,
            partial_dates="middle, where they differ by a year or less",
        ),
        "rates": _entry(
            rates.VERSION,
            **{name: _days(first, last) for name, first, last in rates.PERIODS},
            longest_gap_days=rates.LONGEST_GAP_DAYS,
            fewest_contacts=rates.FEWEST_CONTACTS,
            patients="paired",
            interval=f"{rates.BOOTSTRAP}, {rates.REPLICATES} replicates, seed {rates.SEED}",
            without_events=rates.EXACT,
        ),
        **{
            f"rates_{event}": _entry(rates_since.VERSION, **settings)
            for event, settings in rates_since.SETTINGS.items()
        },
        "adverse_events": _entry(
            emergence.VERSION,
            emergent="onset not certainly before the course start, or worse after it",
            population="course started",
            related=", ".join(sorted(emergence.RELATED_VERDICTS)),
            worst_case=", ".join(emergence.UNDECIDED),
            person_time="course start to the last completed inquiry",
        ),
        **{
            name: _entry(state.version, **state.printed_settings)
            for name, state in states.STATES.items()
        },
        **{name: _entry(found.version, **found.settings) for name, found in ENDPOINTS.items()},
    }


def _days(first: int | None, last: int | None) -> str:
    return f"from day {first}" if last is None else f"day {first} to {last}"


def _entry(version: str, **settings: Any) -> dict[str, Any]:
    return {"version": version, "settings": settings}


def rules_named(instrument: str, versions: Iterable[str]) -> tuple[str, ...]:
    """Return title and version of each rule that made the scores; the present one without any."""
    declared = INSTRUMENTS[instrument]
    made = sorted(set(versions)) or [declared.version]
    return tuple(f"{declared.title} {version}" for version in made)
