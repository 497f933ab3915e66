"""Visits of an invented patient: planned ones done, missed or by telephone, and what was scored."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from registry.synthetic.assessments import assessment_rows, historic_total
from registry.synthetic.case import Case
from registry.synthetic.inquiries import Inquiries
from registry.synthetic.rows import Row, Rows, chance

# timepoint, days after day 0, spread of the actual visit: inside the analysis window
FOLLOW_UP = (
    ("month_1", 30, 5),
    ("month_3", 91, 10),
    ("month_6", 182, 14),
    ("month_9", 274, 14),
    ("month_12", 365, 20),
    ("month_18", 547, 25),
    ("month_24", 730, 30),
    ("year_3", 1096, 40),
    ("year_4", 1461, 40),
    ("year_5", 1826, 40),
)
# Safety only: activity is not expected there.
SAFETY = (("day_0", 0, 0), ("day_1", 1, 0), ("day_7", 7, 0), ("day_14", 14, 1))
# After transplantation these days take the place of the first and third month.
HSC_DAYS = {"month_1": ("day_28", 28, 0), "month_3": ("day_100", 100, 4)}
LEAD_IN = (("screening", -125), ("unscheduled", -60))
# Read from the chart of some: two dates and totals from the year before.
FROM_CHART = ((-430, 60), (-270, 60))
CHART_READ = 3  # of so many patients one
OVERDUE_DAYS = 200
MISSED_SHARE = 0.07
PHONE_SHARE = 0.06
WHY_MISSED = ("Travelling", "No transport", "Admitted elsewhere", "Clinic closed", "Felt well")
ASSESSORS = ("treating_clinic", "treating_clinic", "independent_rheumatologist", "blinded")


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit to be written; a day without activity has no scores."""

    timepoint: str
    day: date
    scored: bool = True


def visit_rows(case: Case, inquiries: Inquiries) -> Rows:
    """Yield visits in order of time with their assessments and the answers about harm."""
    yield from _from_chart(case)
    for number, planned in enumerate(_planned(case), start=1):
        visit_id = f"{case.code}-V{number:02d}"
        row = {
            "visit_id": visit_id,
            "patient_id": case.code,
            "site_code": case.site_on(planned.day).code,
            "timepoint": planned.timepoint,
        }
        if _is_missed(case, planned):
            row |= {"attendance": "missed", "reason": case.rng.choice(WHY_MISSED)}
            yield "visits.csv", row
            continue
        done = row | _done(case, planned)
        yield "visits.csv", done
        asked = inquiries.rows(visit_id, planned.day)
        if planned.scored:
            remote = done["contact_mode"] != "in_person"
            found = assessment_rows(case, visit_id, planned.timepoint, planned.day, remote)
            yield from _in_file_order(asked, found)
        else:
            yield from asked


def _from_chart(case: Case) -> Rows:
    """Yield visits of the year before as a chart tells them: a total without its items."""
    if case.number % CHART_READ or not case.infused or case.story.ascertainment == "retrospective":
        return
    for number, (days, spread) in enumerate(FROM_CHART, start=1):
        day = case.day_0 + timedelta(days=days + case.more.randint(0, spread))
        visit_id = f"{case.code}-C{number}"
        yield (
            "visits.csv",
            {
                "visit_id": visit_id,
                "patient_id": case.code,
                "site_code": case.site.code,
                "visited_on": day.isoformat(),
                "timepoint": "unscheduled",
                "attendance": "done",
                "contact_mode": "in_person",
                "assessor": "treating_clinic",
            },
        )
        yield "assessments.csv", historic_total(visit_id, 2 * case.more.randint(2, 8))


def _in_file_order(asked: Rows, found: Rows) -> Rows:
    """Yield the rows of one visit by file, and within a file by instrument."""
    rows = [*asked, *found]
    rows.sort(key=lambda row: (row[0], row[1].get("instrument", "")))
    yield from rows


def _planned(case: Case) -> Iterator[Planned]:
    if "consent_declined" in case.story.incidents:
        return
    if case.story.lead_in:
        for timepoint, days in LEAD_IN:
            yield Planned(timepoint, case.baseline_on + timedelta(days=days))
    yield Planned("baseline", case.baseline_on)
    if not case.infused:
        return
    for timepoint, days, spread in (*SAFETY, *FOLLOW_UP):
        replaced = case.story.product == "hsc" and timepoint in HSC_DAYS
        code, target, width = HSC_DAYS[timepoint] if replaced else (timepoint, days, spread)
        day = case.day_0 + timedelta(days=target + case.rng.randint(-width, width))
        if day <= _last_recorded(case):
            yield Planned(code, day, scored=(timepoint, days, spread) in FOLLOW_UP)


def _last_recorded(case: Case) -> date:
    late = OVERDUE_DAYS if "overdue" in case.story.incidents else 0
    return case.last_day - timedelta(days=late)


def _is_missed(case: Case, planned: Planned) -> bool:
    # The first three months are planned as part of the treatment; people come.
    late = planned.day > case.day_0 + timedelta(days=80)
    closed = planned.day < _last_recorded(case) - timedelta(days=90)
    return late and closed and chance(case.rng, MISSED_SHARE)


def _done(case: Case, planned: Planned) -> Row:
    return {
        "visited_on": planned.day.isoformat(),
        "attendance": "done",
        "contact_mode": _contact_mode(case, planned),
        "assessor": case.rng.choice(ASSESSORS),
    }


def _contact_mode(case: Case, planned: Planned) -> str:
    if planned.timepoint == "day_1":
        return "phone"
    if not planned.scored or planned.timepoint in ("screening", "baseline"):
        return "in_person"
    share = 0.6 if "remote_visits" in case.story.incidents else PHONE_SHARE
    return case.rng.choice(("phone", "video")) if chance(case.rng, share) else "in_person"
