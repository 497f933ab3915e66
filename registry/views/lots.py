"""Lots: the list, one lot with its tests, decisions and recipients, and who received what."""

from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry.errors import NotInReachError
from registry.extensions import read_session, request_id, signed_in, unaudited_session
from registry.forms.base import RecordForm, typed_values
from registry.forms.lot import LotDecisionForm, LotFactsForm, LotForm, LotTestForm
from registry.forms.treatment import VoidForm
from registry.models import Lot, LotDecision, LotTest
from registry.operations import lots as operations
from registry.operations.access import log_access
from registry.operations.voiding import void as void_record
from registry.permissions import Permission
from registry.queries.lots import (
    LONGEST_SEARCH,
    decisions_of,
    lots_page,
    product_names,
    tests_of,
)
from registry.queries.recall import Recall, find_lots, lot_as_recalled, recall
from registry.queries.scope import Reach
from registry.views.form_page import FormPage, answered
from registry.views.lot_words import decision_line, recipient_lines, test_line
from registry.views.saving import check_row_version

bp = Blueprint("lots", __name__, url_prefix="/lots")
STAYS_READABLE = "A voided record stays readable in the audit trail."
Row = TypeVar("Row", Lot, LotTest, LotDecision)


@bp.get("/")
def index() -> ResponseReturnValue:
    """List the lots, 50 at a time, by code."""
    search = request.args.get("q", "").strip()
    return render_template(
        "lots/index.html",
        page=lots_page(read_session(), search, request.args.get("after", "")),
        search=search,
        may_write=signed_in().may(Permission.PRODUCT_WRITE),
    )


@bp.get("/recipients")
def recipients() -> ResponseReturnValue:
    """Say who received a lot, any lot of a donor, or of a donation; the look-up is logged."""
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    found = None
    if search and search.isprintable():
        lots = find_lots(read_session(), search)
        found = recall(read_session(), Reach.of(signed_in()), lots)
        _log(search, found)
    return render_template(
        "lots/recipients.html",
        search=search,
        found=found,
        lines=recipient_lines(found) if found else [],
    )


@bp.get("/<uuid:lot>")
def show(lot: UUID) -> ResponseReturnValue:
    """Show one lot: facts, release tests, decisions, and who received it; the look-up is logged."""
    row = _row(read_session(), Lot, lot)
    tests, decisions = tests_of(read_session(), row), decisions_of(read_session(), row)
    found = recall(read_session(), Reach.of(signed_in()), [lot_as_recalled(row)])
    _log(row.code, found)
    user = signed_in()
    return render_template(
        "lots/show.html",
        lot=row,
        tests=[test_line(test) for test in tests],
        decisions=[decision_line(made) for made in decisions],
        in_force=decisions[0] if decisions else None,
        found=found,
        lines=recipient_lines(found),
        may_write=user.may(Permission.PRODUCT_WRITE),
        may_decide=user.may(Permission.LOT_DECIDE),
    )


