"""Steps of an import: courses and infusions."""

from typing import Any

from registry import cell_dose
from registry.database.types import new_id
from registry.exchange import tables
from registry.exchange import treatment as files
from registry.imports.known import Person, Thing
from registry.imports.lots import check_use
from registry.imports.people import stored_rows
from registry.imports.reading import Row
from registry.imports.run import NEVER, Check, Record, Run, values_of
from registry.imports.staged import Values


def placed(check: Check, person: Person | None, site_code: str | None, on: Any) -> Values | None:
    """Return patient, enrolment and site of a clinical row; None where there is none."""
    if person is None:
        return None
    stay = person.stay_at(site_code, on)
    if stay is None:
        if site_code and person.stays:
            check.error("site_code", "the patient has no enrolment at this site")
        return None
    return {"patient_id": person.id, "enrolment_id": stay.id, "site_id": stay.site_id}


def once_owned(check: Check, found: Thing | None, person: Person | None, column: str) -> bool:
    """Refuse a key that is voided or another patient's in the registry."""
    if found is None or person is None:
        return True
    if found.voided:
        check.error(column, "this key belongs to a voided record")
    elif found.person is not person:
        check.error(column, "this key belongs to another patient")
    else:
        return True
    return False


# --- courses --------------------------------------------------------------------------------


def stage_courses(run: Run) -> None:
    file = files.COURSES
    seen: dict[str, int] = {}
    for batch in run.batches(file):
        run.known.load_people(row["patient_id"] for row in batch)
        run.known.load_courses(row["course_id"] for row in batch)
        have = [run.known.courses.get(row["course_id"]) for row in batch]
        old = stored_rows(run, [course.id for course in have if course], file)
        for row in batch:
            check = run.check(file, row)
            person = check.person()
            if check.once(seen, row["course_id"], "course_id"):
                _course(check, row, person, old)


def _course(check: Check, row: Row, person: Person | None, old: dict[Any, Record]) -> None:
    code, known = row["course_id"], check.run.known
    check.not_future("started_on", "mobilised_on", "engrafted_on")
    for column in ("started_on", "mobilised_on", "engrafted_on"):
        check.within_life(person, column)
    check.in_order("started_on", "engrafted_on", "engraftment lies before the begin")
    check.in_order("mobilised_on", "engrafted_on", "engraftment lies before mobilisation")
    if not once_owned(check, known.courses.get(code), person, "course_id"):
        return
    values = values_of(check.file, row)
    if (code,) in old:
        check.settle(old[(code,)], values)
        return
    known.courses[code] = Thing(values["id"], person)
    check.insert(values | (placed(check, person, None, row["started_on"]) or {}))


# --- infusions ------------------------------------------------------------------------------


def stage_infusions(run: Run) -> None:
    file = files.INFUSIONS
    seen: dict[str, int] = {}
    for batch in run.batches(file):
        known = run.known
        known.load_people(row["patient_id"] for row in batch)
        known.load_courses(row["course_id"] for row in batch)
        known.load_lots(lot for row in batch for lot in row["lot_ids"] or ())
        known.load_infusions(row["infusion_id"] for row in batch)
        have = [known.infusions.get(row["infusion_id"]) for row in batch]
        old = stored_rows(run, [given.id for given in have if given], file)
        for row in batch:
            check = run.check(file, row)
            person = check.person()
            if check.once(seen, row["infusion_id"], "infusion_id"):
                found = known.infusions.get(row["infusion_id"])
                if once_owned(check, found, person, "infusion_id"):
                    _infusion(check, row, person, old)


def _infusion(check: Check, row: Row, person: Person | None, old: dict[Any, Record]) -> None:
    check.not_future("started_at", "weighed_on")
    check.within_life(person, "started_at")
    check.within_life(person, "weighed_on")
    course = _course_of(check, row, person)
    lots = _lots_of(check, row, person)
    _check_doses(check, row)
    values = values_of(check.file, row) | {"course_id": course.id if course else None}
    if row["site_code"] and row["site_code"] not in check.run.known.sites:
        check.orphan("site_code", "sites.csv")
        return
    if person is not None and row["started_at"] is not None:
        person.given.setdefault(str(values["course_id"]), []).append(row["started_at"])
    cells = old.get((row["infusion_id"],))
    if cells is not None:
        check.settle(cells, values, NEVER | {"lot_ids"})
        return
    facts = {"started_at": row["started_at"]}
    check.run.known.infusions[row["infusion_id"]] = Thing(values["id"], person, facts=facts)
    check.insert(values | (placed(check, person, row["site_code"], row["started_at"]) or {}))
    if check.ok:
        _stage_lots(check.run, values["id"], lots)


def _stage_lots(run: Run, infusion: Any, lots: list[Thing]) -> None:
    for ordinal, lot in enumerate(lots, 1):
        values = {"id": new_id(), "row_version": 1, "infusion_id": infusion, "lot_id": lot.id}
        run.staged.insert(tables.INFUSION_LOT, values | {"ordinal": ordinal})


def _course_of(check: Check, row: Row, person: Person | None) -> Thing | None:
    course = check.run.known.courses.get(row["course_id"] or "")
    course = check.thing("course_id", course, "courses.csv")
    if course is not None and person is not None and course.person is not person:
        check.error("course_id", "this course belongs to another patient")
    return course


def _lots_of(check: Check, row: Row, person: Person | None) -> list[Thing]:
    lots = []
    for code in row["lot_ids"] or ():
        lot = check.thing("lot_ids", check.run.known.lots.get(code), "lots.csv")
        if lot is not None:
            lots.append(lot)
            check_use(check, code, lot, person)
    return lots


def _check_doses(check: Check, row: Row) -> None:
    total, weight, per_kg = row["dose_total_cells"], row["weight_kg"], row["dose_cells_per_kg"]
    if weight is not None and weight == 0:
        check.error("weight_kg", "a weight is more than 0 kg")
        return
    if cell_dose.unlike(total, per_kg, weight):
        check.warn(
            "dose_cells_per_kg",
            f"times {weight} kg is not the total dose of {total:f} cells (5 % allowed)",
        )
    if cell_dose.unusual_weight(weight):
        check.warn("weight_kg", "is unusual: 20 to 200 kg is expected")
    if cell_dose.unusual_per_kg(per_kg):
        check.warn("dose_cells_per_kg", "is unusual: 1000 to 1000000000 is expected")
    if (row["cost_amount"] is None) != (row["cost_currency"] is None):
        column = "cost_amount" if row["cost_amount"] is not None else "cost_currency"
        check.warn(column, "cost_amount and cost_currency belong together")
