"""Courses, infusions and adjuncts: plan, record, change."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry.extensions import read_session
from registry.forms.base import typed_values
from registry.forms.infusion import MOST_LOTS, InfusionForm, row_of, typed_lots
from registry.forms.treatment import AdjunctForm, CourseForm
from registry.models import Adjunct, Course, Infusion
from registry.operations import infusions
from registry.operations import treatment as operations
from registry.queries.scope import PatientInReach
from registry.queries.sites import time_zone_of
from registry.queries.treatment import courses_of, infusions_of
from registry.templating import show_date
from registry.views.form_page import (
    FormPage,
    answered,
    writable,
    writable_in,
    writable_record,
    writable_record_in,
)
from registry.views.saving import check_row_version

bp = Blueprint("treatment", __name__)
_PAGE = "treatment/infusion.html"


@bp.route("/patients/<code>/courses/new", methods=["GET", "POST"])
def course(code: str) -> ResponseReturnValue:
    """Plan or record a treatment course."""
    page = FormPage(
        "Plan a treatment course", CourseForm.sent(), f"Save course of {code}", _home(code),
        writable(code), saved="Course saved.", beside=_baseline_of(code),
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        operations.record_course(session, writable_in(session, code), values)
        return _home(code)

    return page.submit("record a course", act)


@bp.route("/courses/<course>", methods=["GET", "POST"])
def edit_course(course: str) -> ResponseReturnValue:
    """Change the facts of a course."""
    row, patient = writable_record(Course, course)
    stored = typed_values({name: getattr(row, name) for name in CourseForm().data})
    page = FormPage(
        f"Change course {course}", CourseForm.sent(), f"Save course of {patient.code}",
        _home(patient.code), patient, stored, row.row_version, beside=_baseline_of(patient.code),
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        row, patient = writable_record_in(session, Course, course)
        check_row_version(row)
        operations.change_course(session, patient, row, values)
        return _home(patient.code)

    return page.submit("change a course", act)


@bp.route("/patients/<code>/infusions/new", methods=["GET", "POST"])
def infusion(code: str) -> ResponseReturnValue:
    """Record an infusion."""
    patient = writable(code)
    page = FormPage(
        "Record an infusion", _infusion_form(patient), f"Save infusion of {code}", _home(code),
        patient, saved="Infusion saved.", template=_PAGE,
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        infusions.record_infusion(session, writable_in(session, code), values, answered())
        return _home(code)

    return page.submit("record an infusion", act)


@bp.route("/infusions/<infusion>", methods=["GET", "POST"])
def edit_infusion(infusion: str) -> ResponseReturnValue:
    """Change the facts of an infusion."""
    row, patient = writable_record(Infusion, infusion)
    form = _infusion_form(patient)
    page = FormPage(
        f"Change infusion {infusion}", form, f"Save infusion of {patient.code}",
        _home(patient.code), patient, _stored_infusion(row, form), row.row_version,
        template=_PAGE,
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        row, patient = writable_record_in(session, Infusion, infusion)
        check_row_version(row)
        infusions.change_infusion(session, patient, row, values, answered())
        return _home(patient.code)

    return page.submit("change an infusion", act)


@bp.route("/patients/<code>/adjuncts/new", methods=["GET", "POST"])
def adjunct(code: str) -> ResponseReturnValue:
    """Record what was given beside the cells."""
    patient = writable(code)
    page = FormPage(
        "Record what was given beside the cells", _adjunct_form(patient),
        f"Save adjunct of {code}", _home(code), patient, saved="Adjunct saved.",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        operations.record_adjunct(session, writable_in(session, code), values)
        return _home(code)

    return page.submit("record an adjunct", act)


@bp.route("/adjuncts/<uuid:adjunct>", methods=["GET", "POST"])
def edit_adjunct(adjunct: UUID) -> ResponseReturnValue:
    """Change the facts of an adjunct."""
    row, patient = writable_record(Adjunct, adjunct)
    page = FormPage(
        f"Change {row.adjunct}", _adjunct_form(patient), f"Save adjunct of {patient.code}",
        _home(patient.code), patient, _stored_adjunct(row), row.row_version,
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        row, patient = writable_record_in(session, Adjunct, adjunct)
        check_row_version(row)
        operations.change_adjunct(session, patient, row, values)
        return _home(patient.code)

    return page.submit("change an adjunct", act)


def _infusion_form(patient: PatientInReach) -> InfusionForm:
    form = InfusionForm.sent()
    if patient.writable is not None:
        form.set_zone(time_zone_of(read_session(), patient.writable.site_id))
    courses = courses_of(read_session(), patient)
    form.offer(
        "course", {row.code: f"{row.code} {row.indication or ''}".strip() for row in courses}
    )
    return form


def _stored_infusion(row: Infusion, form: InfusionForm) -> Mapping[str, str]:
    rows = {name for n in range(1, MOST_LOTS + 1) for name in row_of(n)}
    names = [name for name in form.data if name not in rows | {"course"}]
    course = read_session().get(Course, row.course_id) if row.course_id else None
    lots = infusions.lots_given(read_session(), row.id)
    return typed_values(
        {name: getattr(row, name) for name in names} | {"course": course.code if course else None}
    ) | typed_lots(lots[:MOST_LOTS])


def _adjunct_form(patient: PatientInReach) -> AdjunctForm:
    form = AdjunctForm.sent()
    given = infusions_of(read_session(), patient)
    form.offer("infusion", {row.code: f"{row.code}, {show_date(row.started_at)}" for row in given})
    return form


def _stored_adjunct(row: Adjunct) -> Mapping[str, str]:
    names = ("adjunct", "given_on", "dose", "unit", "route")
    infusion = read_session().get(Infusion, row.infusion_id) if row.infusion_id else None
    return typed_values(
        {name: getattr(row, name) for name in names}
        | {"infusion": infusion.code if infusion else None}
    )


def _baseline_of(code: str) -> tuple[str, str]:
    """Return the link to what should be known before the treatment starts."""
    return "What is known and missing at baseline", url_for("history.show", code=code)


def _home(code: str) -> str:
    return url_for("patients.show", code=code)
