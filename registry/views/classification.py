"""The three classification sets of one patient: what is recorded, and what results propose."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from registry import clock
from registry.extensions import read_session
from registry.followup.classification import Found
from registry.followup.classification_rules import RULES, proposals
from registry.followup.facts import AssessmentFact, PatientFacts, VisitFact
from registry.instruments import INSTRUMENTS
from registry.instruments.base import Answer, Instrument, Item
from registry.partial_date import PartialDate
from registry.queries.classification import ClassificationRows, classification_rows
from registry.templating import addresses, show_date, show_number
from registry.views.form_page import readable
from registry.views.patient_timeline import identity

bp = Blueprint("classification", __name__)
NOT_RECORDED = "Not recorded"
_STATES = {
    "present": "Present",
    "absent": "Not found",
    "undecided": "Undecided",
    "not_tested": "Nothing stored",
}
_CLASSIFIED = {True: "Classified as lupus", False: "Not classified", None: "Open"}
_TONES = {True: "good", False: "plain", None: "soon"}


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion: what a person recorded, and what is stored about it."""

    item: Item
    recorded: str
    proposed: str
    sources: tuple[str, ...]
    differs: bool  # recorded absent, and something says present


@dataclass(frozen=True, slots=True)
class Set:
    """One classification set as the page shows it."""

    instrument: Instrument
    verdict: str
    tone: str
    points: str
    recorded_on: str
    href: str  # of the visit
    groups: list[tuple[str, list[Line]]]
    not_tested: list[str]
    waiting: list[Line]  # nobody recorded an answer, and something says present


@bp.get("/patients/<code>/classification")
def show(code: str) -> ResponseReturnValue:
    """Show each set with its criteria; nothing is ever ticked by itself."""
    patient = readable(code)
    rows = classification_rows(read_session(), patient)
    return render_template(
        "classification/show.html",
        patient=patient,
        identity=identity(patient, rows.facts, clock.today()),
        sets=[_set(INSTRUMENTS[code], rows) for code in RULES],
        may_write=patient.writable is not None,
    )


def _set(instrument: Instrument, rows: ClassificationRows) -> Set:
    visit, fact = _recorded(rows.facts, instrument)
    answers = instrument.from_row(fact.answers) if fact and fact.answers else {}
    found = proposals(instrument.code, rows.known)
    lines = {i.code: _line(i, answers.get(i.code), found, bool(answers)) for i in instrument.items}
    classified = fact.parts.get("classified") if fact else None
    return Set(
        instrument,
        _CLASSIFIED[classified] if fact else NOT_RECORDED,
        _TONES[classified] if fact else "plain",
        _points(instrument, fact),
        show_date(PartialDate.on(visit.visited_on)) if visit and visit.visited_on else "",
        addresses("visits.show", "visit")(visit.visit_id) if visit else "",
        [
            (group.title if group.code else "", [lines[item.code] for item in items])
            for group, items in instrument.sections()
        ],
        [item.label for item in instrument.items if answers and answers[item.code] is None],
        [
            lines[item.code]
            for item in instrument.items
            if answers.get(item.code) is None and found[item.code].present
        ],
    )


def _recorded(
    facts: PatientFacts, instrument: Instrument
) -> tuple[VisitFact | None, AssessmentFact | None]:
    """Return the last final answers of this version, with their visit."""
    found = [
        (visit, fact)
        for visit in facts.visits  # oldest first
        if visit.final
        for fact in visit.assessments
        if fact.instrument == instrument.code and fact.version == instrument.version
    ]
    return found[-1] if found else (None, None)


def _points(instrument: Instrument, fact: AssessmentFact | None) -> str:
    if fact is None:
        return ""
    if fact.total is not None:
        return f"{show_number(fact.total)} {instrument.unit}"
    low, high = show_number(fact.known_points), show_number(fact.max_possible)
    return f"{low} to {high} {instrument.unit}" if low != high else f"{low} {instrument.unit}"


def _line(item: Item, answer: Answer, found: dict[str, Found], answered: bool) -> Line:
    one = found[item.code]
    recorded = {1: "Present", 0: "Absent"}.get(answer if isinstance(answer, int) else 2)
    return Line(
        item,
        recorded or ("Not tested" if answered else "Not recorded"),
        _STATES[one.state],
        one.sources,
        answer == 0 and one.present is True,
    )
