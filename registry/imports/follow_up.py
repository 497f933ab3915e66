"""Steps of an import: visits and reported endpoints."""

from typing import Any

from registry.exchange import follow_up as files
from registry.followup.timepoints import (
    BASELINE,
    KEPT,
    analysis_timepoint,
    window,
)
from registry.imports.known import Person, Thing
from registry.imports.people import stored_rows
from registry.imports.reading import Row
from registry.imports.run import Check, Record, Run, values_of
from registry.imports.staged import Values
from registry.imports.treatment import once_owned, placed

DONE = "done"


def stage_visits(run: Run) -> None:
    file = files.VISITS
    seen: dict[str, int] = {}
    for batch in run.batches(file):
        run.known.load_people(row["patient_id"] for row in batch)
        run.known.load_visits(row["visit_id"] for row in batch)
        found = (run.known.people.get(row["patient_id"]) for row in batch)
        run.known.load_given(person for person in found if person)
        have = [run.known.visits.get(row["visit_id"]) for row in batch]
        old = stored_rows(run, [visit.id for visit in have if visit], file)
        for row in batch:
            check = run.check(file, row)
            person = check.person()
            if check.once(seen, row["visit_id"], "visit_id"):
                _visit(check, row, person, old)


def _visit(check: Check, row: Row, person: Person | None, old: dict[Any, Record]) -> None:
    run, code = check.run, row["visit_id"]
    found = run.known.visits.get(code)
    _check_visit(check, row, person)
    if not once_owned(check, found, person, "visit_id"):
        return
    if row["site_code"] and row["site_code"] not in run.known.sites:
        check.orphan("site_code", "sites.csv")
    values = values_of(check.file, row) | {"signed_version": 0}
    if found is not None:
        _stored_visit(check, row, found, (old[(code,)], values))
        return
    place = placed(check, person, row["site_code"], row["visited_on"]) or {}
    facts = {name: row[name] for name in ("attendance", "visited_on", "contact_mode")}
    run.known.visits[code] = Thing(values["id"], person, facts=facts | place)
    check.insert(values | place)


def _stored_visit(check: Check, row: Row, found: Thing, settled: tuple[Record, Values]) -> None:
    if found.facts["draft"]:
        check.error("visit_id", "is in the registry, not signed yet; sign it on its page first")
        return
    before = check.errors
    if check.settle(*settled) and found.facts["signed"]:
        check.error("visit_id", "was signed here; amend it on its page")
    if check.errors == before:
        names = ("attendance", "visited_on", "contact_mode")
        found.facts |= {name: row[name] for name in names if name in row.values}


def _check_visit(check: Check, row: Row, person: Person | None) -> None:
    attendance = row["attendance"]
    took_place = attendance in {None, DONE}
    if took_place and row["visited_on"] is None and not row.broken:
        check.error("visited_on", "is needed unless the visit was missed or not expected")
    if took_place:
        check.not_future("visited_on")
    check.not_future("signed_at")
    check.within_life(person, "visited_on", after_death=not took_place)
    if not took_place and not row["reason"]:
        check.warn("attendance", "without a reason")
    if took_place and person is not None and row["visited_on"] and row["timepoint"]:
        _check_timepoint(check, row, person)


def _check_timepoint(check: Check, row: Row, person: Person) -> None:
    given, visited = row["timepoint"], row["visited_on"].exact
    starts = [min(dates, key=lambda date: date.earliest) for dates in person.given.values()]
    zeros = [start.exact for start in starts if start.exact]
    if given in KEPT or visited is None or not zeros or len(zeros) < len(starts):
        return
    days = [(visited - zero).days for zero in zeros]
    if given == BASELINE:
        if not any(day in window(BASELINE) for day in days):
            check.warn("timepoint", "a baseline lies 28 to 0 days before the first infusion")
        return
    derived = [analysis_timepoint(day) for day in days]
    if given not in derived:
        now = next((code for code in reversed(derived) if code), "before day 15")
        check.warn("timepoint", f"by its date the visit is {now}; that is what is used")


def stage_endpoints(run: Run) -> None:
    file = files.ENDPOINTS
    seen: dict[Any, int] = {}
    for batch in run.batches(file):
        run.known.load_people(row["patient_id"] for row in batch)
        people = {
            p.id for row in batch if (p := run.known.people.get(row["patient_id"])) and not p.new
        }
        old = stored_rows(run, list(people), file)
        for row in batch:
            check = run.check(file, row)
            person = check.person()
            key = tuple(check.text(name) for name in file.key)
            check.not_future("assessed_on")
            check.within_life(person, "assessed_on", after_death=True)
            if not check.once(seen, key, "definition"):
                continue
            if key in old:
                check.settle(old[key], values_of(file, row))
            else:
                place = placed(check, person, None, row["assessed_on"]) or {}
                check.insert(values_of(file, row) | place)
