"""The steroid dose stated at a visit, among the medicine rows: one dose for each day.

A stated dose takes over from the row in force, which then ends the day before; taken out again
(the visit is voided, moved or corrected) it hands its days back. So no day is left without a dose
that was never stopped, and none is counted twice. Pulses and as-needed rows stand apart.
"""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.errors import InvalidRecordError
from registry.followup.steroids import daily_mg, is_steroid, pulses
from registry.forms.visit import Steroid
from registry.models import Medication, Visit
from registry.partial_date import PartialDate
from registry.queries.patient_facts import medicine_fact
from registry.queries.patient_page import MedicationRow, medications_of
from registry.queries.scope import PatientInReach

MG, ORAL, DRUG_OF_NONE = "mg", "oral", "prednisone"
NONE_TAKEN = "no steroid taken at the visit"
SAYS_OTHERWISE = "the visit says otherwise now"
ONE_DAY = timedelta(days=1)


def steroid_of(session: Session, visit: Visit) -> Medication | None:
    """Return the steroid row that this visit recorded, if it did."""
    return session.scalar(
        select(Medication).where(Medication.visit_id == visit.id, Medication.voided_at.is_(None))
    )


def set_steroid(
    session: Session, patient: PatientInReach, visit: Visit, steroid: Steroid | None, by: str
) -> None:
    """Make the medicine rows say what the visit says; ``by`` voids a row that it says no more."""
    own, day = steroid_of(session, visit), visit.visited_on
    if own is not None and (steroid is None or own.started_on != day):
        take_out(session, own)
        own.voided_at, own.voided_by, own.void_reason = clock.now(), by, SAYS_OTHERWISE
        session.flush()
        own = None
    if steroid is None or day is None:
        return
    if own is None:
        _add(session, patient, visit, steroid)
    else:
        _state(own, day, steroid)
    session.flush()


def take_out(session: Session, own: Medication) -> None:
    """Give the days of a row that no longer holds back to the row that it took over from."""
    for row in session.scalars(
        select(Medication).where(
            Medication.patient_id == own.patient_id,
            Medication.voided_at.is_(None),
            Medication.stop_reason == _next_from(own.started_on),
        )
    ):
        row.ended_on, row.stop_reason = own.ended_on, own.stop_reason
    session.flush()


def dose_of_a_visit(session: Session, row: Medication) -> str | None:
    """Return a sentence when a visit states the dose: a signature may cover it."""
    if row.visit_id is None:
        return None
    visit = session.get_one(Visit, row.visit_id)
    return f"This dose was stated at visit {visit.code}; change or amend that visit instead"


def _next_from(start: PartialDate) -> str:
    """Return the stop reason that marks an end made here; an end typed by a person stays."""
    return f"next dose from {start}"


def _add(session: Session, patient: PatientInReach, visit: Visit, steroid: Steroid) -> None:
    day = visit.visited_on
    if day is None or _starts_then(session, patient, day.earliest, steroid):
        return
    ended_on, stop_reason = _take_over(session, patient, day, steroid)
    row = Medication(
        patient_id=visit.patient_id,
        enrolment_id=visit.enrolment_id,
        site_id=visit.site_id,
        source="form",
        visit_id=visit.id,
        ended_on=ended_on,
        stop_reason=stop_reason,
    )
    _state(row, day, steroid)
    session.add(row)


def _state(row: Medication, day: PartialDate, steroid: Steroid) -> None:
    row.started_on, row.daily_dose, row.unit, row.route = day, steroid.daily_mg, MG, ORAL
    row.drug = steroid.drug or DRUG_OF_NONE
    row.reason = None if steroid.drug else NONE_TAKEN


def _starts_then(session: Session, patient: PatientInReach, on: date, steroid: Steroid) -> bool:
    """Whether another row states the same dose from that very day; refuse when it states another.

    Two statements about one day contradict each other, and only a person can say which holds.
    """
    found = [row for row in _rows(session, patient) if row.started_on.earliest == on]
    if not found:
        return False
    if len(found) == 1 and _says(found[0], steroid):
        return True
    raise InvalidRecordError(
        {
            "steroid.daily_dose": f"Daily dose: {_words(found)} is recorded from that very day; "
            "leave this empty, or correct it among the medicines"
        }
    )


def _says(row: MedicationRow, steroid: Steroid) -> bool:
    if steroid.drug is None:
        return daily_mg(medicine_fact(row)) == 0
    same_drug = row.drug.strip().casefold() == steroid.drug.casefold()
    return same_drug and row.unit == MG and row.daily_dose == steroid.daily_mg


def _take_over(
    session: Session, patient: PatientInReach, day: PartialDate, steroid: Steroid
) -> tuple[PartialDate | None, str | None]:
    """End what was taken until now the day before; return until when the new dose holds, and why.

    At whichever site a row was recorded: nobody takes two doses by accident.
    """
    on, rows = day.earliest, _rows(session, patient)
    in_force = [row for row in rows if row.started_on.earliest < on and _lasts_to(row, on)]
    beyond = [row for row in in_force if _lasts_to(row, on + ONE_DAY)]
    if len(beyond) > 1 and steroid.drug is not None:
        raise InvalidRecordError(
            {
                "steroid.drug": f"Steroid: {_words(beyond)} are taken on that day; leave this "
                "empty and change them among the medicines"
            }
        )
    until = _until(session, beyond, [row for row in rows if row.started_on.earliest > on])
    for row in in_force:
        stored = session.get_one(Medication, row.id)
        stored.ended_on = PartialDate.on(on - ONE_DAY)
        stored.stop_reason = _next_from(day) if row in beyond else stored.stop_reason
    return until


def _until(
    session: Session, beyond: list[MedicationRow], later: list[MedicationRow]
) -> tuple[PartialDate | None, str | None]:
    """Return the end inherited from the row in force, or the day before the next known dose."""
    last = max(beyond, key=_last_day, default=None)
    ended_on = last.ended_on if last else None
    following = min(later, key=lambda row: row.started_on.earliest, default=None)
    if following and (ended_on is None or ended_on.latest >= following.started_on.earliest):
        the_day_before = following.started_on.earliest - ONE_DAY
        return PartialDate.on(the_day_before), _next_from(following.started_on)
    return ended_on, session.get_one(Medication, last.id).stop_reason if last else None


def _last_day(row: MedicationRow) -> date:
    return row.ended_on.latest if row.ended_on else date.max


def _lasts_to(row: MedicationRow, on: date) -> bool:
    """Whether the row certainly goes on to that day: an unsure end is nobody's to sharpen."""
    return row.ended_on is None or row.ended_on.earliest >= on


def _rows(session: Session, patient: PatientInReach) -> list[MedicationRow]:
    """Return the steroid rows that state a dose for every day."""
    rows = [row for row in medications_of(session, patient) if not row.as_needed]
    facts = {row.id: medicine_fact(row) for row in rows}
    return [row for row in rows if is_steroid(facts[row.id]) and not pulses([facts[row.id]])]


def _words(rows: list[MedicationRow]) -> str:
    return " and ".join(
        f"{row.drug} {row.daily_dose} {row.unit or ''}".strip()
        if row.daily_dose is not None
        else row.drug
        for row in rows
    )
