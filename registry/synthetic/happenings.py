"""Flares, intercurrent events and attempts to reach an invented patient."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from registry.synthetic.case import Case, months
from registry.synthetic.history import organs
from registry.synthetic.rows import Row, Rows, chance, in_order
from registry.synthetic.stories import RELAPSE
from registry.synthetic.treatment import Given

EARLIER_FLARES = (2, 2, 1, 1, 0)  # in the year before the baseline
SEVERITIES = ("mild", "moderate", "moderate", "severe")
NO_ANSWER = (("phone", "No answer"), ("phone", "No answer"), ("other", "Letter came back"))
FLARE_OR_NOT = timedelta(days=75)
# Where the patient's lupus is → where it flares.
FLARES_IN = {
    "mucocutaneous_lupus": "mucocutaneous",
    "musculoskeletal_lupus": "musculoskeletal",
    "lupus_nephritis": "renal",
    "neuropsychiatric_lupus": "neurological",
    "serositis": "serositis",
}


def happening_rows(case: Case, given: Sequence[Given]) -> Rows:
    """Yield what happened beside visits, in the order of each file; nothing without consent."""
    if "consent_declined" in case.story.incidents:
        return
    flares = sorted(_flares(case), key=lambda row: row["onset_on"])
    for number, flare in enumerate(flares, start=1):
        row = {"flare_id": f"{case.code}-F{number}", "patient_id": case.code, **flare}
        yield "flares.csv", row
    yield from in_order("intercurrent_events.csv", _intercurrent(case, given))
    yield from in_order("contacts.csv", _contacts(case))


def _flares(case: Case) -> Iterator[Row]:
    for number in range(case.more.choice(EARLIER_FLARES)):
        yield _flare(case, -(100 + 130 * number + case.more.randint(0, 60)), "chart")
    if not case.infused:
        return
    after = {"relapse": case.more.randint(290, 330)} if case.story.curve is RELAPSE else {}
    if "flare_or_not" in case.story.incidents:
        after["patient"] = FLARE_OR_NOT.days
    for source, days in after.items():
        if case.day_0 + timedelta(days=days) <= case.last_day:
            yield _flare(case, days, "patient" if source == "patient" else "visit")


def _flare(case: Case, days: int, source: str) -> Row:
    onset = case.day_0 + timedelta(days=days)
    ended = onset + timedelta(days=case.more.randint(20, 60))
    places = {FLARES_IN.get(organ, "constitutional") for organ in organs(case)}
    reached = sorted(places) or ["constitutional"]
    return {
        "onset_on": onset.isoformat()[: 7 if source == "chart" else 10],
        "ended_on": ended.isoformat() if ended <= case.last_day else "",
        "severity": case.more.choice(SEVERITIES),
        "organs": ";".join(sorted(case.more.sample(reached, min(2, len(reached))))),
        "source": source,
        "treatment": "Prednisone raised" if source == "visit" else "",
    }


def _intercurrent(case: Case, given: Sequence[Given]) -> Iterator[Row]:
    if not given:
        return
    row = {"patient_id": case.code, "course_id": given[0].course_id, "planned": "false"}
    if "pulse" in case.story.incidents:
        day = case.day_0 + months(2)
        yield row | {"type": "steroid_pulse", "on": day.isoformat(), "reason": "Nephritis"}
    if case.story.curve is RELAPSE and chance(case.more, 0.5):
        day = case.day_0 + months(11)
        if day <= case.last_day:
            yield row | {"type": "new_immunosuppressant", "on": day.isoformat(), "reason": "Flare"}


def _contacts(case: Case) -> Iterator[Row]:
    ending = case.story.ending
    if ending is None or ending.status != "lost":
        return
    offset = case.site_on(case.last_day).offset
    for number, (mode, result) in enumerate(NO_ANSWER):
        day = case.last_day - timedelta(days=30 - 10 * number)
        attempted = f"{day.isoformat()}T10:{number}5{offset}" if mode == "phone" else str(day)
        yield {
            "patient_id": case.code,
            "attempted_at": attempted,
            "mode": mode,
            "result": result,
        }
