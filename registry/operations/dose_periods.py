"""PURE. What a steroid dose that begins on a day does to the rows before it, and how long it holds.

It takes over from the row in force, which then ends the day before; a row that is not certainly
in force on that day keeps its end. Pulses and as-needed rows stand apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from registry.followup.steroids import daily_mg, is_steroid, pulses
from registry.models import Medication
from registry.models.medication import NEXT_DOSE
from registry.partial_date import PartialDate
from registry.queries.patient_facts import medicine_fact
from registry.queries.patient_page import MedicationRow

MG = "mg"
NONE_TAKEN = "no steroid taken at the visit"
ONE_DAY = timedelta(days=1)

Stated = Medication | MedicationRow  # the row of the visit that states a dose
End = tuple[PartialDate | None, str | None]  # last day, and why the dose was stopped


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a dose cannot begin on its day: only a person can say which statement holds."""

    field: str
    label: str
    what: str
    remedy: str

    @property
    def at_field(self) -> str:
        """Return the sentence beside the field of the form."""
        return f"{self.label}: {self.what}; {self.remedy}"

    @property
    def at_signing(self) -> str:
        """Return the sentence where the visit is read and signed."""
        return (
            f"The steroid dose of this visit cannot count: {self.what}. Before anybody signs, "
            "change the visit and leave its dose empty, or correct the other one."
        )


@dataclass(frozen=True, slots=True)
class TakeOver:
    """What changes when a dose begins: the ends of rows before it, by key, and its own."""

    before: Mapping[UUID, End]
    own: End


def doses(rows: Iterable[MedicationRow]) -> list[MedicationRow]:
    """Return the steroid rows that count and state a dose for every day."""
    return [row for row in rows if row.counts and states_every_day(row)]


def states_every_day(row: Stated) -> bool:
    """Whether it is a systemic steroid that is neither a pulse nor taken only as needed."""
    fact = medicine_fact(row)
    return is_steroid(fact) and not row.as_needed and not pulses([fact])


def next_from(start: PartialDate) -> str:
    """Return the stop reason that marks an end made here; an end typed by a person stays."""
    return f"{NEXT_DOSE}{start}"


def made_here(stop_reason: str | None) -> bool:
    """Whether an end follows from another dose, and nobody typed it."""
    return (stop_reason or "").startswith(NEXT_DOSE)


def said_already(rows: Iterable[MedicationRow], own: Stated) -> bool:
    """Whether another row states the same dose from that very day: then it counts once."""
    found = _from_that_day(rows, own)
    return len(found) == 1 and _says(found[0], own)


def objection(rows: Sequence[MedicationRow], own: Stated) -> Objection | None:
    """Return what stands against the dose: another one of that day, or two that it would end."""
    found = _from_that_day(rows, own)
    if found:
        what = f"{_words(found)} is recorded from that very day"
        remedy = "leave this empty, or correct it among the medicines"
        return Objection("steroid.daily_dose", "Daily dose", what, remedy)
    beyond = _beyond(rows, own.started_on.earliest)
    if len(beyond) > 1 and own.reason != NONE_TAKEN:
        what = f"{_words(beyond)} are taken on that day"
        remedy = "leave this empty and change them among the medicines"
        return Objection("steroid.drug", "Steroid", what, remedy)
    return None


def objection_at(rows: Sequence[MedicationRow], visit_id: UUID) -> Objection | None:
    """Return what stands against the dose that an open visit states, if it states one."""
    own = _of_open_visit(rows, visit_id)
    return None if own is None else objection(doses(rows), own)


def take_over(rows: Sequence[MedicationRow], own: Stated) -> TakeOver:
    """Return the ends that a dose makes: what was taken until now ends the day before.

    At whichever site a row was recorded: nobody takes two doses by accident.
    """
    on = own.started_on.earliest
    in_force = [row for row in rows if row.started_on.earliest < on and _lasts_to(row, on)]
    beyond = _beyond(rows, on)
    the_day_before = PartialDate.on(on - ONE_DAY)
    before = {
        row.id: (the_day_before, next_from(own.started_on) if row in beyond else row.stop_reason)
        for row in in_force
    }
    later = [row for row in rows if row.started_on.earliest > on]
    return TakeOver(before, _until(own, beyond, later))


def goes_on(row: Stated, own: Stated, doses: Iterable[Stated]) -> End:
    """Return how long a dose lasts that had ended for another one, which begins elsewhere now."""
    later = [one for one in doses if one.started_on.earliest > row.started_on.earliest]
    return _before_the_next(own, later)


def as_if_final(rows: Sequence[MedicationRow], visit_id: UUID) -> tuple[MedicationRow, ...]:
    """Return the rows as they will stand once a visit is signed.

    As they are where it states no dose, or one that cannot begin on its day.
    """
    own, others = _of_open_visit(rows, visit_id), doses(rows)
    if own is None or objection(others, own) is not None:
        return tuple(rows)
    made = take_over(others, own)
    ends = {**made.before, own.id: made.own}
    final = (replace(row, open_visit=None) if row is own else row for row in rows)
    return tuple(_ended(row, *ends[row.id]) if row.id in ends else row for row in final)


def _of_open_visit(rows: Iterable[MedicationRow], visit_id: UUID) -> MedicationRow | None:
    return next((row for row in rows if row.visit_id == visit_id and not row.counts), None)


def _ended(row: MedicationRow, on: PartialDate | None, why: str | None) -> MedicationRow:
    return replace(row, ended_on=on, stop_reason=why)


def _from_that_day(rows: Iterable[MedicationRow], own: Stated) -> list[MedicationRow]:
    return [row for row in rows if row.started_on.earliest == own.started_on.earliest]


def _beyond(rows: Iterable[MedicationRow], on: date) -> list[MedicationRow]:
    """Return the rows begun before a day that are certainly in force after it too."""
    begun = (row for row in rows if row.started_on.earliest < on)
    return [row for row in begun if _lasts_to(row, on + ONE_DAY)]


def _lasts_to(row: MedicationRow, on: date) -> bool:
    """Whether the row certainly goes on to that day: an unsure end is nobody's to sharpen."""
    return row.ended_on is None or row.ended_on.earliest >= on


def _says(row: MedicationRow, own: Stated) -> bool:
    if own.reason == NONE_TAKEN:
        return daily_mg(medicine_fact(row)) == 0
    same_drug = row.drug.strip().casefold() == own.drug.casefold()
    return same_drug and row.unit == MG and row.daily_dose == own.daily_dose


def _until(own: Stated, beyond: list[MedicationRow], later: Sequence[Stated]) -> End:
    """Return the end inherited from the row in force, or the day before the next known dose."""
    # Without a row in force its own end stays: an earlier version, or a person, wrote one.
    last = max(beyond, key=_last_day, default=own)
    return _before_the_next(last, later)


def _before_the_next(last: Stated, later: Sequence[Stated]) -> End:
    ended_on = last.ended_on
    following = min(later, key=lambda row: row.started_on.earliest, default=None)
    if following and (ended_on is None or ended_on.latest >= following.started_on.earliest):
        the_day_before = following.started_on.earliest - ONE_DAY
        return PartialDate.on(the_day_before), next_from(following.started_on)
    return ended_on, last.stop_reason


def _last_day(row: Stated) -> date:
    return row.ended_on.latest if row.ended_on else date.max


def _words(rows: list[MedicationRow]) -> str:
    return " and ".join(
        f"{row.drug} {row.daily_dose} {row.unit or ''}".strip()
        if row.daily_dose is not None
        else row.drug
        for row in rows
    )
