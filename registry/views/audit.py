"""The audit trail: who changed what, when and why, inside the reach of the auditor."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.errors import NotAllowedError, NotInReachError
from registry.extensions import read_session, signed_in
from registry.permissions import Permission
from registry.queries.access import access_page
from registry.queries.changes import described, tables, title_of
from registry.queries.scope import Reach, patient_in_reach
from registry.queries.trail import Asked, entries_of, history_of, rows_of, transactions

bp = Blueprint("audit", __name__, url_prefix="/audit")
LONGEST_NUMBER = 18  # digits that fit the key of the trail on either database
ACTIONS = ("sign_in", "sign_in_failed", "sign_out", "refused", "export", "import", "read")
REGISTRY_WIDE = "The access log is for auditors of the whole registry."


@bp.get("/")
def index() -> ResponseReturnValue:
    """List transactions, newest first, by patient, person and table."""
    typed = {name: request.args.get(name, "").strip() for name in ("patient", "actor", "table")}
    errors: dict[str, str] = {}
    try:
        rows, before = transactions(read_session(), _asked(typed), _number("before"))
    except NotInReachError:
        rows, before = (), None
        errors["patient"] = "Patient code: no such patient in your reach"
    return render_template(
        "audit/index.html",
        rows=rows,
        typed=typed,
        errors=errors,
        tables=[(table, title_of(table)) for table in tables()],
        older=url_for("audit.index", **_given(typed), before=before) if before else "",
        whole=_sites() is None,
    )


@bp.get("/transactions/<int:seq>")
def transaction(seq: int) -> ResponseReturnValue:
    """Show what one transaction changed, field by field."""
    if len(str(seq)) > LONGEST_NUMBER:
        abort(404)
    rows, after = entries_of(read_session(), Asked(_sites()), seq, _number("after") or 0)
    if not rows:
        raise NotInReachError
    return render_template(
        "audit/transaction.html",
        entries=described(read_session(), rows),
        older=url_for("audit.transaction", seq=seq, after=after) if after else "",
    )


@bp.get("/records/<table>/<row_id>")
def record(table: str, row_id: str) -> ResponseReturnValue:
    """Show the history of one record, newest first."""
    if "\0" in table + row_id:
        abort(404)
    rows, before = history_of(read_session(), Asked(_sites()), table, row_id, _number("before"))
    if not rows:
        raise NotInReachError
    older = url_for("audit.record", table=table, row_id=row_id, before=before) if before else ""
    return render_template(
        "audit/record.html", entries=described(read_session(), rows), older=older
    )


@bp.get("/access")
def access() -> ResponseReturnValue:
    """List sign-ins, refusals, exports and reads; for the whole registry only."""
    if _sites() is not None:
        raise NotAllowedError(REGISTRY_WIDE)
    typed = {name: _plain(request.args.get(name, "")) for name in ("actor", "action")}
    rows, before = access_page(read_session(), typed["actor"], typed["action"], _key("before"))
    return render_template(
        "audit/access.html",
        rows=rows,
        typed=typed,
        actions=[(action, action.replace("_", " ").capitalize()) for action in ACTIONS],
        older=url_for("audit.access", **_given(typed), before=before) if before else "",
    )


def _sites() -> frozenset[int] | None:
    return signed_in().sites(Permission.AUDIT_READ)


def _asked(typed: dict[str, str]) -> Asked:
    rows = None
    if typed["patient"]:
        reach = Reach(reads=_sites(), writes=frozenset())
        patient = patient_in_reach(read_session(), reach, _plain(typed["patient"]))
        rows = rows_of(read_session(), patient.id)
    return Asked(_sites(), rows, _plain(typed["actor"]), _plain(typed["table"]))


def _given(typed: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in typed.items() if value}


def _plain(text: str) -> str:
    """Return what a database can compare; nothing in it has such characters."""
    return text.strip().replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
        return None
    return int(text)


def _key(name: str) -> UUID | None:
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None
