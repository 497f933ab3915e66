"""Arrange table 1 and the adverse events of a summary for reading; numbers as they are."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from registry.instruments.units import printed
from registry.templating import show_code
from registry.views.cohort_tables import UNDEFINED, fixed, share, spread

Row = Mapping[str, Any]
VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        "condition": "Had by the course start",
        "condition_active": "Active at the course start",
        "disease_duration": "Duration of lupus",
        "prednisone": "Prednisone-equivalent, mean of 28 days",
        "prior_cyclophosphamide": "Earlier cyclophosphamide",
        "prior_cell_therapy": "Earlier cell therapy, anywhere",
        "c3": "C3",
        "c4": "C4",
        "anti_dsdna_farr": "Anti-dsDNA, Farr",
        "anti_dsdna_elisa": "Anti-dsDNA, ELISA",
        "upcr": "Urine protein to creatinine",
    }
)
HEADLINES: Mapping[str, str] = MappingProxyType(
    {
        "any": "Any",
        "serious": "Serious",
        "related": "Related to treatment",
        "related_worst_case": "Related, worst case",
    }
)
PHASES: Mapping[str, str] = MappingProxyType(
    {
        "pre_course": "Before the course (in no other row)",
        "mobilisation_and_conditioning": "Mobilisation and conditioning",
        "day_0_28": "Day 0 to 28",
        "day_29_100": "Day 29 to 100",
        "day_101_365": "Day 101 to 365",
        "later": "Later",
        "unknown": "Date does not decide",
    }
)
RELATIONS: Mapping[str, str] = MappingProxyType(
    {"missing": "Nobody judged it", "not_related": "Unlikely or not related"}
)
SOLICITED: Mapping[str, str] = MappingProxyType(
    {"yes": "Asked for by a fixed question", "no": "Told unasked", "not_recorded": "Not recorded"}
)
TIME_ENDS: Mapping[str, str] = MappingProxyType(
    {
        "last_inquiry": "to the last completed side-effect inquiry",
        "last_visit": "to the last visit, because nobody was asked the fixed questions",
    }
)
NOT_CODED, NOT_GRADED = "Not coded", "No grade"


def table1_rows(rows: Iterable[Row]) -> list[Row]:
    """Return a line for each variable or category: what, n, missing, and how it reads."""
    return [
        {"title": _variable(row), "n": row["n"], "missing": row["missing"], **_reading(row)}
        for row in rows
    ]


def headline_rows(part: Row) -> list[Row]:
    """Return any, serious, related and the worst case."""
    return [_counted(title, part[name]) for name, title in HEADLINES.items()]


def phase_rows(part: Row) -> list[Row]:
    """Return the phases that have an event, in order of time."""
    return _with_events(part["by_phase"], "phase", PHASES)


def judgement_rows(part: Row) -> list[Row]:
    """Return what was thought of the cause, then which part of the treatment was blamed."""
    held = _with_events(part["by_cause"], "cause", {}, "Related to: ")
    return [*_with_events(part["by_relation"], "relation", RELATIONS), *held]


def solicited_rows(part: Row) -> list[Row]:
    """Return those asked for apart from those told unasked."""
    return _with_events(part["by_solicited"], "solicited", SOLICITED)


def grade_rows(part: Row) -> list[Row]:
    """Return the grades that occur, no grade last."""
    return [_counted(_grade(row), row) for row in part["by_grade"] if row["events"]]


def soc_rows(part: Row) -> list[Row]:
    """Return the organ classes with their rates."""
    return [
        {**_counted(row["soc"] or NOT_CODED, row), "rate": _rate(row)} for row in part["by_soc"]
    ]


def term_rows(part: Row) -> list[Row]:
    """Return terms with their grades and rates."""
    return [
        {
            **_counted(row["term"] or NOT_CODED, row),
            "soc": row["soc"] or NOT_CODED,
            "grade": _grade(row),
            "rate": _rate(row),
        }
        for row in part["by_term"]
    ]


def death_rows(part: Row) -> list[list[object]]:
    """Return every death: day, phase, cause, fatal events, judgement."""
    return [
        [
            UNDEFINED if death["day"] is None else death["day"],
            PHASES[death["phase"]],
            death["cause"],
            "; ".join(death["terms"]) or UNDEFINED,
            UNDEFINED if death["relation"] is None else _relation(death["relation"]),
        ]
        for death in part["deaths"]
    ]


def years(part: Row) -> str:
    """Write the person-time with all its places."""
    return fixed(part["patient_years"], 2)


def _variable(row: Row) -> str:
    name, level, unit = row["variable"], row["level"], row["unit"]
    title = VARIABLES.get(name) or show_code(name)
    if unit == "points" and level:
        return f"{title}, version {level}"
    if level and level != "yes":
        return f"{title}: {show_code(level)}"
    return f"{title}, {printed(unit)}" if unit else title


def _reading(row: Row) -> Row:
    """Return a number as mean and median, a category as a share, or as a bare count."""
    written: dict[str, Any] = {"share": None, "count": "", "mean": "", "median": ""}
    if row["x"] is None:
        mean, median = _described(row) if row["n"] else ("", "")
        return {**written, "mean": mean, "median": median}
    if row["method"] is None:
        return {**written, "count": f"{row['x']} on record" if row["x"] else ""}
    return {**written, "share": share(row)}


def _described(row: Row) -> tuple[str, str]:
    return (
        f"{fixed(row['mean'], 2)} ({fixed(row['sd'], 2)})",
        spread(row["median"], row["q1"], row["q3"]),
    )


def _with_events(
    rows: Iterable[Row], key: str, titles: Mapping[str, str], prefix: str = ""
) -> list[Row]:
    return [
        _counted(prefix + (titles.get(row[key]) or show_code(row[key])), row)
        for row in rows
        if row["events"]
    ]


def _counted(title: str, row: Row) -> Row:
    return {"title": title, "share": share({**row, "x": row["patients"]}), "events": row["events"]}


def _grade(row: Row) -> str:
    return NOT_GRADED if row["grade"] is None else f"Grade {row['grade']}"


def _rate(row: Row) -> str:
    return fixed(row["per_100_patient_years"], 2)


def _relation(code: str) -> str:
    return RELATIONS.get(code) or show_code(code)
