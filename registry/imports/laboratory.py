"""The step of an import that reads laboratory results: as typed, and the canonical value beside."""

from functools import lru_cache

from registry.exchange.laboratory import LABS
from registry.imports.known import Known, Person
from registry.imports.listed import Listed, same_patient, stage
from registry.imports.reading import Row
from registry.imports.run import Check, Run
from registry.imports.staged import Values
from registry.laboratory.reading import Canonical, canonical
from registry.models.derived import CANONICAL

REMEMBERED = 20_000
understood = lru_cache(REMEMBERED)(canonical)


def stage_labs(run: Run) -> None:
    stage(run, Listed(LABS, "collected_on", _result, _load, CANONICAL))


def _load(known: Known, batch: list[Row]) -> None:
    known.load_visits(row["visit_id"] for row in batch)


def _result(check: Check, row: Row, person: Person | None) -> Values:
    check.not_future("collected_on")
    check.within_life(person, "collected_on", after_death=True)
    _check_value(check, row)
    found = understood(row["analyte"] or "", row["value"], row["unit"], row["comparator"])
    _tell(check, row, found)
    return {
        "visit_id": _visit(check, row, person),
        **dict(zip(CANONICAL, (found.value, found.unit, found.version), strict=True)),
    }


def _visit(check: Check, row: Row, person: Person | None) -> object:
    visit = check.run.known.visits.get(row["visit_id"] or "")
    if visit is not None and visit.facts.get("attendance") in {"missed", "not_expected"}:
        check.error("visit_id", "a visit that did not take place has no results")
    return same_patient(check, person, "visit_id", visit, "visits.csv")


def _check_value(check: Check, row: Row) -> None:
    low, high = row["lower_limit"], row["upper_limit"]
    if low is not None and high is not None and low > high:
        check.error("lower_limit", f"is above the upper limit of {high:f}")
    if row["value"] is None and row["state"] is None:
        check.warn("value", "neither a value nor a state says what is known")
    if row["value"] is not None and row["state"] is not None:
        check.warn("state", "stands beside a value")


def _tell(check: Check, row: Row, found: Canonical) -> None:
    """Say what keeps a result from being compared, and what is no result of a patient."""
    if found.impossible:
        check.error("value", found.impossible)
    elif found.unlikely:
        check.warn("value", found.unlikely)
    elif found.problem:
        check.warn("value" if row["value"] else "analyte", f"{found.problem}; it is kept as typed")
