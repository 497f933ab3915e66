"""Happenings beside visits: add and change flares, intercurrent events, attempts to reach."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from registry import codes
from registry.extensions import read_session
from registry.followup.flares import ORGANS
from registry.followup.timepoints import title
from registry.forms.course_of_disease import (
    LIMB,
    ORGAN,
    ContactAttemptForm,
    FlareForm,
    IntercurrentEventForm,
    boxes_of,
)
from registry.forms.suggested import title_of
from registry.models import ContactAttempt, Course, Flare, IntercurrentEvent, Visit
from registry.operations import course_of_disease as rules
from registry.operations.adverse_events import visit_of
from registry.queries.patient_page import VisitRow, visits_of
from registry.queries.scope import PatientInReach
from registry.queries.sites import time_zone_of
from registry.queries.treatment import courses_of
from registry.templating import show_date
from registry.views.clinical_rows import Kind, add, change, typed
from registry.views.form_page import writable

bp = Blueprint("course_of_disease", __name__)
FLARE_RULE = (
    "A flare is recorded whether or not a visit saw it. A new one needs 28 days since the one "
    "before resolved or was last treated (policy of this registry)."
)
VOIDED = ", voided"  # what a record already names stays named, whatever became of it


def _offer_visits(form: FlareForm, patient: PatientInReach, row: Flare | None) -> None:
    visits = visits_of(read_session(), patient)
    choices = {
        visit.code: _named(visit) for visit in reversed(visits) if visit.visited_on is not None
    }
    if kept := _found_by(row):
        choices.setdefault(kept.code, _named(kept) + (VOIDED if kept.voided_at else ""))
    form.offer("visit", choices)


def _named(visit: Visit | VisitRow) -> str:
    on = show_date(visit.visited_on) if visit.visited_on else visit.code
    return on + (f", {title(visit.timepoint)}" if visit.timepoint else "")


def _found_by(row: Flare | None) -> Visit | None:
    """Return the visit that a stored flare names, voided or not."""
    return read_session().get(Visit, row.visit_id) if row and row.visit_id else None


def _offer_courses(
    form: IntercurrentEventForm, patient: PatientInReach, row: IntercurrentEvent | None
) -> None:
    courses = courses_of(read_session(), patient)
    choices = {
        course.code: f"{course.code} {course.indication or ''}".strip() for course in courses
    }
    if kept := _belongs_to(row):
        choices.setdefault(kept.code, kept.code + VOIDED)
    form.offer("course", choices)


def _belongs_to(row: IntercurrentEvent | None) -> Course | None:
    """Return the course that a stored event names, voided or not."""
    return read_session().get(Course, row.course_id) if row and row.course_id else None


def _offer_zone(form: ContactAttemptForm, patient: PatientInReach, _row: object) -> None:
    if patient.writable is not None:
        form.in_zone(time_zone_of(read_session(), patient.writable.site_id))


def _stored_flare(row: Flare) -> Mapping[str, str]:
    plain = typed(
        row, "onset_on", "ended_on", "last_treated_on", "treatment", "admitted", "bilag_systems",
        "adjudicated", "adjudicated_by", "adjudicated_on",
    )  # fmt: skip
    visit = _found_by(row)
    named = {
        "severity": title_of(row.severity, codes.FLARE_SEVERITY),
        "reported_by": title_of(row.reported_by, codes.FLARE_SOURCE),
        "visit": visit.code if visit else "",
    }
    return plain | named | boxes_of({"organs": row.organs, "selena_limbs": row.selena_limbs})


def _stored_intercurrent(row: IntercurrentEvent) -> Mapping[str, str]:
    course = _belongs_to(row)
    named = {
        "type": title_of(row.type, codes.INTERCURRENT_EVENT),
        "course": course.code if course else "",
    }
    return typed(row, "on", "planned", "reason") | named


def _stored_contact(row: ContactAttempt) -> Mapping[str, str]:
    return typed(row, "attempted_at", "mode", "result")


FLARE = Kind(
    "a flare", Flare, FlareForm, rules.flare, _stored_flare, offer=_offer_visits,
    template="flares/form.html", intro=FLARE_RULE, void_kind="flare",
    around={
        "organs": tuple(ORGAN + code for code in ORGANS),
        "limbs": tuple(LIMB + code for code in codes.SELENA_LIMB),
    },
)  # fmt: skip
INTERCURRENT = Kind(
    "an intercurrent event", IntercurrentEvent, IntercurrentEventForm, rules.intercurrent_event,
    _stored_intercurrent, offer=_offer_courses, void_kind="intercurrent",
    intro="What happened after the treatment and changes the meaning of an outcome. A death is "
    "recorded as a status.",
)  # fmt: skip
CONTACT = Kind(
    "a contact attempt", ContactAttempt, ContactAttemptForm, rules.contact_attempt,
    _stored_contact, offer=_offer_zone, void_kind="contact",
)  # fmt: skip


@bp.route("/patients/<code>/flares/new", methods=["GET", "POST"])
def flare(code: str) -> ResponseReturnValue:
    """Add a flare; the address may name the visit that found it."""
    visit = visit_of(read_session(), writable(code), request.args.get("visit", ""))
    if visit is None or visit.visited_on is None:
        return add(FLARE, code)
    found = {"onset_on": visit.visited_on.text, "visit": visit.code}
    stored = found | {"reported_by": codes.FLARE_SOURCE["visit"]}
    return add(FLARE, code, stored, url_for("visits.show", visit=visit.code))


@bp.route("/flares/<uuid:flare>", methods=["GET", "POST"])
def edit_flare(flare: UUID) -> ResponseReturnValue:
    """Change a flare, most often to say how it ended."""
    return change(FLARE, flare)


@bp.route("/patients/<code>/intercurrent-events/new", methods=["GET", "POST"])
def intercurrent(code: str) -> ResponseReturnValue:
    """Add an intercurrent event."""
    return add(INTERCURRENT, code)


@bp.route("/intercurrent-events/<uuid:intercurrent>", methods=["GET", "POST"])
def edit_intercurrent(intercurrent: UUID) -> ResponseReturnValue:
    """Change an intercurrent event."""
    return change(INTERCURRENT, intercurrent)


@bp.route("/patients/<code>/contacts/new", methods=["GET", "POST"])
def contact(code: str) -> ResponseReturnValue:
    """Add an attempt to reach the patient."""
    return add(CONTACT, code)


@bp.route("/contacts/<uuid:contact>", methods=["GET", "POST"])
def edit_contact(contact: UUID) -> ResponseReturnValue:
    """Change an attempt to reach the patient."""
    return change(CONTACT, contact)
