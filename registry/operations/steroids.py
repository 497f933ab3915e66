"""The steroid dose stated at a visit, among the medicine rows: one dose for each day.

At an open visit the statement is only kept: it counts nowhere and changes no other row. When the
visit is signed it takes over from the row in force; taken out again (the visit is moved or
corrected by an amendment) it hands its days back. So no day is left without a dose that was never
stopped, and none is counted twice.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from registry import clock
from registry.errors import InvalidRecordError
from registry.forms.visit import Steroid
from registry.models import Medication, Patient, Visit
from registry.operations import dose_periods
from registry.operations.dose_periods import MG, NONE_TAKEN
from registry.operations.finality import is_closed
from registry.partial_date import PartialDate
from registry.queries.final_visits import of_no_draft
from registry.queries.patient_page import MedicationRow, medications_of
from registry.queries.scope import PatientInReach

ORAL, DRUG_OF_NONE = "oral", "prednisone"
SAYS_OTHERWISE = "the visit says otherwise now"


def steroid_of(session: Session, visit: Visit) -> Medication | None:
    """Return the steroid row that this visit recorded, if it did."""
    return session.scalar(
        select(Medication).where(Medication.visit_id == visit.id, Medication.voided_at.is_(None))
    )


def set_steroid(
    session: Session, patient: PatientInReach, visit: Visit, steroid: Steroid | None, by: str
) -> None:
    """Keep what the visit says; ``by`` voids a row that it says no more.

    Other rows change only where the visit is final. Raises InvalidRecordError with a sentence at
    the field where the dose cannot begin on that day.
    """
    own, day, final = steroid_of(session, visit), visit.visited_on, is_closed(visit)
    if final:
        alone(session, visit.patient_id)
    if steroid is None or day is None:
        _withdraw(session, own, by)
    elif final and own is not None and own.started_on == day:
        _state(own, day, steroid)  # its days are taken over already
    else:
        if own is not None:
            _release(session, own)
        row = own or _row_of(visit)
        _state(row, day, steroid)
        if not _keep(session, patient, row, final=final):
            _void(own, by)
    session.flush()


def take_effect(session: Session, patient: PatientInReach, visit: Visit) -> None:
    """Let the dose of a visit count, in the transaction that signs it.

    Raises InvalidRecordError with a sentence for the page to sign where it cannot.
    """
    own = steroid_of(session, visit)
    if own is None:
        return
    alone(session, own.patient_id)
    rows = _other_doses(session, patient, own)
    found = dose_periods.objection(rows, own)
    if found is not None:
        raise InvalidRecordError({"": found.at_signing})
    _take_over(session, rows, own)
    session.flush()


def take_out(session: Session, own: Medication) -> bool:
    """Give the days of a row that no longer holds back to the row that it took over from.

    Not where another dose begins on that very day: then that one holds from there.
    """
    ended, _ = _ended_for(session, own, own.started_on)
    for row in ended:
        row.ended_on, row.stop_reason = own.ended_on, own.stop_reason
    session.flush()
    return bool(ended)


def follow(session: Session, own: Medication, began: PartialDate) -> None:
    """Let the doses that ended for a row go on to its new start, or to the next one before it.

    ``began`` is the start that it had; where it states no dose any more, they go on as it does.
    """
    ended, doses = _ended_for(session, own, began)
    doses += [own] if dose_periods.states_every_day(own) else []
    for row in ended:
        row.ended_on, row.stop_reason = dose_periods.goes_on(row, own, doses)
    session.flush()


def alone(session: Session, patient_id: UUID) -> None:
    """Let nobody else change which doses of the patient count, until the commit (PostgreSQL).

    Two who do so at once would not see each other's dose: both would hold, or a dose would end for
    one that is taken out.  Not a lock that rows of the patient added meanwhile would wait for.
    """
    mine = select(Patient.id).where(Patient.id == patient_id)
    session.execute(mine.with_for_update(key_share=True))


def hand_back_of_open_visits(session: Session) -> int:
    """Undo what earlier versions did for visits that nobody has signed; return how many doses.

    They let such a dose count at once. Left out now, it would leave days without any dose, which
    count as 0 mg; so the row before it goes on until the visit is signed.
    """
    of_open: ColumnElement[bool] = ~of_no_draft(Medication.visit_id)
    stated = select(Medication).where(Medication.voided_at.is_(None), of_open)
    found = session.scalars(stated.order_by(Medication.id)).all()
    in_order = sorted(found, key=lambda row: row.started_on.earliest)
    return sum(_release(session, own) for own in in_order)


def dose_of_a_visit(session: Session, row: Medication) -> str | None:
    """Return a sentence when a visit states the dose: a signature may cover it."""
    if row.visit_id is None:
        return None
    visit = session.get_one(Visit, row.visit_id)
    return f"This dose was stated at visit {visit.code}; change or amend that visit instead"


def dose_of_an_open_visit(session: Session, row: Medication) -> str | None:
    """Return a sentence when nobody has signed the visit that states the dose."""
    if row.visit_id is None or is_closed(session.get_one(Visit, row.visit_id)):
        return None
    return dose_of_a_visit(session, row)


def _row_of(visit: Visit) -> Medication:
    return Medication(
        patient_id=visit.patient_id,
        enrolment_id=visit.enrolment_id,
        site_id=visit.site_id,
        source="form",
        visit_id=visit.id,
    )


def _keep(session: Session, patient: PatientInReach, own: Medication, *, final: bool) -> bool:
    """Keep the statement, and let it take over where the visit is final.

    False, and nothing kept, where another row says the same of that very day: it counts once.
    """
    rows = _other_doses(session, patient, own)
    if dose_periods.said_already(rows, own):
        return False
    found = dose_periods.objection(rows, own)
    if found is not None:
        raise InvalidRecordError({found.field: found.at_field})
    if final:
        _take_over(session, rows, own)
    session.add(own)
    return True


def _withdraw(session: Session, own: Medication | None, by: str) -> None:
    if own is not None:
        take_out(session, own)
        _void(own, by)


def _void(own: Medication | None, by: str) -> None:
    if own is not None:
        own.voided_at, own.voided_by, own.void_reason = clock.now(), by, SAYS_OTHERWISE


def _release(session: Session, own: Medication) -> bool:
    """Hand back the days that a row took, and with them the end that it inherited."""
    handed_back = take_out(session, own)
    if handed_back or dose_periods.made_here(own.stop_reason):
        own.ended_on = own.stop_reason = None
        session.flush()
    return handed_back


def _state(row: Medication, day: PartialDate, steroid: Steroid) -> None:
    row.started_on, row.daily_dose, row.unit, row.route = day, steroid.daily_mg, MG, ORAL
    row.drug = steroid.drug or DRUG_OF_NONE
    row.reason = None if steroid.drug else NONE_TAKEN


def _ended_for(
    session: Session, own: Medication, began: PartialDate
) -> tuple[list[Medication], list[Medication]]:
    """Return the rows that ended because a row began on that day, and the doses beside it.

    None where another dose begins on that very day: then they ended for that one.
    """
    alone(session, own.patient_id)
    rows = session.scalars(
        select(Medication).where(
            Medication.patient_id == own.patient_id,
            Medication.id != own.id,
            Medication.voided_at.is_(None),
            of_no_draft(Medication.visit_id),
        )
    ).all()
    doses = [row for row in rows if dose_periods.states_every_day(row)]
    if any(row.started_on == began for row in doses):
        return [], doses
    return [row for row in rows if row.stop_reason == dose_periods.next_from(began)], doses


def _other_doses(session: Session, patient: PatientInReach, own: Medication) -> list[MedicationRow]:
    """Return the doses that count beside one."""
    rows = medications_of(session, patient)
    return dose_periods.doses(row for row in rows if row.id != own.id)


def _take_over(session: Session, rows: list[MedicationRow], own: Medication) -> None:
    made = dose_periods.take_over(rows, own)
    for key, end in made.before.items():
        row = session.get_one(Medication, key)
        row.ended_on, row.stop_reason = end
    own.ended_on, own.stop_reason = made.own
