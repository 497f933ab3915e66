"""Record laboratory results: as entered, with the limits of the laboratory and what is derived."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from registry import clock, rules
from registry.errors import ConflictError
from registry.forms.results import VISIT_PANEL, Line, Sheet, unit_choices
from registry.laboratory.analytes import ANALYTES
from registry.laboratory.proposals import LIMITED, Result
from registry.laboratory.reading import as_number, canonical, unit_of
from registry.models import LaboratoryResult, Visit
from registry.operations.finality import is_closed
from registry.operations.placing import placed, replace
from registry.operations.refusing import refuse
from registry.queries.laboratory import LimitRow, limits_in_force, results_of_visit
from registry.queries.scope import PatientInReach

SAYS_OTHERWISE = "the visit says otherwise now"
OF_A_SIGNED_VISIT = "This result belongs to a signed visit. Amend the visit instead."
PLACE = ("patient_id", "enrolment_id", "site_id", "source")


def record_sheet(session: Session, patient: PatientInReach, sheet: Sheet) -> list[LaboratoryResult]:
    """Add the results of one sample at the patient's present site."""
    place = placed(patient)
    refuse(**{"lab.collected_on": _outside_life(patient, sheet)})
    limits = limits_in_force(session, place["site_id"], sheet.laboratory, sheet.collected_on)
    rows = [LaboratoryResult(**place, **_columns(sheet, line, limits)) for line in sheet.lines]
    session.add_all(rows)
    session.flush()
    return rows


def change_result(
    session: Session, patient: PatientInReach, row: LaboratoryResult, sheet: Sheet
) -> None:
    """Replace what one result says; that of a signed visit changes by amendment only."""
    visit = _open_visit(session, row)
    refuse(collected_on=_outside_life(patient, sheet))
    limits = limits_in_force(session, row.site_id, sheet.laboratory, sheet.collected_on)
    replace(row, _columns(sheet, sheet.lines[0], limits))
    if visit is not None:  # the visit is one thing to two editors
        visit.row_version = Visit.row_version + 1
    session.flush()


def check_may_void(session: Session, row: LaboratoryResult) -> None:
    """Raise ConflictError where a signature may cover the result."""
    visit = _open_visit(session, row)
    if visit is not None:
        visit.row_version = Visit.row_version + 1


def set_results(
    session: Session, patient: PatientInReach, visit: Visit, sheet: Sheet | None, by: str
) -> None:
    """Make the rows of a visit say what its form says; what the form cannot show stays."""
    if sheet is not None:
        refuse(**{"lab.collected_on": _outside_life(patient, sheet)})
    shown = {row.analyte: row for row in shown_of(results_of_visit(session, visit.id))}
    if sheet is not None:
        limits = limits_in_force(session, visit.site_id, sheet.laboratory, sheet.collected_on)
        for line in sheet.lines:
            columns = _columns(sheet, line, limits)
            row = shown.pop(line.analyte.code, None)
            if row is not None and line.analyte.code not in LIMITED and row.unit == line.unit:
                # The form has no boxes for these limits: they stay.
                columns |= {"lower_limit": row.lower_limit, "upper_limit": row.upper_limit}
            if row is None:
                place = {name: getattr(visit, name) for name in PLACE} | {"source": "form"}
                session.add(LaboratoryResult(visit_id=visit.id, **place, **columns))
            else:
                replace(row, columns)
    for row in shown.values():
        row.voided_at, row.voided_by, row.void_reason = clock.now(), by, SAYS_OTHERWISE
    session.flush()


def shown_of(rows: list[LaboratoryResult]) -> list[LaboratoryResult]:
    """Return the rows that the form of a visit can show: one sample, one row for each analyte."""
    of_panel = [row for row in rows if row.analyte in VISIT_PANEL and _can_be_typed(row)]
    shown: dict[str, LaboratoryResult] = {}
    for row in of_panel:
        if _sample(row) == _sample(of_panel[0]):
            shown.setdefault(row.analyte, row)
    return list(shown.values())


def _can_be_typed(row: LaboratoryResult) -> bool:
    """Whether the form would say the same again: a list of units cannot hold every spelling."""
    analyte = ANALYTES[row.analyte]
    if row.value is None or as_number(analyte, row.value) is None:
        return row.unit is None and row.lower_limit is None and row.upper_limit is None
    return row.unit in unit_choices(analyte)


