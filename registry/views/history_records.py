"""What the patient brings along: add and change conditions, biopsies, pregnancies, old scores."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry import codes
from registry.followup import conditions
from registry.forms.base import RecordForm, typed_values
from registry.forms.history import BiopsyForm, ConditionForm, EarlierScoreForm, PregnancyForm
from registry.forms.suggested import title_of
from registry.models import Biopsy, Condition, Pregnancy
from registry.operations import history as operations
from registry.operations.earlier_scores import record_earlier_score
from registry.views.form_page import (
    FormPage,
    writable,
    writable_in,
    writable_record,
    writable_record_in,
)
from registry.views.saving import check_row_version

bp = Blueprint("history_records", __name__)
Write = Callable[..., Any]
EARLIER_SCORE = (
    "A total from the chart, from before the treatment and without its items. It is kept as a "
    "visit of that day and counts once the visit is signed."
)


@bp.route("/patients/<code>/conditions/new", methods=["GET", "POST"])
def condition(code: str) -> ResponseReturnValue:
    """Add a condition; the address may name the one that is asked for."""
    asked = request.args.get("condition", "")
    stored = {"condition": codes.CONDITION[asked]} if asked in codes.CONDITION else {}
    form = ConditionForm.sent()
    return _add(code, "a condition", form, operations.record_condition, stored)


@bp.route("/conditions/<uuid:condition>", methods=["GET", "POST"])
def edit_condition(condition: UUID) -> ResponseReturnValue:
    """Change a condition."""
    return _change(
        Condition, condition, "a condition", ConditionForm.sent(),
        write=operations.change_condition, as_typed=_stored_condition,
    )  # fmt: skip


@bp.route("/patients/<code>/biopsies/new", methods=["GET", "POST"])
def biopsy(code: str) -> ResponseReturnValue:
    """Add a kidney biopsy."""
    return _add(code, "a biopsy", BiopsyForm.sent(), operations.record_biopsy)


@bp.route("/biopsies/<uuid:biopsy>", methods=["GET", "POST"])
def edit_biopsy(biopsy: UUID) -> ResponseReturnValue:
    """Change a kidney biopsy."""
    return _change(
        Biopsy, biopsy, "a biopsy", BiopsyForm.sent(),
        write=operations.change_biopsy, as_typed=_stored_biopsy,
    )  # fmt: skip


@bp.route("/patients/<code>/pregnancies/new", methods=["GET", "POST"])
def pregnancy(code: str) -> ResponseReturnValue:
    """Add a pregnancy."""
    return _add(code, "a pregnancy", PregnancyForm.sent(), operations.record_pregnancy)


@bp.route("/pregnancies/<uuid:pregnancy>", methods=["GET", "POST"])
def edit_pregnancy(pregnancy: UUID) -> ResponseReturnValue:
    """Change a pregnancy, most often to say how it ended."""
    return _change(
        Pregnancy, pregnancy, "a pregnancy", PregnancyForm.sent(),
        write=operations.change_pregnancy, as_typed=_stored_pregnancy,
    )  # fmt: skip


@bp.route("/patients/<code>/earlier-score", methods=["GET", "POST"])
def earlier_score(code: str) -> ResponseReturnValue:
    """Keep an activity score from before the treatment, as a total without items."""
    page = FormPage(
        "Earlier activity score", EarlierScoreForm.sent(), f"Save score of {code}",
        history_of(code), writable(code), intro=EARLIER_SCORE,
        saved="Earlier score saved, not signed yet.",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        visit = record_earlier_score(session, writable_in(session, code), values)
        return url_for("visits.show", visit=visit.code)

    return page.submit("record an earlier activity score", act)


def history_of(code: str) -> str:
    """Return the address of a patient's baseline and history."""
    return url_for("history.show", code=code)


def _add(
    code: str, what: str, form: RecordForm, write: Write, stored: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    page = FormPage(
        f"Add {what}", form, f"Save {what[2:]} of {code}", history_of(code), writable(code),
        stored or {}, saved=f"{what[2:].capitalize()} saved.",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        write(session, writable_in(session, code), values)
        return history_of(code)

    return page.submit(f"record {what}", act)


def _change(  # noqa: PLR0913 - each is part of what a change is
    model: type[Any],
    key: UUID,
    what: str,
    form: RecordForm,
    *,
    write: Write,
    as_typed: Callable[[Any], dict[str, str]],
) -> ResponseReturnValue:
    row, patient = writable_record(model, key)
    page = FormPage(
        f"Change {what}", form, f"Save {what[2:]} of {patient.code}", history_of(patient.code),
        patient, as_typed(row), row.row_version,
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        row, patient = writable_record_in(session, model, key)
        check_row_version(row)
        write(session, patient, row, values)
        return history_of(patient.code)

    return page.submit(f"change {what}", act)


def _typed(row: Any, *names: str) -> dict[str, str]:
    return typed_values({name: getattr(row, name) for name in names})


def _stored_condition(row: Condition) -> dict[str, str]:
    said = conditions.read(row.condition)
    named = {"condition": title_of(said.condition, codes.CONDITION), "answer": said.answer}
    return _typed(row, "active", "onset_on", "ended_on", "detail") | named


def _stored_biopsy(row: Biopsy) -> dict[str, str]:
    return _typed(row, "taken_on", "classes", "scheme", "activity_index", "chronicity_index")


def _stored_pregnancy(row: Pregnancy) -> dict[str, str]:
    named = {"outcome": title_of(row.outcome, codes.PREGNANCY_OUTCOME)}
    return _typed(row, "began_on", "ended_on") | named
