"""Steroid exposure from the medicine history: mean daily dose and pulses.

Unit: mg prednisone-equivalent per day.  Window: the 28 days before a day, the day itself left
out (policy).  Topical, inhaled and intra-articular routes and budesonide are not counted; a pulse
is kept apart from the mean.  A steroid named as premedication of an infusion counts as a pulse,
whatever its dose, until 28 days after it (policy).  Partial dates, as-needed medicines and doses
that cannot be converted leave a lower and an upper bound, never a guess.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from registry.followup.facts import InfusionFact, MedicineFact
from registry.followup.schedules import a_day
from registry.instruments._three_valued import any_of
from registry.instruments.glucocorticoids import (
    EQUAL_TO_5_MG,
    PULSE_MG,
    PULSE_ROUTES,
    WINDOW_DAYS,
    is_counted,
    is_large_or_depot,
    name_of,
    prednisone_equivalent,
)
from registry.partial_date import PartialDate

VERSION = "steroids/2"
# Brand names and salts that the table does not know: not to be mistaken for no steroid.
_LOOKS_LIKE = ("predni", "cortiso", "dexameth", "betameth", "triamcin", "deflaz", "medrol")
_GOES_ON_AS = {"prednisone": "prednisolone"}  # of which it is the prodrug, milligram by milligram
_NOT_GLUCOCORTICOIDS = ("fludrocortisone",)
_MG_PER_UNIT = {"": 1, "mg": 1, "g": 1000}
_UNITS_PER_MG = {"mcg": 1000, "ug": 1000, "µg": 1000, "μg": 1000}
_ROUNDING = Decimal("1e-9")  # a third of a milligram never ends; cut-offs are compared above this


@dataclass(frozen=True, slots=True)
class Exposure:
    """The steroid dose before a day; ``high`` is None where no upper bound can be given."""

    known: bool  # False: the patient has no medicine row at all
    low: Decimal
    high: Decimal | None
    pulse: bool | None  # None: possible, but the dates or doses do not decide

    @property
    def mean(self) -> Decimal | None:
        """The mean daily dose, where both bounds agree."""
        return self.low if self.known and self.low == self.high else None


def is_steroid(medicine: MedicineFact) -> bool:
    """Whether the row counts as a systemic glucocorticoid, convertible or not."""
    return _is_systemic(medicine.drug, medicine.route)


@lru_cache(maxsize=1024)  # a few names by a few routes, asked again for every visit
def _is_systemic(drug: str, route: str | None) -> bool:
    known = name_of(drug) in EQUAL_TO_5_MG
    return (known or looks_like_steroid(drug)) and is_counted(drug, route)


def looks_like_steroid(drug: str) -> bool:
    """Whether an unknown name is probably a brand or salt of a steroid; such a dose is unknown."""
    name = name_of(drug)
    if name in EQUAL_TO_5_MG or any(part in name for part in _NOT_GLUCOCORTICOIDS):
        return False
    return any(part in name for part in _LOOKS_LIKE)


def daily_mg(medicine: MedicineFact) -> Decimal | None:
    """Return prednisone-equivalent mg per day; ``daily_dose`` wins over ``dose`` x ``per_day``."""
    amount = medicine.daily_dose
    if amount is None and medicine.dose is not None and medicine.per_day is not None:
        amount = a_day(medicine.dose, medicine.per_day)
    return _equivalent(medicine, amount)


def largest_mg(medicine: MedicineFact) -> Decimal | None:
    """Return prednisone-equivalent mg of the largest day that the row states.

    One intake on a day is enough, so a row without intakes per day is judged by its dose.
    """
    amounts = (daily_mg(medicine), _equivalent(medicine, medicine.dose))
    return max((mg for mg in amounts if mg is not None), default=None)


def dose_disagrees(medicine: MedicineFact) -> bool:
    """Whether ``daily_dose`` is not ``dose`` x ``per_day``: the first is used, with a warning."""
    if medicine.daily_dose is None or medicine.dose is None or medicine.per_day is None:
        return False
    return medicine.daily_dose != a_day(medicine.dose, medicine.per_day)


def warnings(medicines: Iterable[MedicineFact]) -> list[str]:
    """Say which steroid rows were understood only in part."""
    return [
        f"{row.drug} from {row.started_on}: {doubt}"
        for row in medicines
        if is_steroid(row)
        for doubt in _doubts(row)
    ]


def _doubts(row: MedicineFact) -> Iterator[str]:
    if dose_disagrees(row):
        yield "the daily dose is not dose times intakes; the daily dose is used"
    if looks_like_steroid(row.drug):
        yield "no prednisone equivalent is known; its dose counts as unknown"
    elif is_pulse(row):
        if row.ended_on is None:
            yield "a pulse without an end date may have been repeated"
    elif daily_mg(row) is None:
        yield "no daily dose in mg; it counts as unknown"


def exposure(
    medicines: Sequence[MedicineFact], day: date, infusions: Iterable[InfusionFact] = ()
) -> Exposure:
    """Return the mean dose and any pulse in the 28 days before the day.

    Any medicine row makes the history known: then no steroid row in the window is 0 mg. The
    premedication of ``infusions`` is looked at for steroids.
    """
    first, last = day - timedelta(days=WINDOW_DAYS), day - timedelta(days=1)
    near = [row for row in medicines if is_steroid(row) and _may_overlap(row, first, last)]
    rows = [row for row in handed_over(near) if _may_overlap(row, first, last)] if near else []
    low, high = Decimal(0), Decimal(0) if medicines else None
    for row in rows:
        if is_pulse(row):
            continue
        mg, shortest, longest = daily_mg(row), _days(row, first, last), _most(row, first, last)
        low += Decimal(0) if mg is None or row.as_needed else mg * shortest
        high = None if mg is None or high is None else high + mg * longest
    return Exposure(
        known=bool(medicines),
        low=_mean(low),
        high=None if high is None else _mean(high),
        pulse=any_of(
            _any_pulse(rows, first, last) if medicines else None,
            _premedicated(infusions, first, last),
        ),
    )


def pulses(medicines: Iterable[MedicineFact]) -> list[MedicineFact]:
    """Return the rows that are pulses, which no mean and no step contains."""
    return [row for row in medicines if is_steroid(row) and is_pulse(row)]


def _equivalent(medicine: MedicineFact, amount: Decimal | None) -> Decimal | None:
    if amount is None or name_of(medicine.drug) not in EQUAL_TO_5_MG:
        return None
    unit = (medicine.unit or "").strip().casefold()
    if unit in _MG_PER_UNIT:
        return prednisone_equivalent(medicine.drug, amount * _MG_PER_UNIT[unit])
    if unit in _UNITS_PER_MG:
        return prednisone_equivalent(medicine.drug, amount / _UNITS_PER_MG[unit])
    return None  # tablets, mg/kg: cannot be converted


def is_pulse(medicine: MedicineFact) -> bool:
    """Whether a row is a pulse: labelled so, 100 mg or more by vein or muscle, or a depot."""
    if medicine.pulse:
        return True
    return is_large_or_depot(medicine.drug, medicine.route, largest_mg(medicine))


def any_pulse(medicines: Iterable[MedicineFact], first: date, last: date) -> bool | None:
    """Whether a pulse was given from first to last; None where the rows do not decide."""
    rows = [row for row in medicines if is_steroid(row) and _may_overlap(row, first, last)]
    return _any_pulse(rows, first, last)


def _may_be_pulse(row: MedicineFact) -> bool:
    """Whether a row by vein or muscle has no dose that would show it was not a pulse."""
    return row.route in PULSE_ROUTES and daily_mg(row) is None


def _any_pulse(rows: Sequence[MedicineFact], first: date, last: date) -> bool | None:
    possible = [row for row in rows if is_pulse(row) or _may_be_pulse(row)]
    given = (row for row in possible if is_pulse(row) and not row.as_needed)
    if any(_certainly_in(row, first, last) for row in given):
        return True
    return any_of(None if possible else False, _together(rows, first, last))


def _together(rows: Iterable[MedicineFact], first: date, last: date) -> bool | None:
    """Whether smaller doses by vein or muscle come to a pulse on one day."""
    small = [row for row in rows if row.route in PULSE_ROUTES and not is_pulse(row)]
    certain = [
        (row, row.started_on.latest, (row.ended_on or row.started_on).earliest)
        for row in small
        if not row.as_needed
    ]
    possible = [
        (row, row.started_on.earliest, row.ended_on.latest if row.ended_on else date.max)
        for row in small
    ]
    if _most_on_a_day(certain, first, last) >= PULSE_MG:
        return True
    return None if _most_on_a_day(possible, first, last) >= PULSE_MG else False


def _most_on_a_day(
    taken: Sequence[tuple[MedicineFact, date, date]], first: date, last: date
) -> Decimal:
    """Return the highest sum of any day; it can only rise where a row begins."""
    days = {max(since, first) for _, since, _ in taken}
    sums = (
        sum((daily_mg(row) or Decimal(0) for row, a, b in taken if a <= day <= b), Decimal(0))
        for day in days
        if day <= last
    )
    return max(sums, default=Decimal(0))


def _premedicated(infusions: Iterable[InfusionFact], first: date, last: date) -> bool | None:
    """Whether a steroid was named as the premedication of an infusion in the window."""
    days = [row.started_at for row in infusions if names_steroid(row.premedication or "")]
    possible = [on for on in days if on.earliest <= last and on.latest >= first]
    if any(first <= on.earliest and on.latest <= last for on in possible):
        return True
    return None if possible else False


@lru_cache(maxsize=1024)  # a few habits of a few sites
def names_steroid(text: str) -> bool:
    """Whether free words name a systemic steroid: “Prednisolone 50 mg, paracetamol 1 g”."""
    words = "".join(letter if letter.isalpha() else " " for letter in text).split()
    return any(_is_systemic(word, None) for word in words)


def handed_over(medicines: Sequence[MedicineFact]) -> list[MedicineFact]:
    """Return the steroid rows; a row ends the day before the same drug is written anew.

    A taper is written as "10 mg until the 1st, 5 mg from the 1st"; nobody takes both that day.
    Prednisone goes on as prednisolone, and no route is by mouth.
    """
    steroids = [row for row in medicines if is_steroid(row)]
    if len(steroids) <= 1:
        return steroids
    starts = {(*_line(row), row.started_on.exact) for row in steroids}
    return [_shortened(row, starts) for row in steroids]


def _line(row: MedicineFact) -> tuple[str, str]:
    """Return what makes rows one treatment written in parts: the drug and its route."""
    name = name_of(row.drug)
    return _GOES_ON_AS.get(name, name), row.route or "oral"


def _shortened(row: MedicineFact, starts: set[tuple[str, str, date | None]]) -> MedicineFact:
    ended = row.ended_on.exact if row.ended_on else None
    if ended is None or ended <= row.started_on.latest:
        return row
    if (*_line(row), ended) not in starts:
        return row
    return replace(row, ended_on=PartialDate.on(ended - timedelta(days=1)))


def _may_overlap(row: MedicineFact, first: date, last: date) -> bool:
    ends = row.ended_on.latest if row.ended_on else date.max
    return row.started_on.earliest <= last and ends >= first


def _certainly_in(row: MedicineFact, first: date, last: date) -> bool:
    """Whether a pulse touches the window whatever the unknown parts of its dates are.

    Without an end it was given on its first day for certain, and perhaps later.
    """
    ends = row.ended_on.earliest if row.ended_on else row.started_on.earliest
    return row.started_on.latest <= last and ends >= first


def _days(row: MedicineFact, first: date, last: date) -> int:
    """Return the days of the window that the row certainly covers."""
    ends = row.ended_on.earliest if row.ended_on else date.max
    return max(0, (min(ends, last) - max(row.started_on.latest, first)).days + 1)


def _most(row: MedicineFact, first: date, last: date) -> int:
    """Return the days of the window that the row covers at most."""
    ends = row.ended_on.latest if row.ended_on else date.max
    return max(0, (min(ends, last) - max(row.started_on.earliest, first)).days + 1)


@lru_cache(maxsize=1024)  # few doses are in use
def _mean(sum_mg: Decimal) -> Decimal:
    return rounded(sum_mg / WINDOW_DAYS)


def rounded(mg: Decimal) -> Decimal:
    """Round what never ends far below any cut-off, so that equal doses are equal."""
    return mg.quantize(_ROUNDING).normalize() + 0
