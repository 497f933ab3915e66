"""Steps of an import: sites, patients, enrolments, status history, consents."""

from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import func, select

from registry.database.types import new_id
from registry.exchange import people as files
from registry.exchange import stored, tables
from registry.imports.known import Person, Standing, Stay
from registry.imports.reading import Row
from registry.imports.run import Check, Record, Run, values_of
from registry.imports.staged import Values
from registry.partial_date import PartialDate

OLDEST_YEARS = 110  # policy: older at enrolment is a warning
DAYS_A_YEAR = 365.25


# --- sites ----------------------------------------------------------------------------------


def stage_sites(run: Run) -> None:
    file = files.SITES
    seen: dict[str, int] = {}
    table = tables.SITE
    number = run.session.scalar(select(func.max(table.c.id))) or 0
    for batch in run.batches(file):
        old = stored_rows(run, [run.known.sites.get(row["site_code"]) for row in batch], file)
        for row in batch:
            check, code = run.check(file, row), row["site_code"]
            if not check.once(seen, code, "site_code"):
                continue
            if row["time_zone"] and row["time_zone"] not in available_timezones():
                check.warn("time_zone", "is not an IANA name such as Europe/Paris")
            values = {k: v for k, v in values_of(file, row).items() if k != "source"}
            if (code,) in old:
                check.settle(old[(code,)], values)
                continue
            number += 1
            run.known.sites[code] = number
            check.insert({**values, "id": number})


def stored_rows(run: Run, ids: list[Any], file: Any) -> dict[Any, Record]:
    """Return the stored rows of the leading records, by key: (cells, key of the record)."""
    known = [key for key in ids if key is not None]
    if not known:
        return {}
    places = [file.names.index(name) for name in file.key]
    found = stored.records(run.session, file, known, None)
    return {tuple(cells[place] for place in places): (cells, key) for key, cells in found}


# --- patients -------------------------------------------------------------------------------


def stage_patients(run: Run) -> None:
    file = files.PATIENTS
    seen: dict[str, int] = {}
    for batch in run.batches(file):
        codes = [row["patient_id"] for row in batch]
        run.known.load_people(codes)
        ids = [p.id for code in codes if (p := run.known.people.get(code)) and not p.new]
        old = stored_rows(run, list(ids), file)
        for row in batch:
            check = run.check(file, row)
            if check.once(seen, row["patient_id"], "patient_id"):
                _patient(check, row, old)


def _patient(check: Check, row: Row, old: dict[Any, Record]) -> None:
    run, code = check.run, row["patient_id"]
    values = values_of(check.file, row)
    person = run.known.people.get(code)
    if person is None:
        person = run.known.people[code] = Person(values["id"], code)
    elif person.voided:
        check.error("patient_id", "this patient is voided in the registry")
        return
    person.line = row.line
    if person.new or "birth_date" in row.values:
        person.birth = row["birth_date"]
    if person.new or "death_on" in row.values:
        person.death = row["death_on"]
    if row["status"] and row["status_on"]:
        person.stated = Standing(row["status"], row["status_on"])
    _check_patient(check, row, person)
    stay = _first_stay(check, row, person)
    if person.new:
        check.insert(values)
    elif (code,) in old and check.settle(old[(code,)], values, frozenset({"site_code"})):
        _update_stay(check, row, stay)


def _first_stay(check: Check, row: Row, person: Person) -> Stay | None:
    site = check.run.known.sites.get(row["site_code"])
    if row["site_code"] and site is None:
        check.orphan("site_code", "sites.csv")
    if not person.new:
        return min(person.stays, key=lambda stay: stay.order, default=None)
    if row["enrolled_on"] is None:
        return None
    stay = Stay(new_id(), site or 0, row["site_code"] or "", row["enrolled_on"], new=True)
    stay.ascertainment = row["ascertainment"]
    person.stays.append(stay)
    return stay


def _update_stay(check: Check, row: Row, stay: Stay | None) -> None:
    """Carry a corrected begin or ascertainment to the first enrolment."""
    if stay is None:
        return
    on = row["enrolled_on"]
    replaced: Values = {}
    if on.text != stay.from_on.text:
        replaced |= _dated("from_on", on)
        stay.from_on = on
    if "ascertainment" in row.values and row["ascertainment"] != stay.ascertainment:
        replaced["ascertainment"] = row["ascertainment"]
    if replaced:
        check.run.staged.update(tables.ENROLMENT, stay.id, replaced)


