"""Adverse events: the list, a patient's own, one case with its versions, and its forms."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry import clock
from registry.adverse import rules
from registry.errors import NotInReachError
from registry.extensions import read_session, signed_in
from registry.followup.facts import PatientFacts
from registry.forms.treatment import VoidForm
from registry.operations import adverse_events as operations
from registry.permissions import Permission
from registry.queries import adverse_event_case as cases
from registry.queries import adverse_events as queries
from registry.queries.patient_facts import facts_of
from registry.queries.patient_page import PatientPageRows
from registry.queries.scope import PatientInReach, Reach
from registry.queries.sites import site_id_of, site_titles
from registry.queries.treatment import treatment_of
from registry.views import adverse_event_words as words
from registry.views.adverse_event_forms import (
    change_page,
    may_change,
    new_page,
    product_page,
    writable_event,
)
from registry.views.form_page import FormPage, readable, writable, writable_in
from registry.views.patient_timeline import identity
from registry.views.records import VOIDED
from registry.views.saving import check_row_version

bp = Blueprint("adverse_events", __name__)
TICKS = ("serious", "open", "drafts")


@bp.get("/adverse-events")
def index() -> ResponseReturnValue:
    """List the events in reach, newest recorded first, 50 at a time."""
    reach, asked = Reach.of(signed_in()), _asked()
    page = queries.events_page(read_session(), reach, asked, _before())
    return render_template(
        "adverse_events/index.html",
        page=page,
        asked=asked,
        duplicates=queries.probable_duplicates(read_session(), reach, page.rows),
        older=_address(asked, page.older) if page.older else "",
        may_report=signed_in().may(Permission.PATIENT_WRITE),
        words=words,
    )


@bp.get("/adverse-events/new")
def start() -> ResponseReturnValue:
    """Go from the list to the form of the patient whose code was typed."""
    code = request.args.get("patient", "").strip()
    try:
        writable(code)
    except NotInReachError:
        flash(f"No patient “{code[:40]}” is followed at your sites.", "error")
        return redirect(url_for("adverse_events.index"), 303)
    return redirect(url_for("adverse_events.record", code=code), 303)


@bp.get("/patients/<code>/adverse-events")
def of_patient(code: str) -> ResponseReturnValue:
    """Show a patient's events, the drafts that wait to be finished first."""
    patient = readable(code)
    facts = _treatment(patient)
    rows = queries.events_of(read_session(), patient)
    return render_template(
        "adverse_events/patient.html",
        patient=patient,
        identity=identity(patient, facts, clock.today()),
        drafts=[row for row in rows if row.state == operations.DRAFT],
        rows=[row for row in rows if row.state != operations.DRAFT],
        taken_back=queries.taken_back(read_session(), rows),
        duplicates=queries.probable_duplicates(read_session(), Reach.of(signed_in()), rows),
        since=lambda row: words.relation(facts.courses, row.started_on, row.infusion)[0][1],
        may_write=patient.writable is not None,
        own_site=patient.writable.site_id if patient.writable else None,
        words=words,
    )


@bp.get("/adverse-events/<event>")
def show(event: str) -> ResponseReturnValue:
    """Show one case: facts, clocks, verdicts, versions and probable duplicates."""
    reach = Reach.of(signed_in())
    stored = cases.event_in_reach(read_session(), reach, event)
    grades, causes = cases.parts_of(read_session(), stored.row.id)
    versions = cases.versions_of(read_session(), stored.row.id)
    facts = _treatment(stored.patient) if stored.patient else None
    row = cases.row_of(stored, versions)
    found = queries.probable_duplicates(read_session(), reach, [row])
    return render_template(
        "adverse_events/show.html",
        stored=stored,
        event=stored.row,
        identity=identity(stored.patient, facts, clock.today()) if stored.patient and facts else [],
        facts=words.facts_in_words(stored),
        awareness=words.awareness(stored.row),
        relation=words.relation(facts.courses, stored.row.started_on, stored.infusion)
        if facts
        else [],
        looks=list(_second_looks(stored)),
        grades=words.grade_rows(grades),
        causality=words.causality_table(causes),
        versions=versions,
        changes=words.changes(versions),
        duplicates=found.get(event, ()),
        tags=words.event_tags(row),
        may_change=may_change(stored),
        trail=_trail(stored.row.id),
        words=words,
    )


