"""Pictures and their data, each with its own content policy and an ETag."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

import registry
from registry import clock
from registry.database.engine import reading
from registry.extensions import engine, read_session, settings
from registry.permissions import Permission
from registry.plots import FIGURES
from registry.plots.base import (
    CONTENT_TYPES,
    PRINT_DPI,
    FigureDeclaration,
    file_name,
    render,
    table_csv,
)
from registry.queries.scope import PatientInReach
from registry.security.headers import FIGURE_POLICY
from registry.views.cohort_question import question_in_address, reach_of
from registry.views.form_page import readable
from registry.views.points_in_words import in_words

bp = Blueprint("figures", __name__)
FORMATS = ("svg", "png", "pdf", "csv")
PAGE_WIDTH = 960  # CSS pixels, as the figure macro writes it


@dataclass(frozen=True, slots=True)
class Picture:
    """What the figure macro of a page needs."""

    src: str
    alt: str
    caption: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[object]]
    downloads: Sequence[tuple[str, str]]
    table: str = ""  # address of the points, where the page itself does not carry them
    height: int = 613  # CSS pixels, at PAGE_WIDTH


@bp.get("/patients/<code>/figures/<figure>.<extension>")
def patient(code: str, figure: str, extension: str) -> ResponseReturnValue:
    """Draw one patient's figure, or write its points as CSV."""
    declared = _declared(figure, "patient", extension)
    return answer(declared, _of_patient(declared, readable(code)), extension)


@bp.get("/patients/<code>/figures/<figure>")
def patient_page(code: str, figure: str) -> ResponseReturnValue:
    """Show one figure of a patient on a page of its own, with its points below."""
    declared = _declared(figure, "patient", "svg")
    patient = readable(code)
    data = _of_patient(declared, patient)
    picture = picture_of(declared, data, lambda extension: _address(declared, code, extension))
    return render_template(
        "patients/figure.html", patient=patient, title=declared.title, picture=picture
    )


@bp.get("/patients/<code>/figures/<figure>/table")
def patient_table(code: str, figure: str) -> ResponseReturnValue:
    """Show the points of one patient's figure as a table, a page of its own."""
    declared = _declared(figure, "patient", "csv")
    patient = readable(code)
    data = _of_patient(declared, patient)
    picture = picture_of(declared, data, lambda extension: _address(declared, code, extension))
    return render_template("patients/points.html", patient=patient, picture=picture)


@bp.get("/cohort/figures/<figure>.<extension>")
def cohort(figure: str, extension: str) -> ResponseReturnValue:
    """Draw a figure of the cohort in reach, or of one of its groups, or write its points as CSV."""
    declared = _declared(figure, "cohort", extension)
    question = question_in_address()
    with reading(engine(), snapshot=True) as session:
        data = declared.loader()(
            session,
            reach_of(Permission.COHORT_READ),
            today=question.cut,
            synthetic=settings().synthetic,
            site=question.site,
            by=question.by,
            group=request.args.get("group"),
        )
    return answer(declared, data, extension)


def pages_of_figures(code: str, *, leave_out: str) -> list[tuple[str, str]]:
    """Return title and address of every figure of a patient but one, by title."""
    return sorted(
        (declared.title, url_for("figures.patient_page", code=code, figure=declared.code))
        for declared in FIGURES.values()
        if declared.kind == "patient" and declared.code != leave_out
    )


def patient_picture(declared: FigureDeclaration[Any], code: str, data: Any) -> Picture:
    """Return the picture of a patient's figure with its words and downloads.

    Its table has a page of its own: it would be half of the patient's page, and few open it.
    """
    return Picture(
        src=_address(declared, code, "svg"),
        alt=declared.alt(data),
        caption=declared.caption(data),
        columns=(),
        rows=(),
        downloads=[(kind.upper(), _address(declared, code, kind)) for kind in FORMATS],
        table=url_for("figures.patient_table", code=code, figure=declared.code),
        height=_height(declared),
    )


def _address(declared: FigureDeclaration[Any], code: str, extension: str) -> str:
    return url_for("figures.patient", code=code, figure=declared.code, extension=extension)


def _of_patient(declared: FigureDeclaration[Any], patient: PatientInReach) -> Any:
    return declared.loader()(
        read_session(), patient, today=clock.today(), synthetic=settings().synthetic
    )


def picture_of(declared: FigureDeclaration[Any], data: Any, address: Any) -> Picture:
    """Return a picture whose files live where ``address(extension)`` says."""
    columns, rows = in_words(declared.table(data))
    return Picture(
        src=address("svg"),
        alt=declared.alt(data),
        caption=declared.caption(data),
        columns=columns,
        rows=rows,
        downloads=[(extension.upper(), address(extension)) for extension in FORMATS],
        height=_height(declared),
    )


def _height(declared: FigureDeclaration[Any]) -> int:
    """Return the height that the width of the page gives the picture, so that nothing jumps."""
    width, height = declared.size_inches
    return round(PAGE_WIDTH * height / width)


def answer(declared: FigureDeclaration[Any], data: Any, extension: str) -> Response:
    """Render unless the browser already holds these very points."""
    etag = sha256(
        f"{registry.__version__} {declared.code} {extension} {data!r}".encode()
    ).hexdigest()[:32]
    if request.if_none_match.contains(etag):
        response = make_response("", 304)
    elif extension == "csv":
        response = make_response(table_csv(declared, data, f"software {registry.__version__}"))
        response.mimetype = "text/csv"
    else:
        response = make_response(render(declared, data, extension, PRINT_DPI))  # type: ignore[arg-type]
        response.mimetype = CONTENT_TYPES[extension]
    response.set_etag(etag)
    response.headers["Content-Security-Policy"] = FIGURE_POLICY
    # Kept by this browser only, and asked again each time: a 304 costs a read, not a drawing.
    response.headers["Cache-Control"] = "private, no-cache"
    name = file_name(declared, data, registry.__version__, extension)
    disposition = "inline" if extension == "svg" else "attachment"
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}"'
    return response


def _declared(figure: str, kind: str, extension: str) -> FigureDeclaration[Any]:
    declared = FIGURES.get(figure)
    if declared is None or declared.kind != kind or extension not in FORMATS:
        abort(404)
    return declared
