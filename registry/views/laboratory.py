"""Laboratory of one patient: the table by date, entry of one sample, one result, proposals."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry.errors import ConflictError, InvalidRecordError
from registry.extensions import read_session
from registry.forms.results import PREFIX, VISIT_PANEL, Sheet, read_sheet, unlikely
from registry.instruments.sledai_2k import INSTRUMENT as SLEDAI
from registry.laboratory.proposals import Proposal
from registry.models import LaboratoryResult, Visit
from registry.operations import laboratory as operations
from registry.operations.finality import is_closed
from registry.operations.overrides import rests_on
from registry.partial_date import PartialDate
from registry.queries.laboratory import laboratories_of
from registry.queries.scope import PatientInReach
from registry.queries.visit_items import proposals_for
from registry.views.consent_notice import consent_notice
from registry.views.form_page import (
    FormPage,
    readable,
    writable,
    writable_in,
    writable_record,
    writable_record_in,
)
from registry.views.laboratory_pages import ENTRY_PANELS, EVERY_ANALYTE, entry_of, table_context
from registry.views.result_form import ResultForm, sheet_of, stored_result
from registry.views.saving import check_row_version, save, submission_id
from registry.views.visit_pages import typed_day

bp = Blueprint("laboratory", __name__)


@bp.get("/patients/<code>/laboratory")
def index(code: str) -> ResponseReturnValue:
    """Show the results, analyte by date, eight sample days at a time."""
    patient = readable(code)
    return render_template("laboratory/index.html", **table_context(patient, request.args))


@bp.route("/patients/<code>/laboratory/new", methods=["GET", "POST"])
def record(code: str) -> ResponseReturnValue:
    """Type the results of one sample as a table; all of them are saved, or none."""
    patient = writable(code)
    if request.method != "POST":
        return _draw(patient)
    notes: list[tuple[str, str]] = []
    try:
        sheet = read_sheet(request.form, EVERY_ANALYTE)
        if sheet is None:
            return _draw(patient, {"": "No result was typed yet."}, 422)
        answer = save(
            "record laboratory results", lambda session: _record(session, code, sheet, notes)
        )
    except InvalidRecordError as error:
        return _draw(patient, error.fields, 422)
    for sentence, kind in notes:
        flash(sentence, kind)
    return answer


@bp.route("/laboratory/<uuid:result>", methods=["GET", "POST"])
def edit(result: UUID) -> ResponseReturnValue:
    """Change one result; that of a signed visit is amended with the visit."""
    row, patient = writable_record(LaboratoryResult, result)
    here = url_for("laboratory.index", code=patient.code)
    visit = read_session().get_one(Visit, row.visit_id) if row.visit_id else None
    if visit is not None and is_closed(visit):
        if request.method == "POST":
            raise ConflictError(operations.OF_A_SIGNED_VISIT)
        flash(operations.OF_A_SIGNED_VISIT, "info")
        return redirect(url_for("visits.show", visit=visit.code), 303)
    entry = entry_of(row.analyte)
    form = ResultForm.for_analyte(entry, row.unit)
    page = FormPage(
        f"Change {entry.title}", form, f"Save result of {patient.code}", here, patient,
        stored_result(row), row.row_version, intro=_intro(row), saved="Result saved.",
        void_url=url_for("records.void", kind="result", key=row.id),
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        row, patient = writable_record_in(session, LaboratoryResult, result)
        check_row_version(row)
        operations.change_result(session, patient, row, sheet_of(entry, values, row.unit))
        return here

    return page.submit("change a laboratory result", act)


@bp.post("/patients/<code>/visits/proposals")
@bp.post("/visits/<visit>/proposals")
def propose(code: str = "", visit: str = "") -> ResponseReturnValue:
    """Return what stored results, and those typed into the form, propose for the nine items."""
    row = None
    if visit:
        row, patient = writable_record(Visit, visit)
    else:
        patient = writable(code)
    day = typed_day(request.form)
    if day is None:
        return {"items": {}}
    try:
        sheet = read_sheet(request.form, VISIT_PANEL, PartialDate.on(day))
    except InvalidRecordError:
        sheet = None  # what is half typed proposes nothing yet
    session = read_session()
    site_id = row.site_id if row else patient.writable.site_id if patient.writable else 0
    typed, left_out = operations.as_typed(session, site_id, row, sheet)
    proposals = proposals_for(session, patient, day, typed, left_out)
    return {"items": {item: _said(proposal) for item, proposal in proposals.items()}}


def _record(session: Session, code: str, sheet: Sheet, notes: list[tuple[str, str]]) -> str:
    """Store the sheet; ``notes`` are what the next page says of it."""
    rows = operations.record_sheet(session, writable_in(session, code), sheet)
    notes.append((f"{len(rows)} results saved." if len(rows) > 1 else "Result saved.", "success"))
    if filled := operations.filled_from_table(sheet, rows):
        names = ", ".join(filled)
        notes.append((f"Limits taken from the table of {sheet.laboratory}: {names}.", "info"))
    notes.extend((f"Check: {sentence}.", "warning") for sentence in unlikely(sheet.lines))
    return url_for("laboratory.index", code=code)


def _draw(
    patient: PatientInReach, errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    place = patient.writable
    page = render_template(
        "laboratory/record.html",
        patient=patient,
        panels=ENTRY_PANELS,
        laboratories=laboratories_of(read_session(), place.site_id) if place else [],
        values=request.form,
        errors=errors or {},
        submission_id=submission_id(),
        notice=consent_notice(patient),
        prefix=PREFIX,
    )
    return page, status


def _intro(row: LaboratoryResult) -> str:
    stays = "Limits left empty are those of the laboratory’s table, where it has any."
    return f"{stays} This result was recorded with a visit." if row.visit_id else stays


def _said(proposal: Proposal) -> dict[str, str]:
    """Return a proposal in words, ready to be shown as text."""
    item = SLEDAI.item(proposal.item)
    exclude = f"unless {item.exclude}" if proposal.present and item.exclude else ""
    parts = (rests_on(proposal), proposal.why, *proposal.notes, exclude)
    return {
        "answer": proposal.answer,
        "label": item.label,
        "silent": "" if proposal.rests_on or proposal.present is not None else "true",
        "words": proposal.words,
        "why": "; ".join(part for part in parts if part),
    }
