"""Rows about the invented person: demographics, status history, enrolments and consent."""

from datetime import date, timedelta
from random import Random

from registry.synthetic.case import Case
from registry.synthetic.rows import Row, Rows, chance

WOMEN = 0.9
CONSENT_SCOPES = "registry;research"


def person_rows(case: Case) -> Rows:
    """Yield the person's rows, file by file."""
    yield "patients.csv", _patient(case)
    yield from _earlier_statuses(case)
    yield from _later_enrolments(case)
    yield from _consents(case)


def reduced(rng: Random, day: date) -> str:
    """Return the day, its month or its year, as such dates are remembered."""
    return day.isoformat()[: rng.choice((4, 7, 10, 10))]


def _patient(case: Case) -> Row:
    rng = case.rng
    born = case.day_0 - timedelta(days=rng.randint(18 * 366, 58 * 365))
    ill = timedelta(days=rng.randint(400, min(15 * 365, (case.day_0 - born).days - 12 * 365)))
    diagnosed = case.day_0 - ill
    ending = case.story.ending
    dead = ending is not None and ending.status == "died"
    row = {
        "patient_id": case.code,
        "site_code": case.site.code,
        "sex": "female" if chance(rng, WOMEN) else "male",
        "enrolled_on": case.enrolled_on.isoformat(),
        "birth_date": reduced(rng, born),
        "first_symptom_on": (diagnosed - timedelta(days=rng.randint(380, 900))).isoformat()[:4],
        "sle_diagnosed_on": reduced(rng, diagnosed),
        # Left empty now and then: the registry derives it from the dates.
        "ascertainment": case.story.ascertainment if chance(rng, 0.8) else "",
        "last_known_alive_on": "" if dead else case.last_day.isoformat(),
    }
    return row | _latest_status(case)


def _latest_status(case: Case) -> Row:
    ending = case.story.ending
    if ending is None:
        since = case.transferred_on or case.enrolled_on
        return {"status": "active", "status_on": since.isoformat()}
    row = {"status": ending.status, "status_on": _ended_on(case).isoformat()}
    if ending.status == "died":
        row |= {"death_on": case.last_day.isoformat(), "death_cause": ending.cause}
    return row


def _ended_on(case: Case) -> date:
    if "consent_declined" in case.story.incidents:
        return case.enrolled_on + timedelta(days=7)
    return case.last_day


def _earlier_statuses(case: Case) -> Rows:
    """Yield the history; the latest status is in ``patients.csv`` unless it has a reason."""
    history = []
    if case.transferred_on is not None:
        left = case.transferred_on - timedelta(days=1)
        history.append(("active", case.enrolled_on, ""))
        history.append(("transferred", left, "Moved to another city"))
    ending = case.story.ending
    if ending is not None:
        history.append(("active", case.enrolled_on, ""))
        if ending.reason:
            history.append((ending.status, _ended_on(case), ending.reason))
    for status, day, reason in sorted(history):
        row = {"patient_id": case.code, "status": status, "on": day.isoformat(), "reason": reason}
        yield "patient_status.csv", row


def _later_enrolments(case: Case) -> Rows:
    """Yield both enrolments of a transfer; a single open one is in ``patients.csv``."""
    if case.transferred_on is None:
        return
    stays = [
        (case.site.code, case.enrolled_on, case.transferred_on - timedelta(days=1)),
        (case.next_site.code, case.transferred_on, None),
    ]
    for site_code, first, last in sorted(stays, key=lambda stay: stay[0]):
        yield (
            "enrolments.csv",
            {
                "patient_id": case.code,
                "site_code": site_code,
                "from_on": first.isoformat(),
                "to_on": last.isoformat() if last else "",
            },
        )


def _consents(case: Case) -> Rows:
    incidents = case.story.incidents
    if "consent_not_recorded" in incidents:
        return
    if "consent_declined" in incidents:
        yield _consent(case, "declined", _ended_on(case))
        return
    yield _consent(case, "given", case.enrolled_on)
    if "consent_withdrawn" in incidents:
        yield _consent(case, "withdrawn", case.last_day)


def _consent(case: Case, decision: str, day: date) -> tuple[str, Row]:
    row = {
        "patient_id": case.code,
        "version": "1.0",
        "decision": decision,
        "decided_on": day.isoformat(),
        "scopes": CONSENT_SCOPES if decision == "given" else "",
    }
    return "consents.csv", row
