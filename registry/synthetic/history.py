"""What an invented patient brings along: conditions, biopsies, pregnancies."""

from collections.abc import Iterator
from datetime import timedelta

from registry.synthetic.case import Case
from registry.synthetic.medicines import had_cyclophosphamide
from registry.synthetic.person import reduced
from registry.synthetic.rows import Row, Rows, chance, in_order

# A descriptor that only this organ's involvement brings.
ORGANS = (
    ("lupus_nephritis", "proteinuria"),
    ("mucocutaneous_lupus", "alopecia"),
    ("musculoskeletal_lupus", "arthritis"),
    ("haematological_lupus", "thrombocytopenia"),
    ("serositis", "pleurisy"),
    ("neuropsychiatric_lupus", "seizure"),
)
CLASSES = ("III (A/C)", "IV (A)", "IV (A/C)", "III (A/C) + V", "V")
# What was asked at the baseline and was not there; each is forgotten now and then.
ABSENT = (
    *("prior_cell_therapy", "prior_stem_cell_transplant", "thrombosis", "cancer"),
    *("serious_infection", "prior_cyclophosphamide", "pregnancy"),
)
NOT_ASKED_SHARE = 0.1
HYPERTENSION_SHARE = 0.25
BIOPSY_SHARE = 0.75
PREGNANCY_SHARE = 0.12
OUTCOMES = ("live_birth", "live_birth", "preterm_birth", "miscarriage")


def history_rows(case: Case, sex: str) -> Rows:
    """Yield the history, in the order of each file; none without consent."""
    if "consent_declined" in case.story.incidents:
        return
    pregnant = sex == "female" and chance(case.more, PREGNANCY_SHARE)
    yield from in_order("conditions.csv", [*_conditions(case), *_absent(case, sex, pregnant)])
    yield from in_order("biopsies.csv", _biopsies(case))
    if pregnant:
        yield "pregnancies.csv", _pregnancy(case)


def organs(case: Case) -> tuple[str, ...]:
    """Return the organs that the lupus of this patient has reached."""
    return tuple(code for code, sign in ORGANS if sign in case.disease.prevalence)


def _before(case: Case, first: int, last: int) -> str:
    day = case.baseline_on - timedelta(days=case.more.randint(first, last))
    return reduced(case.more, day)


def _conditions(case: Case) -> Iterator[Row]:
    for organ in organs(case):
        yield _condition(case, organ, onset_on=_before(case, 200, 380), active="true")
    if chance(case.more, HYPERTENSION_SHARE):
        yield _condition(case, "hypertension", onset_on=_before(case, 200, 380), active="true")
    if "prior_cell_therapy" in case.story.incidents:
        told = "Cells from umbilical cord at a clinic abroad; number and dose unknown"
        onset = _before(case, 400, 700)[:4]
        yield _condition(case, "prior_cell_therapy", onset_on=onset, detail=told)


def _absent(case: Case, sex: str, pregnant: bool) -> Iterator[Row]:
    """Yield what was asked and was not there, never against what another row says."""
    told = {"prior_cell_therapy"} & case.story.incidents
    if pregnant or sex == "male":
        told |= {"pregnancy"}
    if had_cyclophosphamide(case):
        told |= {"prior_cyclophosphamide"}
    for code in ABSENT:
        if code not in told and not chance(case.more, NOT_ASKED_SHARE):
            yield _condition(case, f"no_{code}", active="false")


def _condition(case: Case, code: str, **more: str) -> Row:
    return {"patient_id": case.code, "condition": code, **more}


def _biopsies(case: Case) -> Iterator[Row]:
    if "lupus_nephritis" not in organs(case) or not chance(case.more, BIOPSY_SHARE):
        return
    day = case.baseline_on - timedelta(days=case.more.randint(20, 380))
    yield {
        "patient_id": case.code,
        "taken_on": day.isoformat(),
        "classes": case.more.choice(CLASSES),
        "activity_index": str(case.more.randint(3, 14)),
        "chronicity_index": str(case.more.randint(0, 6)),
        "scheme": "ISN/RPS 2018",
    }


def _pregnancy(case: Case) -> Row:
    outcome = case.more.choice(OUTCOMES)
    began = case.baseline_on - timedelta(days=case.more.randint(500, 900))
    weeks = {"live_birth": 39, "preterm_birth": 33, "miscarriage": 9}[outcome]
    return {
        "patient_id": case.code,
        "began_on": began.isoformat()[:7],
        "ended_on": (began + timedelta(weeks=weeks)).isoformat(),
        "outcome": outcome,
    }
