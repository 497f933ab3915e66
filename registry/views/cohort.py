"""The cohort: who is counted, then how they were, then the picture; and the same as a file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry import clock
from registry.analysis.provenance import Question
from registry.errors import InvalidRecordError
from registry.exports.summary_formats import RENDERERS
from registry.extensions import request_id, signed_in, unaudited_session
from registry.forms.cohort import CohortForm, DownloadForm
from registry.operations.access import log_access
from registry.permissions import Permission
from registry.plots import FIGURES
from registry.queries.cohort import Cohort
from registry.templating import show_code
from registry.views import cohort_tables, endpoint_tables, safety_tables
from registry.views.cohort_question import asked, cohort_in_reach, form_of
from registry.views.figures import Picture, picture_of
from registry.views.rule_words import settings_words

bp = Blueprint("cohort", __name__, url_prefix="/cohort")
CONTENT_TYPES = {
    "json": "application/json; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FIGURE_COLUMNS = (
    ("Timepoint", ""), ("Seen", "numeric"), ("Missing", "numeric"), ("Median", "numeric"),
    ("10th percentile", "numeric"), ("90th percentile", "numeric"),
)  # fmt: skip
# A group value is a code with a title, or what people called it.
CODED = frozenset({"cell_type", "tissue_source", "legal_basis"})


@bp.get("")
def show() -> ResponseReturnValue:
    """Show the numbers of the sites in reach as of a cut; the question is in the address."""
    return _page(form_of(CohortForm, Permission.COHORT_READ))


@bp.post("/download")
def download() -> ResponseReturnValue:
    """Send the summary as a file, logged with its purpose before the first byte."""
    form = form_of(DownloadForm, Permission.EXPORT)
    try:
        values = form.checked()
    except InvalidRecordError as error:
        return _page(form_of(CohortForm, Permission.COHORT_READ), error.fields, 422)
    cohort = cohort_in_reach(form.question(), Permission.EXPORT)
    summary = cohort.made(signed_in().username, clock.now())

    _log(summary, values)

    return _file(summary, values["format"])


def _page(
    form: CohortForm, errors: Mapping[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    """Draw the filter, and the numbers when the question can be answered."""
    given: dict[str, Any] = {"errors": dict(errors or {})}
    try:
        question = form.question()
    except InvalidRecordError as error:
        given["errors"] |= error.fields
        status = 422
    else:
        given |= _numbers(question, cohort_in_reach(question, Permission.COHORT_READ))
    may_export = signed_in().may(Permission.EXPORT)
    values = {"format": "json", "purpose": ""} | request.form.to_dict() | asked()
    page = render_template(
        "cohort/show.html", form=form, values=values, may_export=may_export,
        **{"summary": None} | given,
    )  # fmt: skip
    return page, status


def _numbers(question: Question, cohort: Cohort) -> dict[str, Any]:
    summary = cohort.made(signed_in().username, clock.now())
    return {
        "summary": summary,
        "tables": cohort_tables,
        "safety": safety_tables,
        "ends": endpoint_tables,
        "settings_words": settings_words,
        "picture": _picture(question, cohort),
        "harms": _harms(question, cohort),
        "groups": _groups(question, cohort),
    }


def _groups(question: Question, cohort: Cohort) -> list[dict[str, Any]]:
    return [
        {
            "title": _group_title(question, start.value),
            "start": start,
            "part": part,
            "baseline": cohort_tables.at_baseline(part),
            "picture": _picture(question, cohort, start.value),
        }
        for start, part in zip(cohort.starts, cohort.summary.get("groups", ()), strict=True)
    ]


def _group_title(question: Question, value: str) -> str:
    if value == "none":
        return "Not recorded"
    if question.by == "course":
        return f"Course {value}"
    return show_code(value) if question.by in CODED else value


def _picture(question: Question, cohort: Cohort, group: str | None = None) -> Picture:
    """Return the figure with the numbers of its line and band; its file has every line."""
    data = cohort.figure(group)
    declared = FIGURES["spaghetti"]
    drawn = picture_of(
        declared, replace(data, lines=()), _address_of(declared.code, question, group)
    )
    return replace(
        drawn,
        alt=declared.alt(data),
        caption=declared.caption(data),
        columns=FIGURE_COLUMNS,
        rows=cohort_tables.figure_rows(data),
    )


def _harms(question: Question, cohort: Cohort) -> list[Picture]:
    """Return the figures of adverse events; single onsets are left to their file."""
    grades, onset = FIGURES["adverse_event_grades"], FIGURES["adverse_event_onset"]
    data = cohort.onset()
    days = picture_of(onset, replace(data, marks=()), _address_of(onset.code, question))
    return [
        picture_of(grades, cohort.grades(), _address_of(grades.code, question)),
        replace(days, alt=onset.alt(data), caption=onset.caption(data)),
    ]


def _address_of(figure: str, question: Question, group: str | None = None) -> Callable[[str], str]:
    """Return a function from the ending of a file to its address, the question included."""
    return lambda extension: url_for(
        "figures.cohort",
        figure=figure,
        extension=extension,
        cut=question.cut.isoformat(),
        site=question.site,
        by=question.by,
        group=group,
    )


def _log(summary: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    block = summary["provenance"]
    detail = {name: block[name] for name in ("data_cut", "filter", "rows", "sha256")}
    detail |= {"formats": [values["format"]], "purpose": values["purpose"]}
    with unaudited_session() as session:
        log_access(
            session, signed_in().username, "export", "summary", detail=detail, request=request_id()
        )


def _file(summary: Mapping[str, Any], name: str) -> Response:
    response = make_response(RENDERERS[name](summary))
    response.headers["Content-Type"] = CONTENT_TYPES[name]
    block = summary["provenance"]
    title = f"summary_{block['data_cut']}_{block['sha256'][:8]}.{name}"
    response.headers["Content-Disposition"] = f'attachment; filename="{title}"'
    return response
