"""The step of an import that reads adverse events with both verdicts about the product."""

from typing import Any

from registry.adverse import rules
from registry.database.types import new_id
from registry.exchange import tables
from registry.exchange.adverse_events import ADVERSE_EVENTS
from registry.exchange.stored_gathered import PRODUCT, VERDICTS, verdicts
from registry.followup.emergence import DEATH, FATAL, FATAL_GRADE
from registry.imports.known import Person, Thing
from registry.imports.listed import same_patient
from registry.imports.people import stored_rows
from registry.imports.reading import Row
from registry.imports.run import NEVER, Check, Record, Run, values_of
from registry.imports.staged import Values
from registry.imports.treatment import once_owned, placed

FILE = ADVERSE_EVENTS
AWARE = ("site_aware_at", "registry_aware_at")


def stage_adverse_events(run: Run) -> None:
    seen: dict[str, int] = {}
    for batch in run.batches(FILE):
        run.known.load_people(row["patient_id"] for row in batch)
        run.known.load_infusions(row["infusion_id"] for row in batch)
        run.known.load_lots(row["lot_id"] for row in batch)
        found = run.known.load_events(row["event_id"] for row in batch)
        old = stored_rows(run, [event.id for event in found.values()], FILE)
        for row in batch:
            check = run.check(FILE, row)
            if check.once(seen, row["event_id"], "event_id"):
                _event(check, row, found.get(row["event_id"]), old)


def _event(check: Check, row: Row, found: Thing | None, old: dict[Any, Record]) -> None:
    person = check.person()
    _check_dates(check, row, person)
    _check_meaning(check, row)
    values = values_of(FILE, row) | _referred(check, row, person) | {"state": "reported"}
    if row["site_code"] and row["site_code"] not in check.run.known.sites:
        check.orphan("site_code", "sites.csv")
    elif found is None:
        _insert(check, row, person, values)
    elif found.facts["draft"]:
        check.error("event_id", "is in the registry as a draft; finish it on its page first")
    elif once_owned(check, found, person, "event_id"):
        _replace(check, row, old[(row["event_id"],)], values)


def _insert(check: Check, row: Row, person: Person | None, values: Values) -> None:
    if not row["patient_id"]:
        site = check.run.known.sites.get(row["site_code"] or "")
        place: Values | None = {"patient_id": None, "enrolment_id": None, "site_id": site}
    else:
        place = placed(check, person, row["site_code"], row["started_on"])
    check.insert(values | (place or {}))
    for column, assessor in VERDICTS.items():
        if check.ok and row[column]:
            _stage_verdict(check.run, values["id"], assessor, row[column])


def _referred(check: Check, row: Row, person: Person | None) -> Values:
    known = check.run.known
    lot = check.thing("lot_id", known.lots.get(row["lot_id"] or ""), "lots.csv")
    infusion = known.infusions.get(row["infusion_id"] or "")
    key = same_patient(check, person, "infusion_id", infusion, "infusions.csv")
    if not row["patient_id"]:
        if not row["lot_id"]:
            check.error("patient_id", "is needed, unless lot_id names the lot it happened to")
        if row["infusion_id"]:
            check.error("infusion_id", "an event without a patient came of no infusion")
    if infusion is not None and row["started_on"] and infusion.facts["started_at"]:
        _check_onset(check, row, infusion)
    return {"lot_id": lot.id if lot else None, "infusion_id": key}


def _check_onset(check: Check, row: Row, infusion: Thing) -> None:
    given = infusion.facts["started_at"]
    if row["started_on"].certainly_before(given):
        check.warn("started_on", f"lies before infusion {row['infusion_id']} ({given})")


# --- what an event can say ------------------------------------------------------------------


def _check_dates(check: Check, row: Row, person: Person | None) -> None:
    check.not_future("started_on", "ended_on", *AWARE)
    check.within_life(person, "started_on")
    check.within_life(person, "ended_on", after_death=True)
    check.in_order("started_on", "ended_on", "the end lies before the onset")
    for column in AWARE:
        aware = row[column]
        if aware and row["started_on"] and aware.certainly_before(row["started_on"]):
            check.warn(column, f"lies before the onset ({row['started_on']})")


def _check_meaning(check: Check, row: Row) -> None:
    criteria = (row["seriousness"] or "").split(";") if row["seriousness"] else []
    if row["serious"] is False and criteria:
        check.error("serious", "a criterion of seriousness is met, so the event is serious")
    if row["serious"] is None and criteria:
        check.warn("serious", "is empty, although a criterion of seriousness is met")
    if row["serious"] and not criteria:
        check.warn("seriousness", "the event is serious, but no criterion says why")
    wrong = rules.grade_that_does_not_exist(
        row["term"], row["dictionary"], row["dictionary_version"], row["grade"]
    )
    if wrong:
        check.warn("grade", wrong)
    _check_death(check, row, criteria)


def _check_death(check: Check, row: Row, criteria: list[str]) -> None:
    fatal = row["outcome"] == FATAL
    if row["grade"] == FATAL_GRADE and not fatal:
        check.warn("outcome", "grade 5 is death, but the outcome is not fatal")
    if fatal and row["grade"] not in {None, FATAL_GRADE}:
        check.warn("grade", "the outcome is fatal, but the grade is not 5")
    if fatal != (DEATH in criteria):
        check.warn("seriousness", "a fatal outcome and the criterion death belong together")


# --- an event that is stored ----------------------------------------------------------------


def _replace(check: Check, row: Row, record: Record, values: Values) -> None:
    if check.settle(record, values, NEVER):
        check.run.staged.cases.add(record[1])
        _replace_verdicts(check, row, record)


def _replace_verdicts(check: Check, row: Row, record: Record) -> None:
    cells, event = record
    stored = verdicts(check.run.session, [event]).get(event, {})
    for column, assessor in VERDICTS.items():
        if column not in row.values or check.text(column) == cells[FILE.names.index(column)]:
            continue
        if row[column] is None:
            check.error(column, "a verdict is taken back on the page of the event, not by a file")
        elif assessor in stored:
            key, _ = stored[assessor]
            check.run.staged.update(tables.CAUSALITY, key, {"verdict": row[column]})
            _raise(check.run, event)
        else:
            _stage_verdict(check.run, event, assessor, row[column])
            _raise(check.run, event)


def _raise(run: Run, event: Any) -> None:
    """Raise the version of the case: it is one thing to two editors, whatever part changed."""
    run.staged.update(tables.EVENT, event, {})


def _stage_verdict(run: Run, event: Any, assessor: str, verdict: str) -> None:
    values = {"id": new_id(), "source": "import", "row_version": 1, "event_id": event}
    values |= {"cause": PRODUCT, "assessor": assessor, "verdict": verdict}
    run.staged.insert(tables.CAUSALITY, values)
