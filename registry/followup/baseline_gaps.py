"""What is missing at baseline: each gap says what, why it matters and until when it can be had.

What was measured has its days: once the treatment has begun it is only found in the chart, never
made.  What can be asked stays open.  An answer "none" closes a gap, and so does "nobody can say"
with its reason; silence never does.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from registry.followup import baseline, conditions
from registry.followup.baseline import Window
from registry.followup.cumulative import Cumulative, cyclophosphamide
from registry.followup.facts import PatientFacts, VisitFact
from registry.followup.steroids import exposure
from registry.partial_date import PartialDate

VERSION = "baseline-gaps/1"
SLEDAI, PGA = "sledai_2k", "pga"
FEWEST_SCORES = 2  # before the course: one alone says nothing of regression to the mean
LOST = "can no longer be obtained, only found in the chart"
BEFORE_OR_CHART = "before the treatment starts, by a visit or from the chart, however old"
ANY_TIME = "can be given at any time"
NOT_TOO_LATE = "at any time, best before the treatment, while nobody knows how it ended"
FROM_THE_CHART = "at any time, from the patient or the chart"


@dataclass(frozen=True, slots=True)
class Beyond:
    """What the page knows of the patient beside the facts."""

    reason: str | None = None  # for the first course
    first_symptom_on: PartialDate | None = None
    biopsies: int = 0
    pregnancies: int = 0
    totals: tuple[PartialDate, ...] = ()  # of final SLEDAI-2K totals, partial dates included


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is not known; ``form`` names the form that fills it, ``about`` for what."""

    code: str
    what: str
    why: str
    until: str
    form: str
    about: str = ""
    lost: bool = False  # only to be found, no longer to be made


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything that the checks below look at."""

    patient: PatientFacts
    beyond: Beyond
    window: Window
    today: date
    said: dict[str, str] = field(default_factory=dict)  # condition → answer

    def asked(self, codes: Iterable[str]) -> bool:
        """Whether any of the conditions has an answer."""
        return any(code in self.said for code in codes)


def gaps(patient: PatientFacts, beyond: Beyond, today: date) -> list[Gap]:
    """Return what is missing, in the order in which it should be asked."""
    course = patient.courses[0] if patient.courses else None
    said = conditions.answers(condition.condition for condition in patient.conditions)
    known = _Known(patient, beyond, baseline.window(course, today), today, said)
    found = [gap for check in _CHECKS for gap in check(known)]
    return sorted(found, key=lambda gap: gap.lost)  # what can still be had comes first


def score_doubt(visit: VisitFact | None, instrument: str) -> str:
    """Return why a baseline value is not whole: incomplete, else nothing."""
    found = [a for a in (visit.assessments if visit else ()) if a.instrument == instrument]
    return "incomplete" if found and not found[0].complete else ""


def _measured(  # noqa: PLR0913 - each is part of what a gap says
    known: _Known, code: str, what: str, why: str, *, form: str, about: str = ""
) -> Gap:
    """Return a gap of something that has its days."""
    window = known.window
    if window.closed:
        until = LOST
    elif window.start is not None:
        until = f"on or before the course start, {window.start.words}"
    else:
        until = "before the treatment starts, at most 28 days earlier"
    return Gap(code, what, why, until, form, about, lost=window.closed)


def _askable(  # noqa: PLR0913 - each is part of what a gap says
    known: _Known, code: str, what: str, why: str, *, form: str, about: str = ""
) -> Gap:
    """Return a gap that a question or a look into the chart can fill."""
    until = FROM_THE_CHART if known.window.closed else NOT_TOO_LATE
    return Gap(code, what, why, until, form, about)


# --- measured: activity and laboratory ------------------------------------------------------


def _score(known: _Known, instrument: str, title: str, why: str) -> Iterator[Gap]:
    visit = baseline.scores(known.patient, known.today).get(instrument)
    if visit is not None:
        if score_doubt(visit, instrument):
            what = f"{title}: incomplete on {_words(visit)}"
            yield _measured(known, instrument, what, why, form="visit", about=visit.visit_id)
        return
    unsigned = [v for v in baseline.in_window(known.patient.visits, known.window) if not v.final]
    for visit in unsigned:
        if any(a.instrument == instrument for a in visit.assessments):
            what = f"{title}: recorded on {_words(visit)}, but not signed"
            until = "it counts once the visit is signed"
            yield Gap(instrument, what, why, until, "visit", visit.visit_id)
            return
    form = "earlier_score" if known.window.closed and instrument == SLEDAI else "new_visit"
    yield _measured(known, instrument, title, why, form=form)


def _sledai(known: _Known) -> Iterator[Gap]:
    why = "every change afterwards is counted from it"
    yield from _score(known, SLEDAI, "SLEDAI-2K at baseline", why)


def _pga(known: _Known) -> Iterator[Gap]:
    why = "a response also asks that it does not rise"
    yield from _score(known, PGA, "Physician global assessment at baseline", why)


def _laboratory(known: _Known) -> Iterator[Gap]:
    found = baseline.laboratory(known.patient, known.window)
    missing = [title for code, title in baseline.LABORATORY.items() if code not in found]
    if missing:
        why = "complement, antibodies, kidney and blood counts are compared with their own start"
        what = f"Laboratory at baseline: {', '.join(missing)}"
        yield _measured(known, "laboratory", what, why, form="laboratory")


def _two_scores(known: _Known) -> Iterator[Gap]:
    last = known.window.last
    count = len({on.text for on in known.beyond.totals if on.latest <= last})
    if count >= FEWEST_SCORES:
        return
    what = f"Activity scores before the treatment: {count} of at least {FEWEST_SCORES}"
    why = "patients are treated at their worst and then improve by chance as well"
    until = LOST if known.window.closed else BEFORE_OR_CHART
    yield Gap("two_scores", what, why, until, "earlier_score", lost=known.window.closed)


# --- asked: person, course, history ---------------------------------------------------------


def _person(known: _Known) -> Iterator[Gap]:
    if known.patient.birth_date is None:
        yield Gap("birth_date", "Birth date", "age at treatment", ANY_TIME, "facts")
    if known.patient.sle_diagnosed_on is None:
        yield Gap("sle_diagnosed_on", "Date of diagnosis", "disease duration", ANY_TIME, "facts")
    if known.beyond.first_symptom_on is None:
        why = "symptoms begin years before a diagnosis"
        yield Gap("first_symptom_on", "Date of the first symptom", why, ANY_TIME, "facts")


def _course(known: _Known) -> Iterator[Gap]:
    if not known.patient.courses:
        why = "every window before and after treatment is counted from it"
        yield Gap("course", "Treatment course", why, "before the treatment starts", "new_course")
        return
    if not known.beyond.reason:
        course = known.patient.courses[0].course_id
        form = "course" if course else "new_course"
        why = "shows who is chosen for treatment, and for what"
        yield _askable(known, "reason", "Reason for treatment", why, form=form, about=course)


def _organs(known: _Known) -> Iterator[Gap]:
    if not known.asked(conditions.ORGANS):
        why = "kidney, nerve and skin disease answer differently"
        yield _ask(known, "organs", "Organ involvement", why, conditions.ORGANS[0])
        return
    # Involved once is one thing; active at the start is what a treatment can change.
    unclear = [
        said.condition.replace("_", " ")
        for row in known.patient.conditions
        if (said := conditions.read(row.condition)).condition in conditions.ORGANS
        and said.answer == conditions.PRESENT
        and row.active is None
        and row.ended_on is None
    ]
    if unclear:
        what = f"Active or not at baseline: {', '.join(unclear)}"
        why = "only active disease can get better"
        yield _askable(known, "organ_activity", what, why, form="conditions")


def _ask(known: _Known, code: str, what: str, why: str, about: str) -> Gap:
    return _askable(known, code, what, why, form="condition", about=about)


def _earlier_cells(known: _Known) -> Iterator[Gap]:
    asked = {
        "prior_cell_therapy": "Earlier cell therapy, anywhere",
        "prior_stem_cell_transplant": "Earlier stem cell transplant, anywhere",
    }
    why = "its effects and harms would be taken for those of this treatment"
    for code, what in asked.items():
        if not known.asked((code,)):
            yield _ask(known, code, what, why, code)


def _risks(known: _Known) -> Iterator[Gap]:
    asked = (
        ("thrombosis", "Thrombosis", conditions.THROMBOSES),
        ("cancer", "Cancer", conditions.CANCERS),
        ("infections", "Serious or chronic infection", conditions.INFECTIONS),
    )
    why = "one afterwards can only be judged against the time before"
    for code, what, answers in asked:
        if not known.asked(answers):
            yield _ask(known, code, f"{what}: had before, or not", why, answers[0])


def _earlier_treatment(known: _Known) -> Iterator[Gap]:
    begun = [row for row in known.patient.medicines if row.started_on.earliest <= known.window.last]
    if not begun and "prior_immunosuppression" not in known.said:
        why = "who had failed much before differs from who had not"
        yield _askable(known, "prior_treatment", "Earlier treatment", why, form="medicine")
    total = cyclophosphamide(known.patient.medicines, known.window.treated_until)
    yield from _cyclophosphamide(known, total)
    if not begun:
        why = "without any medicine the steroid dose stays unknown; 0 mg is an answer"
        yield _askable(known, "steroid", "Steroid dose at baseline", why, form="medicine")
    elif exposure(known.patient.medicines, known.window.last).mean is None:
        why = "a lower dose afterwards is only as sure as the dose before"
        what = "Steroid dose at baseline: known only in part"
        yield _askable(known, "steroid", what, why, form="medicines")


def _cyclophosphamide(known: _Known, total: Cumulative) -> Iterator[Gap]:
    why = "those who respond may be those who had less of it"
    none = known.said.get("prior_immunosuppression") == conditions.ABSENT
    answer = known.said.get("prior_cyclophosphamide")
    if total.rows and total.exact is None:
        what = "Cumulative cyclophosphamide: known only in part"
        yield _askable(known, "cyclophosphamide", what, why, form="medicines")
    elif not total.rows and answer == conditions.PRESENT:
        what = "Cumulative cyclophosphamide: it was given, the doses are missing"
        yield _askable(known, "cyclophosphamide", what, why, form="medicine")
    elif not total.rows and answer is None and not none:
        what = "Cyclophosphamide: had before, or not"
        yield _ask(known, "cyclophosphamide", what, why, "prior_cyclophosphamide")


def _biopsies(known: _Known) -> Iterator[Gap]:
    nephritis = known.said.get("lupus_nephritis") == conditions.PRESENT
    if nephritis and not known.beyond.biopsies and not known.asked(("kidney_biopsy",)):
        why = "class and scars decide what a kidney can still gain"
        yield _askable(known, "biopsy", "Kidney biopsy, or that there was none", why, form="biopsy")


def _pregnancies(known: _Known) -> Iterator[Gap]:
    if known.patient.sex == "male" or known.beyond.pregnancies or known.asked(("pregnancy",)):
        return
    why = "losses belong to the disease, and later fertility is compared with them"
    what = "Pregnancies, or that there was none"
    yield _askable(known, "pregnancies", what, why, form="pregnancy")


def _words(visit: VisitFact) -> str:
    return PartialDate.on(visit.visited_on).words if visit.visited_on else "an unknown day"


_CHECKS: tuple[Callable[[_Known], Iterator[Gap]], ...] = (
    _course,
    _sledai,
    _pga,
    _laboratory,
    _two_scores,
    _earlier_cells,
    _organs,
    _earlier_treatment,
    _risks,
    _biopsies,
    _pregnancies,
    _person,
)
