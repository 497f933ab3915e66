"""Visits: log one on a single dense page, change it while it is open, sign it, amend it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry import clock
from registry.errors import ConflictError, InvalidRecordError
from registry.extensions import read_session, signed_in, unaudited_session
from registry.forms.fields import LONGEST_LINE, LONGEST_TEXT, storable
from registry.forms.visit import read_visit
from registry.instruments import INSTRUMENTS
from registry.models import Visit
from registry.operations import signing
from registry.operations import visits as operations
from registry.operations.finality import is_closed
from registry.operations.visit_rows import rows_of
from registry.permissions import Permission
from registry.queries.adverse_events import events_of_visit
from registry.queries.history import last_change
from registry.queries.records import record_in_reach
from registry.queries.scope import PatientInReach, Reach
from registry.queries.visit_form import beside
from registry.views import visit_drafts as drafts
from registry.views.conflicts import conflict_page, wants_to_reopen
from registry.views.form_page import (
    writable,
    writable_in,
    writable_record,
    writable_record_in,
)
from registry.views.reauthentication import password_problem
from registry.views.saving import check_row_version, save, submission_id
from registry.views.visit_pages import (
    form_context,
    may_sign,
    reasons_of,
    results_shown,
    stored_values,
    typed_day,
    with_default_units,
)
from registry.views.visit_parts import not_opened, one_sledai, optional_parts
from registry.views.visit_reading import show_context
from registry.views.visit_signing import sign_context, unfinished
from registry.views.visit_words import label_of, typed_in_words

bp = Blueprint("visits", __name__)
SAVED = "Visit saved, not signed yet."
SIGNED = "Signed. The visit is locked and counts; later corrections are amendments."
AMENDED = "Amended and signed. Both versions stay readable."


@bp.route("/patients/<code>/visits/new", methods=["GET", "POST"])
def record(code: str) -> ResponseReturnValue:
    """Log a visit; what was typed before a crash or a sign-out comes back as a draft."""
    patient = writable(code)
    if request.method != "POST":
        values, note = drafts.offer(drafts.NEW, code, {})
        return _draw("visits/form.html", patient, values, **note)

    def again(errors: Mapping[str, str]) -> ResponseReturnValue:
        return _draw("visits/form.html", patient, request.form, errors, 422)

    if wants_to_reopen():
        return _draw("visits/form.html", patient, request.form)
    if request.form.get("action") == "draft":
        return _keep_draft(drafts.NEW, code, url_for("patients.show", code=code), again)

    def act(session: Session) -> str:
        visit = operations.record_visit(
            session, writable_in(session, code), read_visit(request.form), signed_in().username
        )
        drafts.forget(session, drafts.NEW, subject=code)
        return _after_saving(session, patient, visit)

    return _save("log a visit", act, again)


@bp.get("/visit-parts/<instrument>")
def part(instrument: str) -> ResponseReturnValue:
    """Draw one part of the visit form when it is opened; nothing about anybody is in it."""
    found = INSTRUMENTS.get(instrument)
    if found is None or not found.stored or found.asked != "optional":
        abort(404)
    return render_template("visits/_part.html", instrument=found)


@bp.post("/patients/<code>/visits/draft")
@bp.post("/visits/<visit>/draft")
def save_draft(code: str = "", visit: str = "") -> ResponseReturnValue:
    """Keep what is typed, in the background; 409 when this very form was saved already."""
    kept = drafts.keep(*drafts.form_of(code, visit))
    return "", 204 if kept else drafts.LATE


@bp.post("/patients/<code>/visits/draft/discard")
@bp.post("/visits/<visit>/draft/discard")
def discard_draft(code: str = "", visit: str = "") -> ResponseReturnValue:
    """Drop one's own draft and open the form without it."""
    form, subject = drafts.form_of(code, visit)
    with unaudited_session() as session:
        drafts.forget(session, form, subject=subject)
    flash("Draft discarded.", "success")
    return redirect(_address_of_form(form, subject), 303)


@bp.get("/visits/<visit>")
def show(visit: str) -> ResponseReturnValue:
    """Show a visit with its answers, signatures and amendments."""
    row, patient = record_in_reach(read_session(), Reach.of(signed_in()), Visit, visit)
    context = show_context(read_session(), patient, row)
    return render_template("visits/show.html", **context)