@bp.route("/new", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Add a lot."""
    form = _with_products(LotForm.sent())
    page = FormPage("Add a lot", form, "Save lot", url_for("lots.index"), saved="Lot saved.")

    def act(session: Session, values: dict[str, Any]) -> str:
        return _page_of(operations.record_lot(session, values, answered()).id)

    return page.submit("add a lot", act)


@bp.route("/<uuid:lot>/change", methods=["GET", "POST"])
def edit(lot: UUID) -> ResponseReturnValue:
    """Change the facts of a lot."""
    row = _row(read_session(), Lot, lot)
    form = _with_products(LotFactsForm.sent(), row.product_name)
    page = _change_page(f"Change lot {row.code}", form, row, row)

    def act(session: Session, values: dict[str, Any]) -> str:
        operations.change_lot(session, _current(session, Lot, lot), values)
        return _page_of(lot)

    return page.submit("change a lot", act)


@bp.route("/<uuid:lot>/void", methods=["GET", "POST"])
def void(lot: UUID) -> ResponseReturnValue:
    """Void a lot that never was, such as a mistyped code."""
    row = _row(read_session(), Lot, lot)
    page = FormPage(
        "Void this lot", VoidForm.sent(), f"Void lot {row.code}", _page_of(lot),
        row_version=row.row_version, intro=f"Lot {row.code}. {STAYS_READABLE}",
        saved="Record voided.",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        row = _current(session, Lot, lot)
        operations.void_lot(session, row, signed_in().username, values["reason"])
        return url_for("lots.index")

    return page.submit("void a lot", act)


@bp.route("/<uuid:lot>/tests/new", methods=["GET", "POST"])
def add_test(lot: UUID) -> ResponseReturnValue:
    """Add a release test."""
    row = _row(read_session(), Lot, lot)
    page = FormPage(
        f"Add a release test of lot {row.code}", LotTestForm.sent(), "Save test", _page_of(lot),
        saved="Release test saved.",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        operations.record_test(session, _row(session, Lot, lot), values, answered())
        return _page_of(lot)

    return page.submit("add a release test", act)


@bp.route("/tests/<uuid:test>", methods=["GET", "POST"])
def edit_test(test: UUID) -> ResponseReturnValue:
    """Change a release test, most often because its result came."""
    row = _row(read_session(), LotTest, test)
    lot = _row(read_session(), Lot, row.lot_id)
    title = f"Change test {row.test} of lot {lot.code}"
    page = _change_page(title, LotTestForm.sent(), row, lot)

    def act(session: Session, values: dict[str, Any]) -> str:
        row = _current(session, LotTest, test)
        operations.change_test(session, row, values, answered())
        return _page_of(row.lot_id)

    return page.submit("change a release test", act)


@bp.route("/<uuid:lot>/decisions/new", methods=["GET", "POST"])
def decide(lot: UUID) -> ResponseReturnValue:
    """Release, quarantine, reject or recall a lot."""
    row = _row(read_session(), Lot, lot)
    page = FormPage(
        f"Decide about lot {row.code}", LotDecisionForm.sent(), "Save decision", _page_of(lot),
        intro="A lot that is quarantined, rejected or recalled can be given to nobody from that "
        "day on, at any site.", saved="Decision saved.",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        operations.decide(session, _row(session, Lot, lot), values)
        return _page_of(lot)

    return page.submit("decide about a lot", act)


@bp.route("/tests/<uuid:test>/void", methods=["GET", "POST"])
def void_test(test: UUID) -> ResponseReturnValue:
    """Void a release test that was never made."""
    row = _row(read_session(), LotTest, test)

    def act(session: Session, values: dict[str, Any]) -> str:
        row = _current(session, LotTest, test)
        void_record(session, row, signed_in().username, values["reason"])
        return _page_of(row.lot_id)

    return _void_page("test", row, test_line(row).words).submit("void a release test", act)


@bp.route("/decisions/<uuid:decision>/void", methods=["GET", "POST"])
def void_decision(decision: UUID) -> ResponseReturnValue:
    """Void a decision that was never made; the one before it is in force again."""
    row = _row(read_session(), LotDecision, decision)

    def act(session: Session, values: dict[str, Any]) -> str:
        row = _current(session, LotDecision, decision)
        operations.void_decision(session, row, signed_in().username, values["reason"])
        return _page_of(row.lot_id)

    return _void_page("decision", row, decision_line(row).words).submit("void a decision", act)


def _row(session: Session, model: type[Row], key: UUID) -> Row:
    """Load a row of a lot; one that is voided looks like one that is absent."""
    row = session.get(model, key)
    if row is None or row.voided_at is not None:
        raise NotInReachError
    return row


def _current(session: Session, model: type[Row], key: UUID) -> Row:
    row = _row(session, model, key)
    check_row_version(row)
    return row


def _with_products(form: RecordForm, named: str | None = None) -> RecordForm:
    names = product_names(read_session())
    kept = [named] if named and named not in names else []  # a file may name what nobody described
    form.offer("product_name", {name: name for name in [*names, *kept]})
    return form


def _change_page(title: str, form: RecordForm, row: Row, lot: Lot) -> FormPage:
    stored = typed_values({name: getattr(row, name) for name in form.data})
    return FormPage(
        title, form, "Save", _page_of(lot.id), None, stored, row.row_version,
        about=f"Lot {lot.code}",
    )  # fmt: skip


def _void_page(kind: str, row: LotTest | LotDecision, words: str) -> FormPage:
    return FormPage(
        f"Void this {kind}", VoidForm.sent(), f"Void {kind}", _page_of(row.lot_id), None,
        row_version=row.row_version, saved="Record voided.",
        intro=f"{words}. {STAYS_READABLE}",
    )  # fmt: skip


def _page_of(lot: UUID) -> str:
    return url_for("lots.show", lot=lot)


def _log(search: str, found: Recall) -> None:
    """Write down who looked up whom, before the answer."""
    with unaudited_session() as session:
        log_access(
            session,
            signed_in().username,
            "read",
            f"recipients of {search}",
            detail={"lots": [lot.code for lot in found.lots], "recipients": found.patients},
            request=request_id(),
        )
