"""Medicines: add a period, change it, end it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry.forms.base import typed_values
from registry.forms.medicine import EndMedicineForm, MedicineForm, with_schedule
from registry.models import Medication
from registry.operations import medicines as operations
from registry.views.form_page import (
    FormPage,
    writable,
    writable_in,
    writable_record,
    writable_record_in,
)
from registry.views.medicine_words import dose_words
from registry.views.saving import check_row_version

bp = Blueprint("medications", __name__)


@bp.route("/patients/<code>/medicines/new", methods=["GET", "POST"])
def record(code: str) -> ResponseReturnValue:
    """Add a medicine."""
    here = url_for("patients.show", code=code)
    page = FormPage(
        "Add a medicine", MedicineForm.sent(), f"Save medicine of {code}", here, writable(code),
        saved="Medicine saved.",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        operations.record_medicine(session, writable_in(session, code), values)
        return here

    return page.submit("record a medicine", act)


@bp.route("/medicines/<uuid:medication>", methods=["GET", "POST"])
def edit(medication: UUID) -> ResponseReturnValue:
    """Change a medicine."""
    row, patient = writable_record(Medication, medication)
    here = url_for("patients.show", code=patient.code)
    names = [name for name in MedicineForm().data if name != "schedule"]
    stored = with_schedule(typed_values({name: getattr(row, name) for name in names}), row.per_day)
    page = FormPage(
        f"Change {row.drug}", MedicineForm.sent(), f"Save medicine of {patient.code}", here,
        patient, stored, row.row_version,
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        row, patient = writable_record_in(session, Medication, medication)
        check_row_version(row)
        operations.change_medicine(session, patient, row, values)
        return here

    return page.submit("change a medicine", act)


@bp.route("/medicines/<uuid:medication>/end", methods=["GET", "POST"])
def end(medication: UUID) -> ResponseReturnValue:
    """End a medicine with two answers: the last day and why."""
    row, patient = writable_record(Medication, medication)
    here = url_for("history.show", code=patient.code)
    stored = typed_values({name: getattr(row, name) for name in EndMedicineForm().data})
    page = FormPage(
        f"End {row.drug}", EndMedicineForm.sent(), f"End medicine of {patient.code}", here,
        patient, stored, row.row_version, intro=f"{row.drug}, {dose_words(row)}, "
        f"started {row.started_on.words}.", saved="Medicine ended.",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        row, patient = writable_record_in(session, Medication, medication)
        check_row_version(row)
        operations.end_medicine(session, patient, row, values)
        return here

    return page.submit("end a medicine", act)
