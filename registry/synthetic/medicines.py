"""Medicines of an invented patient: the steroid taper first, then the background treatment."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from registry.synthetic.case import Case, months
from registry.synthetic.person import reduced
from registry.synthetic.rows import Row, Rows, chance
from registry.synthetic.stories import RELAPSE, UNTREATED, Story

Steps = tuple[tuple[float, float], ...]  # months after day 0, share of the starting dose

TAPER: Steps = ((1, 0.75), (3, 0.5), (6, 0.33), (12, 0.25))
TAPER_AND_RISE: Steps = ((1, 0.75), (3, 0.5), (10, 1.2), (15, 0.75))
NO_TAPER: Steps = ((4, 0.9),)
CYCLOPHOSPHAMIDE_SHARE = 0.3
PULSES, PULSE_DAYS = 6, 14  # of 500 mg
TWICE_A_DAY_FROM_MG = 10
STARTING_MG = (7.5, 10.0, 12.5, 15.0, 15.0, 20.0, 25.0, 30.0)
BACKGROUND = (
    ("hydroxychloroquine", 0.85, "200", ("1", "2")),
    ("mycophenolate mofetil", 0.5, "500", ("2", "4")),
    ("azathioprine", 0.12, "50", ("2",)),
)


def medicine_rows(case: Case) -> Rows:
    """Yield the medicines, numbered in the order of the file; none without consent."""
    if "consent_declined" in case.story.incidents:
        return
    rows = [*_steroids(case), *_background(case), *_cyclophosphamide(case)]
    if "pulse" in case.story.incidents:
        rows.append(_pulse(case))
    rows.sort(key=lambda row: (row["drug"], row["started_on"]))
    for number, row in enumerate(rows, start=1):
        row["patient_id"] = case.code
        row["medication_id"] = f"{case.code}-M{number:02d}"
        yield "medications.csv", row


def _steps(story: Story) -> Steps:
    if not story.product or story.curve is UNTREATED:
        return ()
    if story.curve is RELAPSE:
        return TAPER_AND_RISE
    return TAPER if story.curve[-1][1] < story.curve[0][1] / 2 else NO_TAPER


def _steroids(case: Case) -> list[Row]:
    """Return one row per period of one dose; each ends the day before the next begins."""
    drug = case.rng.choice(("prednisone", "prednisone", "prednisolone"))
    dose = case.rng.choice(STARTING_MG)
    begun = case.baseline_on - timedelta(days=case.rng.randint(150, 900))
    doses: list[tuple[date, float]] = [(begun, dose)]
    for month, share in _steps(case.story):
        day = case.day_0 + months(month) + timedelta(days=case.rng.randint(-5, 5))
        changed = round(dose * share / 2.5) * 2.5
        if day < case.last_day and changed != doses[-1][1]:
            doses.append((day, changed))
    return [
        _period(case, drug, started, mg, doses[place + 1][0] if place + 1 < len(doses) else None)
        for place, (started, mg) in enumerate(doses)
    ]


def _period(case: Case, drug: str, started: date, mg: float, following: date | None) -> Row:
    first = started < case.baseline_on
    row = {
        "drug": drug,
        "started_on": started.isoformat()[: 7 if first else 10],
        "unit": "mg",
        "route": "oral",
        "ended_on": _ended_on(case, following),
    }
    if first and "unknown_dose" in case.story.incidents:
        return row
    if chance(case.rng, 0.5):
        return row | {"daily_dose": _mg(mg)}
    halves = mg >= TWICE_A_DAY_FROM_MG and mg % 5 == 0
    return row | {"dose": _mg(mg / 2 if halves else mg), "per_day": "2" if halves else "1"}


def _mg(value: float) -> str:
    return f"{value:g}"


def _ended_on(case: Case, following: date | None) -> str:
    if following is not None:
        return (following - timedelta(days=1)).isoformat()
    ending = case.story.ending
    return case.last_day.isoformat() if ending and ending.status == "died" else ""


def _pulse(case: Case) -> Row:
    first = case.day_0 + months(2)
    return {
        "drug": "methylprednisolone",
        "started_on": first.isoformat(),
        "dose": "500",
        "unit": "mg",
        "per_day": "1",
        "route": "iv",
        "pulse": "true",
        "ended_on": (first + timedelta(days=2)).isoformat(),
        "reason": "Flare of nephritis",
    }


def _background(case: Case) -> list[Row]:
    rows = []
    for drug, share, dose, intakes in BACKGROUND:
        if not chance(case.rng, share):
            continue
        started = case.baseline_on - timedelta(days=case.rng.randint(200, 2000))
        rows.append(
            {
                "drug": drug,
                "started_on": reduced(case.rng, started),
                "dose": dose,
                "unit": "mg",
                "per_day": case.rng.choice(intakes),
                "route": "oral",
                "ended_on": _ended_on(case, None),
            }
        )
    return rows


def had_cyclophosphamide(case: Case) -> bool:
    """Whether cyclophosphamide was tried before; asked by the history too."""
    return chance(Random(f"{case.code} cyclophosphamide"), CYCLOPHOSPHAMIDE_SHARE)  # noqa: S311


def _cyclophosphamide(case: Case) -> Iterator[Row]:
    """Yield an earlier course of small pulses, which failed."""
    if not had_cyclophosphamide(case):
        return
    first = case.baseline_on - timedelta(days=case.more.randint(250, 900))
    for number in range(PULSES):
        day = (first + timedelta(days=PULSE_DAYS * number)).isoformat()
        yield {
            "drug": "cyclophosphamide",
            "started_on": day,
            "dose": "500",
            "unit": "mg",
            "per_day": "1",
            "route": "iv",
            "pulse": "true",
            "ended_on": day,
            "reason": "Lupus nephritis",
            "stop_reason": "Planned end" if number + 1 == PULSES else "",
        }
