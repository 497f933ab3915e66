"""Arrange a summary for reading: one table per instrument and definition, people before scores.

Only arranges and words: every number is taken from the summary as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from registry.analysis.measures import direction_of, title_of
from registry.exports import harm_words
from registry.followup import timepoints
from registry.plots.spaghetti import SpaghettiData
from registry.templating import TRUE_MINUS, show_code
from registry.views.rate_tables import RateTable, arranged

UNDEFINED = "–"
FEWEST_WITH_PERCENT = 5  # below it the counts and the interval say all there is to say
POPULATIONS: Mapping[str, str] = MappingProxyType(
    {
        "infused": "Everybody infused",
        "prospective": "Prospective only: enrolled on or before day 0",
        "retrospective": "Retrospective only: enrolled more than 30 days after day 0",
    }
)
# The code of a row, its heading, and which question it answers.
ROWS: Sequence[tuple[str, str, str]] = (
    ("observed", "Observed", "of those whose data decide"),
    (
        "non_responder_imputed",
        "Non-responder imputed",
        "of everybody infused and due or gone; no answer counts as not met",
    ),
    ("worst", "Worst case", "each indeterminate one counted as not met"),
    ("best", "Best case", "each indeterminate one counted as met"),
)
# The same rows of a harm, which is no success to have met.
HARM_ROWS = tuple((code, *words) for code, words in harm_words.ROWS.items())
FIRST = ("sledai_2k", "csledai_2k", "pga")
DAYS_PER_YEAR = 365.25
LEFT_OUT = ("indeterminate", "not_evaluable", "not_seen", "not_yet_due")
_LEFT_OUT_COLUMNS = [(show_code(name), "numeric") for name in LEFT_OUT]
STATE_COLUMNS = [*((title, "") for _, title, _ in ROWS), *_LEFT_OUT_COLUMNS]
HARM_COLUMNS = [*((title, "") for _, title, _ in HARM_ROWS), *_LEFT_OUT_COLUMNS]
FLOW_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "seen": "Seen",
        "missed": "Missed",
        "not_yet_due": "Not yet due",
        "died": "Died",
        "withdrawn": "Withdrawn",
        "lost": "Lost",
    }
)

FLOW_COLUMNS = [(word, "numeric") for word in FLOW_WORDS.values()]


@dataclass(frozen=True, slots=True)
class Numbers:
    """One table: an instrument with its version, or a definition with where it comes from."""

    title: str
    rows: Sequence[Mapping[str, Any]]
    further: bool = False  # not what the registry is read for first


def populations(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return code and title of the populations that the summary has rows for."""
    found = {row["population"] for row in (*summary["activity"], *summary["states"])}
    return [(code, title) for code, title in POPULATIONS.items() if code in found]


def activity_tables(summary: Mapping[str, Any], population: str) -> list[Numbers]:
    """Return one table for each instrument and version."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in summary["activity"]:
        if row["population"] == population:
            found.setdefault((row["instrument"], row["version"]), []).append(_activity_row(row))
    return [
        Numbers(_measure_title(name, version), rows, name not in FIRST)
        for (name, version), rows in sorted(found.items(), key=lambda item: _place(item[0]))
    ]


def _measure_title(name: str, version: str) -> str:
    """Name a measure, and say so where more is better: most here are the other way round."""
    good = ", higher is better" if direction_of(name) == "high_good" else ""
    return f"{title_of(name) or show_code(name)}, version {version}{good}"


def state_tables(
    summary: Mapping[str, Any], population: str, origin: str, *, harms: bool = False
) -> list[Numbers]:
    """Return one table for each definition of one origin, which are never mixed; harms apart."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in summary["states"]:
        is_harm = origin == "computed" and row["definition"] in harm_words.HARMS
        if (row["population"], row["origin"], is_harm) == (population, origin, harms):
            found.setdefault(row["definition"], []).append(row)
    return [_state_table(name, rows) for name, rows in found.items()]


def state_overview(tables: Sequence[Numbers]) -> Mapping[str, Any]:
    """Return x/n of the observed row of every state at every timepoint any of them has."""
    longest = max((table.rows for table in tables), key=len, default=())
    titles = [row["timepoint"] for row in longest]
    return {
        "columns": [(title, "numeric") for title in titles],
        "rows": [
            {"title": table.title, "counts": [_observed(table).get(title, "–") for title in titles]}
            for table in tables
        ],
    }


def _observed(table: Numbers) -> Mapping[str, str]:
    return {row["timepoint"]: row["shares"][0]["counts"] for row in table.rows}


def course_rows(
    summary: Mapping[str, Any], population: str, *, harms: bool = False
) -> list[Mapping[str, Any]]:
    """Return one line for each state: who began in it, came into it, kept it, and for how long.

    With ``harms`` one for each harm, which has nothing to keep.
    """
    return [
        _course_row(entry)
        for entry in summary["state_course"]
        if entry["population"] == population and (entry["definition"] in harm_words.HARMS) is harms
    ]


