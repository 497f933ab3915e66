"""Steps of an import: flares, intercurrent events, attempts to reach the patient."""

from typing import Any

from registry.exchange import course_of_disease as files
from registry.exchange.tables import TABLES
from registry.imports.known import Known, Person, Thing
from registry.imports.listed import Listed, same_patient, stage
from registry.imports.people import stored_rows
from registry.imports.reading import Row
from registry.imports.run import Check, Record, Run, values_of
from registry.imports.staged import Values
from registry.imports.treatment import once_owned, placed


def stage_flares(run: Run) -> None:
    file = files.FLARES
    seen: dict[str, int] = {}
    for batch in run.batches(file):
        run.known.load_people(row["patient_id"] for row in batch)
        found = run.known.load_coded(TABLES[file.name], [row["flare_id"] for row in batch])
        old = stored_rows(run, [flare.id for flare in found.values()], file)
        for row in batch:
            check = run.check(file, row)
            person = check.person()
            if check.once(seen, row["flare_id"], "flare_id"):
                _flare(check, row, person, found.get(row["flare_id"]), old)


def _flare(
    check: Check, row: Row, person: Person | None, found: Thing | None, old: dict[Any, Record]
) -> None:
    check.not_future("onset_on", "ended_on")
    check.within_life(person, "onset_on")
    check.within_life(person, "ended_on", after_death=True)
    check.in_order("onset_on", "ended_on", "the end lies before the onset")
    if not once_owned(check, found, person, "flare_id"):
        return
    values = values_of(check.file, row)
    if found is not None:
        check.settle(old[(row["flare_id"],)], values)
    else:
        check.insert(values | (placed(check, person, None, row["onset_on"]) or {}))


def stage_intercurrent_events(run: Run) -> None:
    stage(run, Listed(files.INTERCURRENT_EVENTS, "on", _intercurrent, _load))


def _load(known: Known, batch: list[Row]) -> None:
    known.load_courses(row["course_id"] for row in batch)


def _intercurrent(check: Check, row: Row, person: Person | None) -> Values:
    check.not_future("on")
    check.within_life(person, "on", after_death=True)
    course = check.run.known.courses.get(row["course_id"] or "")
    return {"course_id": same_patient(check, person, "course_id", course, "courses.csv")}


def stage_contacts(run: Run) -> None:
    stage(run, Listed(files.CONTACTS, "attempted_at", _contact))


def _contact(check: Check, _row: Row, person: Person | None) -> Values:
    check.not_future("attempted_at")
    check.within_life(person, "attempted_at", after_death=True)
    return {}
