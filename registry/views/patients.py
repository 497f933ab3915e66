"""Patients: the list, one patient's page, enrolment, facts, status, consent, transfer."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry import clock
from registry.extensions import read_session, settings, signed_in
from registry.forms.base import typed_values
from registry.forms.patient import ConsentForm, EnrolForm, FactsForm, StatusForm, TransferForm
from registry.models import Patient
from registry.operations import patients as operations
from registry.permissions import Permission
from registry.plots import FIGURES
from registry.queries.patient_facts import facts_of
from registry.queries.patient_page import page_rows
from registry.queries.patients import patients_page
from registry.queries.scope import Reach
from registry.queries.sites import site_id_of, site_titles
from registry.queries.trajectory import trajectory_of
from registry.views.figures import pages_of_figures, patient_picture
from registry.views.form_page import FormPage, readable, writable, writable_in
from registry.views.patient_courses import course_lines
from registry.views.patient_timeline import identity, status_line, timeline
from registry.views.saving import check_row_version
from registry.views.state_words import ticks_of

bp = Blueprint("patients", __name__, url_prefix="/patients")


@bp.get("/")
def index() -> ResponseReturnValue:
    """List the patients in reach, 50 at a time, by code."""
    search = request.args.get("q", "").strip()
    page = patients_page(
        read_session(), Reach.of(signed_in()), search, request.args.get("after", "")
    )
    return render_template(
        "patients/index.html",
        page=page,
        search=search,
        may_enrol=signed_in().may(Permission.PATIENT_WRITE),
    )


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """Show one patient: identity strip, status line, figure, one merged timeline."""
    patient = readable(code)
    rows = page_rows(read_session(), patient)
    facts = facts_of(patient, rows)
    today = clock.today()
    data = trajectory_of(facts, rows.flares, today=today, synthetic=settings().synthetic)
    return render_template(
        "patients/show.html",
        patient=patient,
        identity=identity(patient, facts, today),
        status=status_line(patient, rows),
        picture=None if data.empty else patient_picture(FIGURES["trajectory"], code, data),
        courses=course_lines(rows, facts, today),
        figures=pages_of_figures(code, leave_out="trajectory"),
        ticks=ticks_of(facts, data.origin_on if data.day_0_known else None),
        entries=timeline(patient, rows, facts),
        may_write=patient.writable is not None,
    )


@bp.route("/new", methods=["GET", "POST"])
def enrol() -> ResponseReturnValue:
    """Enrol a new patient at one of the user's own sites."""
    form = EnrolForm.sent()
    form.offer("site", site_titles(read_session(), signed_in().sites(Permission.PATIENT_WRITE)))
    page = FormPage(
        "Enrol a patient",
        form,
        "Enrol patient",
        url_for("patients.index"),
        saved="Patient enrolled. Baseline and history says what to ask before the treatment.",
    )

    def act(session: Session, values: dict[str, Any]) -> str:
        site_id = site_id_of(session, values["site"])
        patient = operations.enrol_patient(session, values, site_id)
        return url_for("patients.show", code=patient.code)

    return page.submit("enrol a patient", act)


@bp.route("/<code>/facts", methods=["GET", "POST"])
def edit(code: str) -> ResponseReturnValue:
    """Change what is known about the patient."""
    patient = writable(code)
    here = url_for("patients.show", code=code)
    stored = typed_values({name: getattr(patient, name) for name in operations.FACTS})
    page = FormPage(
        "Change patient facts",
        FactsForm.sent(),
        f"Save facts of {code}",
        here,
        patient,
        stored,
        patient.row_version,
    )

    def act(session: Session, values: dict[str, Any]) -> str:
        row = session.get_one(Patient, writable_in(session, code).id)
        check_row_version(row)
        operations.change_facts(session, row, values)
        return here

    return page.submit("change patient facts", act)


@bp.route("/<code>/status", methods=["GET", "POST"])
def record_status(code: str) -> ResponseReturnValue:
    """Add a dated status."""
    here = url_for("patients.show", code=code)
    page = FormPage(
        "Record a status", StatusForm.sent(), f"Save status of {code}", here, writable(code)
    )

    def act(session: Session, values: dict[str, Any]) -> str:
        operations.record_status(session, writable_in(session, code), values)
        return here

    return page.submit("record a status", act)


@bp.route("/<code>/consents/new", methods=["GET", "POST"])
def record_consent(code: str) -> ResponseReturnValue:
    """Add a consent decision."""
    here = url_for("patients.show", code=code)
    page = FormPage(
        "Record a consent decision",
        ConsentForm.sent(),
        f"Save consent of {code}",
        here,
        writable(code),
    )

    def act(session: Session, values: dict[str, Any]) -> str:
        operations.record_consent(session, writable_in(session, code), values)
        return here

    return page.submit("record a consent decision", act)


@bp.route("/<code>/transfer", methods=["GET", "POST"])
def transfer(code: str) -> ResponseReturnValue:
    """Hand the patient over to another site."""
    patient = writable(code)
    form = TransferForm.sent()
    titles = site_titles(read_session())
    present = patient.writable.site_code if patient.writable else ""
    form.offer("site", {key: name for key, name in titles.items() if key != present})
    page = FormPage(
        "Transfer to another site",
        form,
        f"Transfer {code}",
        url_for("patients.show", code=code),
        patient,
        intro="The new site reads all records of the patient. Your site keeps reading its own.",
        saved="Patient transferred.",
    )

    def act(session: Session, values: dict[str, Any]) -> str:
        site_id = site_id_of(session, values["site"])
        operations.transfer(session, writable_in(session, code), site_id, values["on"])
        return url_for("patients.show", code=code)

    return page.submit("transfer a patient", act)
