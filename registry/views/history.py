"""Baseline and history of one patient: what is known, and what can still be asked."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from registry import clock
from registry.extensions import read_session
from registry.followup import baseline
from registry.followup.steroid_steps import steroid_steps
from registry.queries.history_page import history_rows
from registry.templating import show_date, show_number
from registry.views.form_page import readable
from registry.views.history_facts import facts_in_words, gaps_of, prior_cyclophosphamide
from registry.views.history_words import (
    biopsy_lines,
    condition_groups,
    laboratory_lines,
    medicine_groups,
    pregnancy_lines,
    score_lines,
)
from registry.views.patient_timeline import identity

bp = Blueprint("history", __name__)


@bp.get("/patients/<code>/history")
def show(code: str) -> ResponseReturnValue:
    """Show the baseline, the history before it, and what is missing while it can be asked."""
    patient, today = readable(code), clock.today()
    rows = history_rows(read_session(), patient, today)
    course = rows.facts.courses[0] if rows.facts.courses else None
    window = baseline.window(course, today)
    return render_template(
        "history/show.html",
        patient=patient,
        identity=identity(patient, rows.facts, today),
        window=window,
        gaps=gaps_of(patient, rows, today),
        facts=facts_in_words(patient, rows, window, today),
        scores=score_lines(rows),
        laboratory=[(line.head, *line.cells) for line in laboratory_lines(rows, window)],
        conditions=condition_groups(patient, rows),
        medicines=medicine_groups(patient, rows, window, today),
        doubts=prior_cyclophosphamide(rows, window).doubts,
        steps=[
            (show_date(step.first), show_date(step.last), _mg(step.mg_per_day))
            for step in steroid_steps(rows.facts.medicines, today)
        ],
        biopsies=biopsy_lines(patient, rows),
        pregnancies=pregnancy_lines(patient, rows),
        may_write=patient.writable is not None,
    )


def _mg(value: object) -> str:
    return "not known" if value is None else show_number(value)