@bp.route("/visits/<visit>/change", methods=["GET", "POST"])
def edit(visit: str) -> ResponseReturnValue:
    """Change a visit that nobody has signed."""
    row, patient = writable_record(Visit, visit)
    if is_closed(row):
        if request.method == "POST":
            return _conflict(patient, visit)
        raise ConflictError(operations.SIGNED)

    def draw(values: Mapping[str, str], **more: Any) -> ResponseReturnValue:
        return _draw("visits/form.html", patient, values, visit=row, heading="Change visit", **more)

    def again(errors: Mapping[str, str]) -> ResponseReturnValue:
        return draw(request.form, errors=errors, status=422)

    if request.method != "POST":
        values, note = _stored_or_draft(drafts.CHANGE, row)
        return draw(values, **note)
    if wants_to_reopen():
        return draw(request.form)
    if request.form.get("action") == "draft":
        return _keep_draft(drafts.CHANGE, visit, url_for("visits.show", visit=visit), again)

    def act(session: Session) -> str:
        row, patient = writable_record_in(session, Visit, visit)
        check_row_version(row)
        values = read_visit(request.form, reasons_of(rows_of(session, row)))
        operations.change_visit(session, patient, row, values, signed_in().username)
        drafts.forget(session, drafts.CHANGE, subject=visit)
        return _after_saving(session, patient, row)

    return _save("change a visit", act, again, lambda: _conflict(patient, visit))


@bp.route("/visits/<visit>/amend", methods=["GET", "POST"])
def amend(visit: str) -> ResponseReturnValue:
    """Correct a signed visit: reason, password, a new signed version; the old one stays."""
    row, patient = writable_record(Visit, visit, Permission.VISIT_SIGN)
    if request.method != "POST" and not is_closed(row):
        return redirect(url_for("visits.edit", visit=visit), 303)
    if request.method != "POST":
        values, note = _stored_or_draft(drafts.AMEND, row)
        return _draw("visits/amend.html", patient, values, visit=row, **note)
    if wants_to_reopen():
        return _draw("visits/amend.html", patient, request.form, visit=row)

    def act(session: Session) -> str:
        reason = request.form.get("amendment_reason", "").strip()
        row, patient = writable_record_in(session, Visit, visit, Permission.VISIT_SIGN)
        check_row_version(row)
        values = read_visit(request.form, reasons_of(rows_of(session, row)))
        signing.amend_visit(session, patient, row, signed_in(), values=values, reason=reason)
        drafts.forget(session, drafts.CHANGE, drafts.AMEND, subject=visit)
        return url_for("visits.show", visit=visit)

    def again(errors: Mapping[str, str]) -> ResponseReturnValue:
        return _draw("visits/amend.html", patient, request.form, errors, 422, visit=row)

    wrong = _reason_problem() | password_problem()
    if wrong:
        return again(wrong)
    why = request.form["amendment_reason"].strip()[:LONGEST_LINE]
    return _save(
        f"amend a visit: {why}", act, again, lambda: _conflict(patient, visit), saved=AMENDED
    )


