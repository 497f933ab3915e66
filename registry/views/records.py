"""Void a record: one form for every kind of clinical row."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry.extensions import read_session, signed_in
from registry.forms.treatment import VoidForm
from registry.models import (
    Adjunct,
    Biopsy,
    Condition,
    Consent,
    ContactAttempt,
    Course,
    Flare,
    Infusion,
    IntercurrentEvent,
    LaboratoryResult,
    Medication,
    PatientStatus,
    Pregnancy,
    Visit,
)
from registry.operations.voiding import void as void_record
from registry.views.form_page import FormPage, writable_record, writable_record_in
from registry.views.record_words import death_stays, events_stay, words_of
from registry.views.saving import check_row_version

bp = Blueprint("records", __name__)
KINDS: dict[str, type[Any]] = {
    "infusion": Infusion,
    "visit": Visit,
    "medication": Medication,
    "course": Course,
    "adjunct": Adjunct,
    "status": PatientStatus,
    "consent": Consent,
    "condition": Condition,
    "biopsy": Biopsy,
    "pregnancy": Pregnancy,
    "result": LaboratoryResult,
    "flare": Flare,
    "intercurrent": IntercurrentEvent,
    "contact": ContactAttempt,
}
# Rows that another page of the patient shows; the rest stands on the overview.
SHOWN_ON = {
    **dict.fromkeys(("condition", "biopsy", "pregnancy"), "history.show"),
    "result": "laboratory.index",
}
VOIDED = (
    "A voided record is left out of every page, figure, file and count. "
    "It stays readable in the audit trail."
)


@bp.route("/records/<kind>/<uuid:key>/void", methods=["GET", "POST"])
def void(kind: str, key: UUID) -> ResponseReturnValue:
    """Ask why, then take the record out of every result."""
    model = KINDS.get(kind) or abort(404)
    row, patient = writable_record(model, key)
    if isinstance(row, Medication) and row.visit_id is not None:
        return _to_its_visit(row.visit_id)
    here = url_for(SHOWN_ON.get(kind, "patients.show"), code=patient.code)
    stays = death_stays(read_session(), row) + events_stay(read_session(), row)
    intro = f"{words_of(read_session(), row)}. {VOIDED}{stays}"
    page = FormPage(
        f"Void this {kind}", VoidForm.sent(), f"Void {kind} of {patient.code}", here, patient,
        row_version=row.row_version, intro=intro, saved="Record voided.",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        row, _ = writable_record_in(session, model, key)
        check_row_version(row)
        void_record(session, row, signed_in().username, values["reason"])
        return here

    return page.submit(f"void a record: {kind}", act)


def _to_its_visit(visit_id: UUID) -> ResponseReturnValue:
    visit = read_session().get_one(Visit, visit_id)
    flash("This dose was stated at this visit; change, amend or void the visit instead.", "info")
    return redirect(url_for("visits.show", visit=visit.code), 303)