def _course_row(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    before, time = entry["baseline"], entry["time"]
    unknown = entry["n"] - before["met"] - before["not_met"]
    few = time["patients"] < FEWEST_WITH_PERCENT
    return {
        "title": show_code(entry["definition"]),
        "before": f"{before['met']}/{before['met'] + before['not_met']}",
        "unknown": unknown,
        "attained": _bounded(entry["attained"]),
        "sustained": _bounded(entry["sustained"]),
        "percent": "" if few else f"{fixed(time['percent'], 1)} %",
        "interval": _range(time["ci_low"], time["ci_high"], 1),
        "patients": time["patients"],
        "years": fixed(time["days_observed"] / DAYS_PER_YEAR, 1),
        "years_met": fixed(time["days_met"] / DAYS_PER_YEAR, 1),
        "undecided": fixed(time["days_indeterminate"] / DAYS_PER_YEAR, 1),
        "unobserved": fixed(time["days_unobserved"] / DAYS_PER_YEAR, 1),
    }


def _bounded(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the observed share, what the undecided could make of it, and who is not in it."""
    by_row = {row["row"]: row for row in rows}
    worst, best = by_row["worst"], by_row["best"]
    return {
        "share": share(by_row["observed"]),
        "bounds": f"{worst['x']}/{worst['n']} to {best['x']}/{best['n']}"
        if best["x"] > worst["x"]
        else "",
        "left_out": ", ".join(
            f"{worst[name]} {name.replace('_', ' ')}" for name in LEFT_OUT if worst[name]
        ),
    }


def rates(summary: Mapping[str, Any], population: str) -> list[RateTable]:
    """Return the tables of flares, and of damage and admissions, of one population."""
    return arranged(row for row in summary["rates"] if row["population"] == population)


def flow_rows(flow: Mapping[str, Any]) -> list[list[object]]:
    """Return one line for each timepoint: the six states, which sum to the infused."""
    return [
        [
            timepoints.title(at["timepoint"]),
            *(at[state] for state in FLOW_WORDS),
            sum(at[state] for state in FLOW_WORDS),
            at["due"],
        ]
        for at in flow["at"]
    ]


def figure_rows(figure: SpaghettiData) -> list[list[object]]:
    """Return what the thick line and the band show; single lines are in the file."""
    return [
        [timepoints.title(s.code), s.seen, s.missing]
        + ([s.median, s.p10, s.p90] if s.summarised else [UNDEFINED] * 3)
        for s in figure.timepoints
    ]


def at_baseline(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a group looked like before treatment, as far as the summary says."""
    activity = [row for row in _begun(part["activity"]) if row["instrument"] == FIRST[0]]
    steroid = [
        row
        for row in _begun(part["states"])
        if (row["definition"], row["row"]) == ("prednisone_le_5", "observed")
    ]
    return {
        "sledai": [_activity_row(row) for row in activity],
        "steroid": [share(row) for row in steroid],
    }


def _begun(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Keep the rows of everybody infused at baseline."""
    return [row for row in rows if (row["population"], row["timepoint"]) == ("infused", "baseline")]


def fixed(value: float | None, places: int) -> str:
    """Write a number with all its places, as in print, with a true minus."""
    return UNDEFINED if value is None else f"{value:.{places}f}".replace("-", TRUE_MINUS)


def _place(measure: tuple[str, str]) -> tuple[int, str, str]:
    """Sort what the registry is read for to the front."""
    name, version = measure
    return (FIRST.index(name) if name in FIRST else len(FIRST)), name, version


def _activity_row(row: Mapping[str, Any]) -> Mapping[str, Any]:
    change, bounds = row["change"], row["bounds"]
    return {
        "timepoint": timepoints.title(row["timepoint"]),
        **{name: row[name] for name in ("n", "total_only", "incomplete", "missing")},
        "mean_sd": spread(row["mean"], row["sd"]),
        "median_iqr": spread(row["median"], row["q1"], row["q3"]),
        "bounds": _range(bounds["known_points"], bounds["max_possible"]),
        "n_pairs": change["n_pairs"] if change else UNDEFINED,
        "change_sd": spread(change["mean"], change["sd"]) if change else UNDEFINED,
        "change_ci": _range(change["ci_low"], change["ci_high"]) if change else UNDEFINED,
    }


def spread(value: float | None, *around: float | None) -> str:
    """Write a value with its SD or its quartiles behind it."""
    inner = " to ".join(fixed(number, 2) for number in around)
    return UNDEFINED if value is None else f"{fixed(value, 2)} ({inner})"


def _range(low: float | None, high: float | None, places: int = 2) -> str:
    return UNDEFINED if low is None else f"{fixed(low, places)} to {fixed(high, places)}"


def _state_table(name: str, rows: Sequence[Mapping[str, Any]]) -> Numbers:
    sources = sorted({source for row in rows for source in row["sources"]})
    title = f"{show_code(name)}, from {'; '.join(sources)}" if sources else show_code(name)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["timepoint"], []).append(row)
    return Numbers(title, [_state_row(same) for same in found.values()])


def _state_row(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Gather the four rows of one timepoint; who was left out is the same in each."""
    by_row = {row["row"]: row for row in rows}
    return {
        "timepoint": timepoints.title(rows[0]["timepoint"]),
        "shares": [share(by_row[code]) for code, _, _ in ROWS],
        **{name: rows[0][name] for name in LEFT_OUT},
    }


def share(row: Mapping[str, Any]) -> Mapping[str, str]:
    """Return x of n with both intervals; the percentage only where enough were counted."""
    few = row["n"] < FEWEST_WITH_PERCENT
    return {
        "counts": f"{row['x']}/{row['n']}",
        "percent": "" if few else f"{fixed(row['percent'], 1)} %",
        "exact": _range(row["ci_low"], row["ci_high"], 1) if row["n"] else "",
        "wilson": _range(row["wilson_low"], row["wilson_high"], 1) if row["n"] else "",
    }
