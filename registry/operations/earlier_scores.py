"""Keep a historic SLEDAI-2K total as a visit of its day: a total without items, to be signed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from registry.followup import clocks
from registry.instruments.sledai_2k import INSTRUMENT as SLEDAI_2K
from registry.issued_codes import new_code
from registry.models import Assessment, Visit
from registry.operations.placing import check_life, placed
from registry.operations.refusing import refuse
from registry.partial_date import PartialDate
from registry.queries.history_page import courses_in_order
from registry.queries.scope import PatientInReach
from registry.queries.visit_form import same_day

TOTAL = "total"  # the item of the exchange format, which keeps the origin as its reason


def record_earlier_score(
    session: Session, patient: PatientInReach, values: Mapping[str, Any]
) -> Visit:
    """Add a visit with the total alone; it counts once it is signed, as any visit does."""
    check_life(patient, values, "visited_on")
    on = values["visited_on"]
    refuse(visited_on=_after_the_start(session, patient, on) or _taken(session, patient, on))
    place = placed(patient)
    facts = {name: values[name] for name in ("visited_on", "contact_mode", "assessor")}
    visit = Visit(code=new_code("V"), **place, attendance="done", **facts)
    session.add(visit)
    session.flush()
    session.add(Assessment(visit_id=visit.id, **place, **_total_only(values)))
    session.flush()
    return visit


def _total_only(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "instrument": SLEDAI_2K.code,
        "rule_version": SLEDAI_2K.version,
        "reasons": {TOTAL: values["found_in"]} if values["found_in"] else None,
        "total": SLEDAI_2K.validate_total(values["total"]),
        "complete": True,
        "total_only": True,
    }


def _after_the_start(session: Session, patient: PatientInReach, on: PartialDate) -> str | None:
    courses = courses_in_order(session, patient)
    start = clocks.course_start(courses[0]) if courses else None
    if start is None or not on.certainly_after(start):
        return None
    return (
        f"Date of the score: {on.words} is after the treatment began on {start.words}; "
        "log it as a visit, with its items"
    )


def _taken(session: Session, patient: PatientInReach, on: PartialDate) -> str | None:
    others = same_day(session, patient, on, "")
    if not others:
        return None
    return f"Date of the score: visit {others[0]} of that day exists already; use that one"