def _check_patient(check: Check, row: Row, person: Person) -> None:
    dates = ("enrolled_on", "birth_date", "first_symptom_on", "sle_diagnosed_on", "status_on")
    check.not_future(*dates, "last_known_alive_on", "death_on")
    check.in_order("birth_date", "death_on", "death lies before birth")
    for column in ("first_symptom_on", "sle_diagnosed_on", "last_known_alive_on"):
        check.within_life(person, column)
    for column in ("enrolled_on", "status_on"):
        check.within_life(person, column, after_death=True)
    if (row["status"] is None) != (row["status_on"] is None) and not row.broken:
        check.error("status" if row["status"] else "status_on", "status and status_on go together")
    _unlikely_patient(check, row)


def _unlikely_patient(check: Check, row: Row) -> None:
    if row["death_cause"] and not row["death_on"]:
        check.warn("death_cause", "a cause of death without death_on")
    if row["status"] == "died" and not row["death_on"]:
        check.warn("status", "died without death_on")
    if row["death_on"] and row["status"] not in {None, "died"}:
        check.warn("status", "death_on is given, but the status is not died")
    first, diagnosed = row["first_symptom_on"], row["sle_diagnosed_on"]
    if first and diagnosed and diagnosed.certainly_before(first):
        check.warn("sle_diagnosed_on", "lies before the first symptom")
    born, enrolled = row["birth_date"], row["enrolled_on"]
    if born and enrolled:
        years = (enrolled.earliest - born.latest).days / DAYS_A_YEAR
        if years > OLDEST_YEARS:
            check.warn("birth_date", f"the patient would be older than {OLDEST_YEARS} at enrolment")


# --- enrolments -----------------------------------------------------------------------------


def stage_enrolments(run: Run) -> None:
    """Read enrolments.csv; a row may give the first enrolment of patients.csv its end."""
    file = files.ENROLMENTS
    seen: dict[Any, int] = {}
    for batch in run.batches(file):
        run.known.load_people(row["patient_id"] for row in batch)
        for row in batch:
            check = run.check(file, row)
            person = check.person()
            key = row["patient_id"], row["site_code"], check.text("from_on")
            if check.once(seen, key, "from_on") and person:
                _enrolment(check, row, person)
    _finish_enrolments(run)


def _enrolment(check: Check, row: Row, person: Person) -> None:
    site = check.run.known.sites.get(row["site_code"])
    if site is None:
        check.orphan("site_code", "sites.csv")
    check.not_future("from_on", "to_on")
    check.in_order("from_on", "to_on", "the end lies before the begin")
    for column in ("from_on", "to_on"):
        check.within_life(person, column, after_death=True)
    if site is None or row["from_on"] is None:
        return
    same = next((stay for stay in person.stays if _same(stay, row)), None)
    if same is None:
        stay = Stay(new_id(), site, row["site_code"], row["from_on"], row["to_on"], new=True)
        stay.line = row.line
        _not_first(check, person, stay)
        person.stays.append(stay)
    elif same.new:
        same.to_on = row["to_on"]
    else:
        _known_enrolment(check, row, same)


def _same(stay: Stay, row: Row) -> bool:
    return stay.site_code == row["site_code"] and stay.from_on.text == str(row["from_on"])


def _not_first(check: Check, person: Person, stay: Stay) -> None:
    first = min(person.stays, key=lambda known: known.order, default=None)
    if first is not None and stay.order < first.order:
        check.error(
            "from_on",
            f"begins before the first enrolment of the patient ({first.site_code}, "
            f"{first.from_on}): patients.csv names the first one",
        )


def _known_enrolment(check: Check, row: Row, stay: Stay) -> None:
    cells = (row["patient_id"], stay.site_code, stay.from_on.text, str(stay.to_on or ""))
    if check.settle((cells, stay.id), values_of(check.file, row)):
        stay.to_on = row["to_on"]


def _finish_enrolments(run: Run) -> None:
    # Patients first in the file get the first keys: the earlier of two on one day stays first.
    for person in run.known.people.values():
        for stay in person.stays:
            if stay.new:
                run.report.counts[files.ENROLMENTS.name].new += 1
                run.staged.insert(tables.ENROLMENT, _stay_values(person, stay))


