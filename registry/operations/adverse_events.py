"""Record, report and change an adverse event; every save keeps the whole case as a version."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, rules
from registry.adverse import rules as event_rules
from registry.adverse import terms
from registry.errors import InvalidRecordError
from registry.forms.adverse_event import Graded
from registry.issued_codes import new_code
from registry.models import (
    AdverseEvent,
    Infusion,
    InfusionLot,
    Lot,
    Visit,
)
from registry.operations.event_versions import FACTS, keep_first, keep_version, set_parts
from registry.operations.placing import placed, replace
from registry.operations.refusing import refuse
from registry.partial_date import PartialDate
from registry.queries.scope import PatientInReach
from registry.queries.sites import time_zone_of

DRAFT, REPORTED = "draft", "reported"
FIRST = "First report"
Values = Mapping[str, Any]


def record_event(  # noqa: PLR0913 - where it happened, what is said, and by whom
    session: Session,
    patient: PatientInReach | None,
    values: Values,
    by: str,
    *,
    site_id: int | None = None,
    visit_id: UUID | None = None,
    draft: bool = False,
    item: str | None = None,
) -> AdverseEvent:
    """Add an event of a patient, or of a lot at ``site_id``; a draft counts nowhere.

    ``item`` names the fixed question of a visit that it answers.
    """
    facts = _facts(session, patient, values, draft=draft)
    place = placed(patient) if patient else {"site_id": site_id, "source": "form"}
    event = AdverseEvent(
        code=new_code("E"),
        state=DRAFT if draft else REPORTED,
        visit_id=visit_id,
        **place,
        **facts,
    )
    _note_registry(session, event)
    session.add(event)
    session.flush()
    set_parts(session, event, values, by)
    keep_version(session, event, by, FIRST, event.site_aware_at, item=item)
    return event


def change_event(  # noqa: PLR0913 - as above
    session: Session,
    patient: PatientInReach | None,
    event: AdverseEvent,
    values: Values,
    by: str,
    *,
    draft: bool = False,
) -> None:
    """Replace what a case says and keep the new version; a reported one stays reported."""
    reporting = event.state == DRAFT and not draft
    facts = _facts(session, patient, values, draft=event.state == DRAFT and draft)
    keep_first(session, event)
    replace(event, facts)
    if reporting:
        event.state = REPORTED
    _note_registry(session, event)
    # The case is one thing to two editors: its version rises whatever part of it changed.
    event.row_version = AdverseEvent.row_version + 1
    set_parts(session, event, values, by)
    session.flush()
    session.refresh(event)
    keep_version(session, event, by, values.get("what_is_new"), values.get("aware_at"))


def void_event(session: Session, event: AdverseEvent, by: str, reason: str) -> None:
    """Take a case out of every list, count and file; it stays readable in the trail."""
    event.voided_at, event.voided_by, event.void_reason = clock.now(), by, reason
    session.flush()


def visit_of(session: Session, patient: PatientInReach, code: str) -> Visit | None:
    """Return the visit of this patient that the address names, or None."""
    if not code.isprintable():
        return None
    visit = session.scalar(
        select(Visit).where(
            Visit.code == code, Visit.patient_id == patient.id, Visit.voided_at.is_(None)
        )
    )
    seen = patient.row_sites
    return visit if visit and (seen is None or visit.site_id in seen) else None


def _facts(
    session: Session, patient: PatientInReach | None, values: Values, *, draft: bool
) -> dict[str, Any]:
    """Return the columns of the event; raises InvalidRecordError with a sentence per field."""
    facts = {name: values[name] for name in FACTS}
    if facts["grade"] is None and values["grades"]:
        facts["grade"] = max(graded.grade for graded in values["grades"])
    facts["serious"] = True if values["seriousness"] else facts["serious"]
    facts |= _coded(facts)
    facts["seriousness"] = ";".join(values["seriousness"]) or None
    _check(patient, facts, values, draft=draft)
    infusion = _infusion(session, patient, values.get("infusion"))
    facts["infusion_id"] = infusion.id if infusion else None
    facts["lot_id"] = _lot_id(session, values.get("lot"), infusion)
    return facts


def _coded(facts: Values) -> dict[str, Any]:
    """Return what completes a term of the list: dictionary, version, spelling, class, scale."""
    found = terms.find(facts["term"])
    said = facts["dictionary"], facts["dictionary_version"]
    if found is None or not (said == (None, None) or terms.is_listed(*said)):
        return {}
    return {
        "term": found.name,
        "dictionary": terms.DICTIONARY,
        "dictionary_version": terms.VERSION,
        "soc": facts["soc"] or found.soc,
        "scale": facts["scale"] or (terms.SCALE if facts["grade"] else None),
    }


def _check(patient: PatientInReach | None, facts: Values, values: Values, *, draft: bool) -> None:
    coded = facts["term"], facts["dictionary"], facts["dictionary_version"]
    refuse(
        grade=event_rules.grade_that_does_not_exist(*coded, facts["grade"])
        or event_rules.worst_below_history(facts["grade"], [g.grade for g in values["grades"]]),
        serious=event_rules.criteria_without_serious(values["serious"], values["seriousness"]),
        **_dictionary_problems(facts),
        **event_rules.dates(
            facts["started_on"],
            facts["ended_on"],
            patient.birth_date if patient else None,
            patient.death_on if patient else None,
        ),
        **_history_problems(coded, values["grades"], facts["started_on"]),
        # A draft may still be unfinished; what is reported may not contradict itself.
        **(
            {}
            if draft
            else event_rules.fatal_together(facts["grade"], facts["outcome"], values["seriousness"])
        ),
    )


def _dictionary_problems(facts: Values) -> dict[str, str | None]:
    """Return what a dictionary lacks: its term, or its version, on which the grades depend."""
    needed = {
        "term": "Coded term: this is needed with a dictionary",
        "dictionary_version": "Version of the dictionary: this is needed with a dictionary",
    }
    return {name: needed[name] for name in needed if facts["dictionary"] and not facts[name]}


def _history_problems(
    coded: tuple[Any, Any, Any], grades: Iterable[Graded], onset: PartialDate | None
) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for graded in grades:
        n = graded.row
        wrong = event_rules.grade_that_does_not_exist(*coded, graded.grade)
        found[f"graded_{n}"] = wrong and f"Grade, row {n}: {wrong.removeprefix('Grade: ')}"
        order = rules.out_of_order(onset, graded.on, "the onset on")
        found[f"graded_on_{n}"] = order and f"From, row {n}: {order}"
    return found


def _infusion(
    session: Session, patient: PatientInReach | None, code: str | None
) -> Infusion | None:
    if code is None or patient is None:
        return None
    return session.execute(
        select(Infusion).where(Infusion.code == code, Infusion.patient_id == patient.id)
    ).scalar_one()


def _lot_id(session: Session, code: str | None, infusion: Infusion | None) -> UUID | None:
    """Return the lot named; with an infusion it is one of its own, and its only one by default."""
    given = _lots_of(session, infusion.id) if infusion else {}
    if code is None:
        return next(iter(given.values())) if len(given) == 1 else None
    if given and code not in given:
        named = ", ".join(given)
        raise InvalidRecordError({"lot": f"Lot: {code} is not of this infusion; it had {named}"})
    lot_id = session.scalar(select(Lot.id).where(Lot.code == code, Lot.voided_at.is_(None)))
    if lot_id is None:
        raise InvalidRecordError({"lot": f"Lot: no lot “{code}” is known; record the lot first"})
    return lot_id


def _lots_of(session: Session, infusion: UUID) -> dict[str, UUID]:
    rows = session.execute(
        select(Lot.code, Lot.id)
        .join(InfusionLot, InfusionLot.lot_id == Lot.id)
        .where(InfusionLot.infusion_id == infusion)
        .order_by(InfusionLot.ordinal)
    )
    return {row.code: row.id for row in rows}


def _note_registry(session: Session, event: AdverseEvent) -> None:
    """Let the registry be aware from the moment a site reports here, unless it says otherwise."""
    if event.state != REPORTED or event.registry_aware_at is not None:
        return
    zone = time_zone_of(session, event.site_id) if event.site_id is not None else None
    now = clock.now().astimezone(ZoneInfo(zone or "UTC"))
    event.registry_aware_at = PartialDate.parse(now.isoformat(timespec="minutes"), allow_time=True)
