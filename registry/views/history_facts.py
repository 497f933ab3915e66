"""The first block of the page of baseline and history: each fact at the start, in words."""

from datetime import date

from registry.followup import baseline, clocks, conditions
from registry.followup.baseline import Window
from registry.followup.baseline_gaps import Beyond, Gap, gaps
from registry.followup.cumulative import Cumulative, cyclophosphamide
from registry.followup.facts import PatientFacts, VisitFact
from registry.followup.steroids import Exposure, exposure
from registry.instruments.glucocorticoids import written
from registry.partial_date import PartialDate
from registry.queries.history_page import HistoryRows
from registry.queries.scope import PatientInReach
from registry.templating import NOT_RECORDED, addresses, known_endpoint, show_date, show_number
from registry.views.medicine_words import grams_words

NOT_ASKED = "not asked yet"
_ANSWERS = {
    conditions.PRESENT: "yes",
    conditions.ABSENT: "no, asked and absent",
    conditions.UNKNOWN: "nobody can say",
}


def facts_in_words(
    patient: PatientInReach, rows: HistoryRows, window: Window, today: date
) -> list[tuple[str, str]]:
    """Return term and value of everything known at the start."""
    said = conditions.answers(row.words for row in rows.of("condition"))
    at = window.start or PartialDate.on(today)
    total = prior_cyclophosphamide(rows, window)
    return [
        ("Age at treatment" if window.start else "Age today", _years(patient.birth_date, at)),
        ("Disease duration since diagnosis", _years(patient.sle_diagnosed_on, at)),
        ("Since the first symptom", _years(patient.first_symptom_on, at)),
        ("Treatment began", show_date(window.start) if window.start else "not begun"),
        ("Day 0", _day_0(rows.facts)),
        ("Reason for treatment", rows.reason or NOT_RECORDED),
        ("SLEDAI-2K at baseline", _score(rows.facts, "sledai_2k", today)),
        ("PGA at baseline", _score(rows.facts, "pga", today)),
        ("Steroid dose, 28 days before", _steroid(exposure(rows.facts.medicines, window.last))),
        ("Cyclophosphamide before", grams_words(total, _no_cyclophosphamide(said))),
        ("Earlier cell therapy, anywhere", _answer(said, "prior_cell_therapy")),
        ("Earlier stem cell transplant", _answer(said, "prior_stem_cell_transplant")),
    ]


def prior_cyclophosphamide(rows: HistoryRows, window: Window) -> Cumulative:
    """Return the cyclophosphamide given before the course began."""
    return cyclophosphamide(rows.facts.medicines, window.treated_until)


def gaps_of(patient: PatientInReach, rows: HistoryRows, today: date) -> list[tuple[Gap, str]]:
    """Return what is missing, each with the address of the form that fills it."""
    beyond = Beyond(
        reason=rows.reason,
        first_symptom_on=patient.first_symptom_on,
        biopsies=len(rows.of("biopsy")),
        pregnancies=len(rows.of("pregnancy")),
        totals=tuple(
            row.visited_on
            for row in rows.scores
            if row.visited_on is not None and row.fact.final and _has_total(row.fact)
        ),
    )
    return [(gap, _form(patient, gap)) for gap in gaps(rows.facts, beyond, today)]


def _has_total(visit: VisitFact) -> bool:
    return any(a.instrument == "sledai_2k" and a.total is not None for a in visit.assessments)


# What a gap names as its form → endpoint of the page, and the part of its address.
_FORMS = {
    "facts": ("patients.edit", "code"),
    "new_visit": ("visits.record", "code"),
    "visit": ("visits.show", "visit"),
    "earlier_score": ("history_records.earlier_score", "code"),
    "laboratory": ("laboratory.index", "code"),
    "new_course": ("treatment.course", "code"),
    "course": ("treatment.edit_course", "course"),
    "condition": ("history_records.condition", "code"),
    "medicine": ("medications.record", "code"),
    "biopsy": ("history_records.biopsy", "code"),
    "pregnancy": ("history_records.pregnancy", "code"),
}


def _form(patient: PatientInReach, gap: Gap) -> str:
    """Return where a gap is filled; an anchor of this page where a row of it is unclear."""
    if patient.writable is None:
        return ""
    if gap.form not in _FORMS:
        return f"#{gap.form}"
    endpoint, part = _FORMS[gap.form]
    if not known_endpoint(endpoint):
        return ""
    address = addresses(endpoint, part)(gap.about if part in {"visit", "course"} else patient.code)
    return f"{address}?condition={gap.about}" if gap.form == "condition" else address


def _years(since: PartialDate | None, until: PartialDate) -> str:
    if since is None:
        return NOT_RECORDED
    fewest, most = baseline.years_between(since, until)
    years = f"{fewest}" if fewest == most else f"{fewest} to {most}"
    return f"{years} year{'' if years == '1' else 's'} (from {show_date(since)})"


def _day_0(facts: PatientFacts) -> str:
    given = clocks.day_0_on(facts.courses[0]) if facts.courses else None
    return show_date(str(given)[:10]) if given else "no infusion recorded"


def _score(facts: PatientFacts, instrument: str, today: date) -> str:
    visit = baseline.scores(facts, today).get(instrument)
    if visit is None or visit.visited_on is None:
        return NOT_RECORDED
    one = next(a for a in visit.assessments if a.instrument == instrument)
    words = show_number(one.total) if one.total is not None else "incomplete"
    course = facts.courses[0] if facts.courses else None
    same_day = course is not None and visit.visited_on == clocks.day_0(course)
    return f"{words} on {show_date(visit.visited_on)}" + (
        ", the day of the first infusion" if same_day else ""
    )


def _steroid(taken: Exposure) -> str:
    if not taken.known:
        return "no medicine recorded, so not known"
    if taken.mean is not None:
        words = f"{written(taken.mean)} mg prednisone-equivalent a day"
    elif taken.high is None:
        words = f"at least {written(taken.low)} mg a day"
    else:
        words = f"{written(taken.low)} to {written(taken.high)} mg a day"
    return words + {True: ", and a pulse", None: ", a pulse is possible", False: ""}[taken.pulse]


def _answer(said: dict[str, str], condition: str) -> str:
    return _ANSWERS[said[condition]] if condition in said else NOT_ASKED


def _no_cyclophosphamide(said: dict[str, str]) -> str:
    answer = said.get("prior_cyclophosphamide")
    if answer is None and said.get("prior_immunosuppression") == conditions.ABSENT:
        answer = conditions.ABSENT
    if answer is None:
        return NOT_ASKED
    return "yes, doses missing" if answer == conditions.PRESENT else _ANSWERS[answer]
