"""Administration: the normal ranges of each laboratory, assay and date."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry.extensions import read_session, signed_in
from registry.forms.base import typed_values
from registry.forms.laboratory import LimitForm
from registry.forms.treatment import VoidForm
from registry.laboratory.analytes import ANALYTES
from registry.models import LaboratoryLimit, Site
from registry.operations import laboratory_limits as operations
from registry.queries.laboratory_limits import limit_of, limits_page
from registry.queries.sites import site_id_of, site_titles
from registry.views.form_page import FormPage
from registry.views.saving import check_row_version

bp = Blueprint("laboratory_limits", __name__, url_prefix="/laboratory-limits")
INTRO = (
    "A result typed without limits takes those of its laboratory at that site on the day of the "
    "sample. Results that were saved before keep the limits they were stored with."
)


@bp.get("/")
def index() -> ResponseReturnValue:
    """List the limits, 100 at a time."""
    page = limits_page(read_session(), _cursor())
    older = url_for("laboratory_limits.index", after=page.after) if page.after else ""
    return render_template(
        "laboratory/limits.html", lines=page.lines, older=older, analytes=ANALYTES
    )


@bp.route("/new", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Add limits."""
    page = FormPage(
        "Add limits of a laboratory", _form(), "Save limits", _back(), intro=INTRO,
        saved="Limits saved.",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        operations.record_limit(session, _at_site(session, values))
        return _back()

    return page.submit("add laboratory limits", act)


@bp.route("/<uuid:limit>", methods=["GET", "POST"])
def edit(limit: UUID) -> ResponseReturnValue:
    """Correct limits."""
    row = limit_of(read_session(), limit)
    page = FormPage(
        "Change limits of a laboratory", _form(), "Save limits", _back(), stored=_stored(row),
        row_version=row.row_version, intro=INTRO, saved="Limits saved.",
        void_url=url_for("laboratory_limits.void", limit=limit),
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        row = limit_of(session, limit)
        check_row_version(row)
        operations.change_limit(session, row, _at_site(session, values))
        return _back()

    return page.submit("change laboratory limits", act)


@bp.route("/<uuid:limit>/void", methods=["GET", "POST"])
def void(limit: UUID) -> ResponseReturnValue:
    """Take limits out of use."""
    row = limit_of(read_session(), limit)
    what = f"{ANALYTES[row.analyte].title} at {row.laboratory} from {row.from_on.isoformat()}"
    page = FormPage(
        "Void limits of a laboratory", VoidForm.sent(), "Void limits", _back(),
        row_version=row.row_version, intro=f"{what}. {INTRO}", saved="Limits voided.",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        row = limit_of(session, limit)
        check_row_version(row)
        operations.void_limit(session, row, signed_in().username, values["reason"])
        return _back()

    return page.submit("void laboratory limits", act)


def _back() -> str:
    return url_for("laboratory_limits.index")


def _cursor() -> UUID | None:
    try:
        return UUID(request.args.get("after", ""))
    except ValueError:
        return None


def _form() -> LimitForm:
    form = LimitForm.sent()
    form.offer("site", site_titles(read_session()))
    return form


def _stored(row: LaboratoryLimit) -> dict[str, str]:
    names = ("laboratory", "analyte", "assay", "from_on", "unit", "lower_limit", "upper_limit")
    site = read_session().get_one(Site, row.site_id)
    return typed_values({name: getattr(row, name) for name in names} | {"site": site.code})


def _at_site(session: Session, values: dict[str, Any]) -> dict[str, Any]:
    site = values.pop("site")
    return values | {"site_id": site_id_of(session, site)}