def as_result(row: LaboratoryResult) -> Result:
    """Return a stored row as the rules of the nine items read it."""
    return Result(
        row.analyte, row.collected_on, row.value, row.unit, row.comparator, row.state,
        row.lower_limit, row.upper_limit,
    )  # fmt: skip


def as_typed(
    session: Session, site_id: int, visit: Visit | None, sheet: Sheet | None
) -> tuple[list[Result], UUID | None]:
    """Return the results of a visit as its form says now, and the visit they stand for.

    What the form cannot show stays as it is stored.
    """
    stored = results_of_visit(session, visit.id) if visit else []
    shown = {row.id for row in shown_of(stored)}
    typed = [as_result(row) for row in stored if row.id not in shown]
    if sheet is not None:
        limits = limits_in_force(session, site_id, sheet.laboratory, sheet.collected_on)
        typed += [
            as_result(LaboratoryResult(**_columns(sheet, line, limits))) for line in sheet.lines
        ]
    return typed, visit.id if visit else None


def filled_from_table(sheet: Sheet, rows: list[LaboratoryResult]) -> list[str]:
    """Return the titles of the results whose limits were not typed, but are stored."""
    return [
        line.analyte.title
        for line, row in zip(sheet.lines, rows, strict=True)
        if line.lower is None and line.upper is None
        if row.lower_limit is not None or row.upper_limit is not None
    ]


def as_entered(row: LaboratoryResult) -> dict[str, str | None]:
    """Return what a signature covers of a result: as entered, nothing derived."""
    return {
        "analyte": row.analyte,
        "collected_on": row.collected_on.text,
        "laboratory": row.laboratory,
        **{name: getattr(row, name) for name in ("value", "unit", "comparator", "state")},
        "lower_limit": None if row.lower_limit is None else str(row.lower_limit),
        "upper_limit": None if row.upper_limit is None else str(row.upper_limit),
    }


def from_table(limits: Mapping[str, LimitRow], line: Line) -> tuple[Decimal | None, Decimal | None]:
    """Return the limits of the laboratory's table in the unit of the result.

    None where the two units cannot be converted: a limit in another unit would lie.
    """
    limit = limits.get(line.analyte.code)
    if limit is None or line.typed.value is None:
        return None, None
    if (limit.unit or "") == (line.unit or ""):
        return limit.lower, limit.upper
    given, wanted = unit_of(line.analyte, limit.unit), unit_of(line.analyte, line.unit)
    if given is None or wanted is None:
        return None, None
    lower, upper = (
        None if side is None else wanted.from_canonical(given.to_canonical(side))
        for side in (limit.lower, limit.upper)
    )
    return lower, upper


def _outside_life(patient: PatientInReach, sheet: Sheet) -> str | None:
    wrong = rules.outside_life(sheet.collected_on, patient.birth_date, patient.death_on)
    return wrong and f"Sample taken: {wrong}"


def _sample(row: LaboratoryResult) -> tuple[str, str | None]:
    return row.collected_on.text, row.laboratory


def _open_visit(session: Session, row: LaboratoryResult) -> Visit | None:
    visit = session.get_one(Visit, row.visit_id) if row.visit_id else None
    if visit is not None and is_closed(visit):
        raise ConflictError(OF_A_SIGNED_VISIT)
    return visit


def _columns(sheet: Sheet, line: Line, limits: Mapping[str, LimitRow]) -> dict[str, Any]:
    """Return the columns of a row; limits that were not typed are those of the laboratory."""
    typed, lower, upper = line.typed, line.lower, line.upper
    if lower is None and upper is None:
        lower, upper = from_table(limits, line)
    derived = canonical(line.analyte.code, typed.value, line.unit, typed.comparator)
    return {
        "collected_on": sheet.collected_on,
        "laboratory": sheet.laboratory,
        "analyte": line.analyte.code,
        "value": typed.value,
        "unit": line.unit,
        "comparator": typed.comparator,
        "state": typed.state,
        "lower_limit": lower,
        "upper_limit": upper,
        "canonical_value": derived.value,
        "canonical_unit": derived.unit,
        "rule_version": derived.version,
    }
