"""What the patient brings along: add and change conditions, biopsies, pregnancies, old scores."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry import codes
from registry.followup import conditions
from registry.forms.history import BiopsyForm, ConditionForm, EarlierScoreForm, PregnancyForm
from registry.forms.suggested import title_of
from registry.models import Biopsy, Condition, Pregnancy
from registry.operations import history as rules
from registry.operations.earlier_scores import record_earlier_score
from registry.views.clinical_rows import Kind, add, change, typed
from registry.views.form_page import FormPage, writable, writable_in

bp = Blueprint("history_records", __name__)
EARLIER_SCORE = (
    "A total from the chart, from before the treatment and without its items. It is kept as a "
    "visit of that day and counts once the visit is signed."
)


def _stored_condition(row: Condition) -> Mapping[str, str]:
    said = conditions.read(row.condition)
    named = {"condition": title_of(said.condition, codes.CONDITION), "answer": said.answer}
    return typed(row, "active", "onset_on", "ended_on", "detail") | named


def _stored_biopsy(row: Biopsy) -> Mapping[str, str]:
    return typed(row, "taken_on", "classes", "scheme", "activity_index", "chronicity_index")


def _stored_pregnancy(row: Pregnancy) -> Mapping[str, str]:
    named = {"outcome": title_of(row.outcome, codes.PREGNANCY_OUTCOME)}
    return typed(row, "began_on", "ended_on") | named


PAGE = "history.show"
CONDITION = Kind("a condition", Condition, ConditionForm, rules.condition, _stored_condition, PAGE)
BIOPSY = Kind("a biopsy", Biopsy, BiopsyForm, rules.biopsy, _stored_biopsy, PAGE)
PREGNANCY = Kind("a pregnancy", Pregnancy, PregnancyForm, rules.pregnancy, _stored_pregnancy, PAGE)


@bp.route("/patients/<code>/conditions/new", methods=["GET", "POST"])
def condition(code: str) -> ResponseReturnValue:
    """Add a condition; the address may name the one that is asked for."""
    asked = request.args.get("condition", "")
    return add(
        CONDITION,
        code,
        {"condition": codes.CONDITION[asked]} if asked in codes.CONDITION else {},
    )


@bp.route("/conditions/<uuid:condition>", methods=["GET", "POST"])
def edit_condition(condition: UUID) -> ResponseReturnValue:
    """Change a condition."""
    return change(CONDITION, condition)


@bp.route("/patients/<code>/biopsies/new", methods=["GET", "POST"])
def biopsy(code: str) -> ResponseReturnValue:
    """Add a kidney biopsy."""
    return add(BIOPSY, code)


@bp.route("/biopsies/<uuid:biopsy>", methods=["GET", "POST"])
def edit_biopsy(biopsy: UUID) -> ResponseReturnValue:
    """Change a kidney biopsy."""
    return change(BIOPSY, biopsy)


@bp.route("/patients/<code>/pregnancies/new", methods=["GET", "POST"])
def pregnancy(code: str) -> ResponseReturnValue:
    """Add a pregnancy."""
    return add(PREGNANCY, code)


@bp.route("/pregnancies/<uuid:pregnancy>", methods=["GET", "POST"])
def edit_pregnancy(pregnancy: UUID) -> ResponseReturnValue:
    """Change a pregnancy, most often to say how it ended."""
    return change(PREGNANCY, pregnancy)


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
