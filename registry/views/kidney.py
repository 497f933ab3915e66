"""The kidney of one patient: every sample, the baseline, the slope, and each renal response."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from registry import clock
from registry.extensions import read_session
from registry.followup.kidney import Kidney
from registry.queries.kidney import kidney_facts
from registry.views.form_page import readable
from registry.views.kidney_words import baseline_words, responses, sample_lines, slope_words
from registry.views.patient_timeline import identity

bp = Blueprint("kidney", __name__)


@bp.get("/patients/<code>/kidney")
def show(code: str) -> ResponseReturnValue:
    """Show filtration and proteinuria over time, and what the responses make of them."""
    patient = readable(code)
    facts = kidney_facts(read_session(), patient)
    kidney = Kidney(facts)
    timepoints, lines = responses(kidney)
    return render_template(
        "kidney/show.html",
        patient=patient,
        identity=identity(patient, facts, clock.today()),
        unit=kidney.unit,
        samples=sample_lines(kidney),
        baseline=baseline_words(kidney),
        slope=slope_words(kidney),
        nephritis=kidney.nephritis,
        timepoints=timepoints,
        responses=lines,
    )
