"""Intercurrent rules: what may happen between day 0 and an assessment, judged from stored facts.

A rule answers yes, no, or None where the facts leave it open.  Medicines count as known once the
patient has any medicine row; with none, every rule about them is open.  A row that begins on the
day of an event recorded as planned is exempt, and so is whatever began by day 0: conditioning,
bridging and premedication.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from registry.followup import clocks, immunosuppression, oral_steroids, steroids
from registry.followup.cumulative import is_cyclophosphamide
from registry.followup.facts import CourseFact, MedicineFact, PatientFacts
from registry.followup.immunosuppression import mg_a_day
from registry.followup.oral_steroids import Dose
from registry.followup.timepoints import BASELINE_DAYS
from registry.partial_date import PartialDate

VERSION = "intercurrent/1"
TRANSPLANTS = frozenset({"hsc", "car_t"})

Known = bool | None  # None where it could not be judged


@dataclass(frozen=True)
class After:
    """One patient between day 0 of the main course and the assessment.

    ``until`` is the last day that counts: the day before the visit (what begins at a visit
    follows its assessment), or the last day of the window where nobody was seen.
    """

    patient: PatientFacts
    course: CourseFact
    day_0: PartialDate
    until: date

    def has(self, on: PartialDate, from_day: int = 1) -> Known:
        """Whether a date lies from this day after day 0 to the assessment."""
        first, surely = (
            day + timedelta(days=from_day) for day in (self.day_0.earliest, self.day_0.latest)
        )
        if on.latest < first or on.earliest > self.until:
            return False
        return True if surely <= on.earliest and on.latest <= self.until else None

    def day(self, number: int) -> date:
        """Return a day after day 0, as late as day 0 can be."""
        return self.day_0.latest + timedelta(days=number)

    @cached_property
    def start(self) -> PartialDate:
        """When the course began: what is in force then is the baseline treatment."""
        return clocks.course_start(self.course) or self.day_0

    @cached_property
    def infused_on(self) -> frozenset[date]:
        """The days on which a product was given."""
        days = (given.started_at.exact for given in self.course.infusions)
        return frozenset(day for day in days if day)

    @cached_property
    def medicines(self) -> Sequence[MedicineFact] | None:
        """The rows that no planned event explains; None where nobody recorded any medicine."""
        if not self.patient.medicines:
            return None
        planned = {event.on.exact for event in self.patient.intercurrent if event.planned}
        return [
            row
            for row in self.patient.medicines
            if row.started_on.exact is None or row.started_on.exact not in planned
        ]


@dataclass(frozen=True, slots=True)
class Failure:
    """A named rule of a protocol: a patient to whom this happened did not respond.

    ``judge`` reads medicines and courses; an unplanned event recorded as one of ``types`` from
    ``from_day`` on says the same.
    """

    name: str
    title: str
    judge: Callable[[After], Known]
    settings: str  # in words, printed with every result
    types: tuple[str, ...] = ()
    from_day: int = 1

    def happened(self, after: After) -> Known:
        """Whether it happened in the period; None where the facts leave it open."""
        return any_of((self.judge(after), recorded(after, *self.types, from_day=self.from_day)))


def any_of(found: Iterable[Known]) -> Known:
    """Return true as soon as one is true, false when none can be, else None."""
    answers = tuple(found)
    if True in answers:
        return True
    return None if None in answers else False


def recorded(after: After, *types: str, from_day: int = 1) -> Known:
    """Whether an unplanned event of these types is on record in the period."""
    events = (e for e in after.patient.intercurrent if e.type in types and not e.planned)
    return any_of(after.has(event.on, from_day) for event in events)


def _by_medicine(after: After, judge: "_Judge") -> Known:
    """Judge each row of a listed medicine beside the other rows of the same one."""
    if after.medicines is None:
        return None
    found: dict[str, list[MedicineFact]] = {}
    for row in after.medicines:
        drug = immunosuppression.which(row)
        if drug and not is_cyclophosphamide(row.drug):  # that has a rule of its own
            found.setdefault(drug, []).append(row)
    return any_of(
        judge(after, row, [other for other in rows if other is not row])
        for rows in found.values()
        for row in rows
    )


_Judge = Callable[[After, MedicineFact, Sequence[MedicineFact]], Known]


def _in_force(after: After, row: MedicineFact) -> Known:
    """Whether a row was treatment at baseline: taken in the 28 days before, or with the course."""
    first = after.start.earliest - timedelta(days=BASELINE_DAYS)
    if row.started_on.earliest > after.day_0.latest:
        return False
    if row.ended_on is not None and row.ended_on.latest < first:
        return False
    certain = row.started_on.latest <= after.day_0.earliest
    return True if certain and (row.ended_on is None or row.ended_on.earliest >= first) else None


def _is_new(after: After, row: MedicineFact, others: Sequence[MedicineFact]) -> Known:
    begins = after.has(row.started_on)
    before = any_of(_in_force(after, other) for other in others)
    if begins is False or before is True:
        return False
    return begins if before is False else None


def _is_raised(after: After, row: MedicineFact, others: Sequence[MedicineFact]) -> Known:
    """Whether a row is above the highest dose of the same medicine at baseline, row by row."""
    begins = after.has(row.started_on)
    before = [other for other in others if _in_force(after, other)]
    if begins is False or not before:  # without a dose before it is new, which has its own rule
        return False
    dose, doses = mg_a_day(row), [mg_a_day(other) for other in before]
    known = [given for given in doses if given is not None]
    if dose is None or len(known) < len(doses):
        return None
    return begins if dose > max(known) else False


def _cyclophosphamide(after: After) -> Known:
    if after.medicines is None:
        return None
    rows = (row for row in after.medicines if is_cyclophosphamide(row.drug))
    return any_of(_given_after(after, row) for row in rows)


def _given_after(after: After, row: MedicineFact) -> Known:
    begins = after.has(row.started_on)
    with_course = row.started_on.earliest >= after.start.earliest
    if begins is not False or with_course:
        return begins
    # Begun before the course: was it still given after day 0?
    if row.ended_on is None:
        return None
    if row.ended_on.latest <= after.day_0.earliest:
        return False
    return True if row.ended_on.earliest > after.day_0.latest else None


def _another_course(after: After) -> Known:
    others = (c for c in after.patient.courses if c.course_id != after.course.course_id)
    return any_of(_counts(after, course) for course in others)


def _counts(after: After, course: CourseFact) -> Known:
    given = clocks.day_0_on(course)
    if given is None:
        return False
    planned = any(e.planned and e.course_id == course.course_id for e in after.patient.intercurrent)
    transplant = any(infusion.cell_type in TRANSPLANTS for infusion in course.infusions)
    return False if planned and not transplant else after.has(given)


def _oral_above(after: After, limit: Dose, from_day: int) -> Known:
    if after.medicines is None:
        return None
    first = after.day(from_day)
    taken = oral_steroids.highest(after.medicines, first, after.until, after.infused_on)
    return taken.above(limit)


def _above_baseline(after: After) -> Known:
    before = oral_steroids.at_baseline(after.patient.medicines, after.start)
    return _oral_above(after, before, 1)


NEW_TREATMENT = Failure(
    "new_treatment",
    "New immunosuppressant or biologic",
    lambda after: _by_medicine(after, _is_new),
    "not taken in the 28 days before the course; planned conditioning exempt; names by "
    f"{immunosuppression.VERSION}",
    types=("new_immunosuppressant", "new_biologic"),
)
DOSE_ABOVE_BASELINE = Failure(
    "dose_above_baseline",
    "Immunosuppressant or biologic above the dose at baseline",
    lambda after: _by_medicine(after, _is_raised),
    "above the highest daily dose of the 28 days before the course, row by row",
    types=("dose_above_baseline",),
)
ANOTHER_COURSE = Failure(
    "another_course",
    "Second unplanned course, or HSC or CAR-T cells",
    _another_course,
    "a course is planned where an event of that course says so; HSC and CAR-T always count",
    types=("unplanned_course", "transplant"),
)
CYCLOPHOSPHAMIDE = Failure(
    "cyclophosphamide",
    "Cyclophosphamide",
    _cyclophosphamide,
    "given after day 0; what was begun with the course is its conditioning",
    types=("cyclophosphamide",),
)
STEROID_ABOVE_BASELINE = Failure(
    "steroid_above_baseline",
    "Oral prednisone above baseline",
    _above_baseline,
    "any day above the mean of the 28 days before the course, or above the dose of the last of "
    f"them where that is higher (policy, {oral_steroids.VERSION})",
    types=("steroid_above_baseline",),
)


def recorded_failure(*types: str) -> Failure:
    """Return the rule that a failure which only an event tells of is no response.

    The responders count it as well: who failed by theirs does not respond by an end point of them.
    """
    return Failure(
        "treatment_failure",
        "Treatment failure or rescue recorded",
        lambda after: False,
        "recorded as an unplanned event: " + ", ".join(types),
        types=types,
    )


def pulse_after(day: int) -> Failure:
    """Return the rule that a steroid pulse later than this day is no response."""

    def judge(after: After) -> Known:
        rows = after.medicines
        if rows is None:
            return None
        return steroids.any_pulse(rows, after.day(day + 1), after.until)

    return Failure(
        "pulse",
        f"Steroid pulse after day {day}",
        judge,
        f"on day {day + 1} or later",
        types=("steroid_pulse", "rescue_steroids"),
        from_day=day + 1,
    )


def steroid_above(mg: Decimal, from_day: int, words: str, *types: str) -> Failure:
    """Return the rule that an oral dose above ``mg`` on any day from this one is no response.

    ``words`` end its title.
    """
    limit = Dose(mg, mg)
    return Failure(
        "steroid_above_ceiling",
        f"Oral prednisone above {mg} mg {words}",
        lambda after: _oral_above(after, limit, from_day),
        f"above {mg} mg prednisone-equivalent on any day from day {from_day}",
        types=types,
    )