@bp.route("/patients/<code>/adverse-events/new", methods=["GET", "POST"])
def record(code: str) -> ResponseReturnValue:
    """Report an event of a patient, or keep it as a draft."""
    page = new_page(writable(code))

    def act(session: Session, values: dict[str, Any]) -> str:
        patient = writable_in(session, code)
        visit = operations.visit_of(session, patient, request.args.get("visit", ""))
        event = operations.record_event(
            session, patient, values, signed_in().username,
            visit_id=visit.id if visit else None, draft=_as_draft(),
        )  # fmt: skip
        return _case(event.code)

    return page.submit("report an adverse event", act)


@bp.route("/adverse-events/product/new", methods=["GET", "POST"])
def record_for_lot() -> ResponseReturnValue:
    """Report an event of a lot that concerns no patient."""
    mine = site_titles(read_session(), signed_in().sites(Permission.PATIENT_WRITE))
    page = product_page(mine)

    def act(session: Session, values: dict[str, Any]) -> str:
        event = operations.record_event(
            session, None, values, signed_in().username,
            site_id=site_id_of(session, values["site"]), draft=_as_draft(),
        )  # fmt: skip
        return _case(event.code)

    return page.submit("report an event of a lot", act)


@bp.route("/adverse-events/<event>/change", methods=["GET", "POST"])
def edit(event: str) -> ResponseReturnValue:
    """Finish a draft, or write a new version of a case."""
    page = change_page(writable_event(read_session(), event))

    def act(session: Session, values: dict[str, Any]) -> str:
        stored = writable_event(session, event)
        check_row_version(stored.row)
        operations.change_event(
            session, stored.patient, stored.row, values, signed_in().username, draft=_as_draft()
        )
        return _case(event)

    return page.submit("change an adverse event", act)


@bp.route("/adverse-events/<event>/void", methods=["GET", "POST"])
def void(event: str) -> ResponseReturnValue:
    """Ask why, then take the case out of every result."""
    stored = writable_event(read_session(), event)
    here = url_for("adverse_events.index")
    if stored.patient:
        here = url_for("adverse_events.of_patient", code=stored.patient.code)
    page = FormPage(
        "Void this adverse event", VoidForm.sent(), f"Void event {event}", here, stored.patient,
        row_version=stored.row.row_version, saved="Event voided.",
        intro=f"{stored.row.verbatim_term}, {event}. {VOIDED}",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        row = writable_event(session, event).row
        check_row_version(row)
        operations.void_event(session, row, signed_in().username, values["reason"])
        return here

    return page.submit("void an adverse event", act)


def _treatment(patient: PatientInReach) -> PatientFacts:
    courses, infusions = treatment_of(read_session(), patient)
    return facts_of(patient, PatientPageRows((), (), courses, infusions, (), ()))


def _second_looks(stored: cases.StoredEvent) -> Iterator[str]:
    event, patient = stored.row, stored.patient
    return rules.second_looks(
        grade=event.grade,
        serious=event.serious,
        seriousness=event.seriousness.split(";") if event.seriousness else (),
        outcome=event.outcome,
        ended=event.ended_on is not None,
        death_recorded=patient is None or patient.death_on is not None,
    )


def _trail(key: UUID) -> str:
    if not signed_in().may(Permission.AUDIT_READ):
        return ""
    return url_for("audit.record", table="adverse_event", row_id=key)


def _as_draft() -> bool:
    return request.form.get("action") == "draft"


def _case(code: str) -> str:
    return url_for("adverse_events.show", event=code)


def _asked() -> queries.Wanted:
    ticked = {name: request.args.get(name) == "true" for name in TICKS}
    term, lot = (request.args.get(name, "").strip() for name in ("q", "lot"))
    return queries.Wanted(**ticked, term=term, lot=lot)


def _before() -> UUID | None:
    try:
        return UUID(request.args.get("before", ""))
    except ValueError:
        return None


def _address(asked: queries.Wanted, before: UUID) -> str:
    said: dict[str, Any] = {name: "true" for name in TICKS if getattr(asked, name)}
    said |= {"q": asked.term or None, "lot": asked.lot or None, "before": before}
    return url_for("adverse_events.index", **said)