def _stay_values(person: Person, stay: Stay) -> Values:
    return {
        **_common(),
        "id": stay.id,
        "patient_id": person.id,
        "site_id": stay.site_id,
        "ascertainment": stay.ascertainment,
        **_dated("from_on", stay.from_on),
        **_dated("to_on", stay.to_on),
    }


def _common() -> Values:
    return {"source": "import", "row_version": 1}


def _dated(name: str, value: PartialDate | None) -> Values:
    if value is None:
        return {f"{name}_text": None, f"{name}_earliest": None, f"{name}_latest": None}
    return {
        f"{name}_text": value.text,
        f"{name}_earliest": value.earliest,
        f"{name}_latest": value.latest,
    }


# --- status history -------------------------------------------------------------------------


def stage_statuses(run: Run) -> None:
    """Read patient_status.csv, then add the status of patients.csv where it is not in there."""
    file = files.PATIENT_STATUS
    seen: dict[Any, int] = {}
    for batch in run.batches(file):
        run.known.load_people(row["patient_id"] for row in batch)
        for row in batch:
            check = run.check(file, row)
            person = check.person()
            key = tuple(check.text(name) for name in file.names)
            if check.once(seen, key, "status") and person:
                _status(check, row, person)
    for person in run.known.people.values():
        _finish_statuses(run, person)


def _status(check: Check, row: Row, person: Person) -> None:
    check.not_future("on")
    check.within_life(person, "on", after_death=True)
    if row["status"] is None or row["on"] is None:
        return
    standing = Standing(row["status"], row["on"], row["reason"], new=True)
    if person.stated and standing.order > person.stated.order:
        check.error(
            "on",
            f"is later than the latest status in patients.csv ({person.stated.status}, "
            f"{person.stated.on})",
        )
    if any(_equal(standing, known) for known in person.standings if not known.new):
        check.run.report.counts[check.file.name].unchanged += 1
    else:
        person.standings.append(standing)


def _equal(one: Standing, other: Standing) -> bool:
    return _said(one) == _said(other) and (one.reason or "") == (other.reason or "")


def _said(standing: Standing) -> tuple[str, str]:
    return standing.status, standing.on.text


def _finish_statuses(run: Run, person: Person) -> None:
    stated = person.stated
    if stated is not None:
        if all(_said(stated) != _said(known) for known in person.standings):
            person.standings.append(Standing(stated.status, stated.on, new=True))
        _latest_is_stated(run, person, stated)
        # Of two on one day the last key is in force: that is the one patients.csv names.
        person.standings.sort(key=lambda known: _said(known) == _said(stated))
    for standing in person.standings:
        if standing.new:
            run.report.counts[files.PATIENT_STATUS.name].new += 1
            values = {
                **_common(),
                "id": new_id(),
                "patient_id": person.id,
                "status": standing.status,
                "reason": standing.reason,
                **_dated("on_date", standing.on),
            }
            run.staged.insert(tables.STATUS, values)


def _latest_is_stated(run: Run, person: Person, stated: Standing) -> None:
    for known in person.standings:
        if not known.new and known.order > stated.order:
            run.report.error(
                files.PATIENTS.name,
                person.line,
                "status_on",
                stated.on.text,
                f"the registry has a later status ({known.status}, {known.on})",
            )


# --- consents -------------------------------------------------------------------------------


def stage_consents(run: Run) -> None:
    file = files.CONSENTS
    seen: dict[Any, int] = {}
    for batch in run.batches(file):
        run.known.load_people(row["patient_id"] for row in batch)
        old = whole_rows(run, file, batch)
        for row in batch:
            check = run.check(file, row)
            person = check.person()
            check.not_future("decided_on")
            check.within_life(person, "decided_on", after_death=True)
            key = tuple(check.text(name) for name in file.names)
            if not check.once(seen, key, "version") or person is None:
                continue
            if key in old:
                run.report.counts[file.name].unchanged += 1
            else:
                check.insert({**values_of(file, row), "patient_id": person.id})


def whole_rows(run: Run, file: Any, batch: list[Row]) -> set[tuple[str, ...]]:
    """Return the stored rows of the patients in a batch, for files whose rows have no key."""
    found = (run.known.people.get(row["patient_id"]) for row in batch)
    ids = list({person.id for person in found if person is not None and not person.new})
    if not ids:
        return set()
    return {cells for _, cells in stored.records(run.session, file, ids, None)}