@bp.route("/visits/<visit>/sign", methods=["GET", "POST"])
def sign(visit: str) -> ResponseReturnValue:
    """Show what is signed, ask for the password once more, sign exactly that content."""
    row, patient = writable_record(Visit, visit, Permission.VISIT_SIGN)

    def draw(errors: Mapping[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
        context = sign_context(read_session(), patient, row)
        page = render_template(
            "visits/sign.html",
            **context,
            values=request.form,
            errors=errors or {},
            submission_id=submission_id(),
        )
        return page, status

    closed = is_closed(row)
    if request.method != "POST":
        return redirect(url_for("visits.show", visit=visit), 303) if closed else draw()
    # Of a visit that is final by now, saving tells a form sent twice from one that came too late.
    wrong = {} if closed else unfinished(patient, row) | password_problem()
    if wrong:
        return draw(wrong, 422)

    def act(session: Session) -> str:
        row, patient = writable_record_in(session, Visit, visit, Permission.VISIT_SIGN)
        signing.sign_visit(
            session,
            patient,
            row,
            signed_in(),
            meaning=request.form["meaning"],
            seen_sha256=request.form.get("sha256", ""),
        )
        return url_for("visits.show", visit=visit)

    return _save("sign a visit", act, lambda errors: draw(errors, 422), saved=SIGNED)


def _save(
    reason: str,
    act: Callable[[Session], str],
    again: Callable[[Mapping[str, str]], ResponseReturnValue],
    conflict: Callable[[], ResponseReturnValue] | None = None,
    *,
    saved: str = SAVED,
) -> ResponseReturnValue:
    try:
        answer = save(reason, act)
    except InvalidRecordError as error:
        return again(error.fields)
    except ConflictError:
        if conflict is None:
            raise
        return conflict()
    flash(saved, "success")
    return answer


def _after_saving(session: Session, patient: PatientInReach, visit: Visit) -> str:
    """Lead to the signature, to the drafts of events that the visit opened, or to the visit."""
    if request.form.get("action") == "sign" and may_sign(patient):
        return url_for("visits.sign", visit=visit.code)
    if any(event.state == "draft" for event in events_of_visit(session, visit.id)):
        return url_for("adverse_events.of_patient", code=patient.code)
    return url_for("visits.show", visit=visit.code)


def _draw(  # noqa: PLR0913 - the one place that draws the form
    template: str,
    patient: PatientInReach,
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    status: int = 200,
    *,
    visit: Visit | None = None,
    **more: Any,
) -> ResponseReturnValue:
    before = typed_day(values) or clock.today()
    around = beside(read_session(), patient, before, visit.code if visit else "")
    context = form_context(patient, around, visit) | more
    page = render_template(
        template,
        **context,
        values=values,
        errors=errors or {},
        results_open=results_shown(values, errors or {}),
        subjects=optional_parts(values, errors or {}),
        two_sledai=one_sledai(values),
        submission_id=submission_id(),
        row_version=values.get("row_version") or (visit.row_version if visit else None),
    )
    return page, status


def _conflict(patient: PatientInReach, visit: str) -> ResponseReturnValue:
    """Show theirs beside mine; when the other one signed it, mine can become an amendment."""
    row, _ = record_in_reach(read_session(), Reach.of(signed_in()), Visit, visit)
    change = last_change(read_session(), "visit", row.id)
    endpoint = "visits.edit"
    if is_closed(row):
        endpoint = "visits.amend" if may_sign(patient) else ""
    return conflict_page(
        patient_code=patient.code,
        theirs=with_default_units(stored_values(row, rows_of(read_session(), row)), request.form),
        row_version=row.row_version,
        label=label_of,
        in_words=typed_in_words,
        unseen=not_opened(request.form),
        what="this visit",
        who=change.who if change else "Somebody else",
        at=change.at if change else None,
        action_url=url_for(endpoint, visit=visit) if endpoint else "",
        reload_url=url_for("visits.show", visit=visit),
    )


def _keep_draft(
    form: str, subject: str, then: str, again: Callable[[Mapping[str, str]], ResponseReturnValue]
) -> ResponseReturnValue:
    """Keep the draft by its button, then leave the form."""
    try:
        kept = drafts.keep(form, subject)
    except InvalidRecordError as error:
        return again(error.fields)
    if kept:
        flash("Draft saved. It never counts in a score or an export.", "success")
    else:
        flash("This form was saved already, so no draft was kept.", "info")
    return redirect(then, 303)


def _stored_or_draft(form: str, visit: Visit) -> tuple[Mapping[str, str], dict[str, Any]]:
    stored = stored_values(visit, rows_of(read_session(), visit))
    return drafts.offer(form, visit.code, stored, visit.row_version)


def _address_of_form(form: str, subject: str) -> str:
    if form == drafts.NEW:
        return url_for("visits.record", code=subject)
    return url_for("visits.edit" if form == drafts.CHANGE else "visits.amend", visit=subject)


def _reason_problem() -> dict[str, str]:
    reason = request.form.get("amendment_reason", "").strip()
    try:
        storable(reason, LONGEST_TEXT)
    except ValueError as error:
        return {"amendment_reason": f"Reason for the amendment: {error}"}
    return {} if reason else {"amendment_reason": "Reason for the amendment: this is needed"}
