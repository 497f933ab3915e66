"""One patient's kidney around the main course: baseline, value before the flare, value at a visit.

Baseline: the last final value at or up to 28 days before the course start, as of every laboratory
value.  Before the flare: the last eGFR in the year before the last flare of the kidney that began
before the course (policy); it is another value than the baseline and stands apart.
Value at a visit: the newest in the 30 days up to it, 10 before day 30 of a course, never of before
day 0 and never of after the visit.  Samples of one day that differ are bounds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from registry.followup import baseline, clocks, conditions
from registry.followup.biopsies import classes_of
from registry.followup.facts import CourseFact, FlareFact, LabFact, PatientFacts
from registry.followup.kidney.filtration import (
    EQUATION,
    Filtration,
    Slope,
    comparable,
    filtrations,
    slope_of,
)
from registry.followup.kidney.proteinuria import (
    MG_MMOL,
    POLICIES,
    SPOT,
    Collection,
    Policy,
    Spot,
    collections,
    policy_unit,
    spots,
)
from registry.followup.kidney.samples import Between, S, hull, newest
from registry.instruments.lab_items import PROTEIN_ABOVE
from registry.partial_date import PartialDate

VERSION = "kidney/1"
NEPHRITIS = "lupus_nephritis"
FLARE_OF_KIDNEY = frozenset({NEPHRITIS, "renal", "kidney", "nephritis"})
PRE_FLARE_DAYS = 365
ANALYTES = (
    *("creatinine", "upcr", "protein_24h"),
    *("egfr", "egfr_ckd_epi_2021", "egfr_ckd_epi_2009", "egfr_mdrd"),
)

Protein = Spot | Collection


@dataclass(frozen=True, slots=True)
class PatientsUnit:
    """The policy of one patient and what fixed it."""

    policy: Policy
    fixed_by: str


def unit_of_patient(
    ratios: Sequence[tuple[PartialDate, str]], course: CourseFact | None
) -> PatientsUnit:
    """Return the unit of all ratios of a patient, from their days and units as entered, by day."""
    before = _baseline_window(course)
    known = [unit for on, unit in ratios if before and before.holds(on)]
    if known:
        return PatientsUnit(POLICIES[policy_unit(known[-1])], "the sample at baseline")
    if ratios:
        return PatientsUnit(POLICIES[policy_unit(ratios[0][1])], "the first sample on record")
    return PatientsUnit(POLICIES[MG_MMOL], "no sample yet")


def _baseline_window(course: CourseFact | None) -> baseline.Window | None:
    if course is None or clocks.course_start(course) is None:
        return None
    return baseline.window(course, date.max)


@dataclass(frozen=True)
class Kidney:
    """What is known of one patient's kidney; the main course is the first that was infused."""

    patient: PatientFacts

    @cached_property
    def course(self) -> CourseFact | None:
        return clocks.main_course(self.patient)

    @cached_property
    def day_0(self) -> PartialDate | None:
        """The first infusion of the main course, as far as its date is known."""
        return clocks.day_0_on(self.course) if self.course else None

    @cached_property
    def labs(self) -> tuple[LabFact, ...]:
        """The results of the kidney by date."""
        return tuple(fact for fact in self.patient.labs if fact.analyte in ANALYTES)

    @cached_property
    def filtrations(self) -> tuple[Filtration, ...]:
        return filtrations(self.patient)

    @cached_property
    def comparable(self) -> tuple[Filtration, ...]:
        """The eGFR of the one equation that everything is judged by."""
        return comparable(self.filtrations)

    @cached_property
    def slope(self) -> Slope:
        """The change of the eGFR a year from day 0 on; before treatment it is another story.

        Of a patient who was not treated it is that of all samples.
        """
        start, found = self.day_0, self.filtrations
        if start is not None:
            found = tuple(one for one in found if not one.on.certainly_before(start))
        return slope_of(found)

    @cached_property
    def unit(self) -> PatientsUnit:
        """The unit of the ratio at baseline, else of the first on record.

        So a later sample in another unit never changes what an earlier one came to.
        """
        ratios = [fact for fact in self.labs if fact.analyte == SPOT and fact.value is not None]
        return unit_of_patient(
            [(fact.collected_on, fact.entered_unit or "") for fact in ratios], self.course
        )

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        return spots(self.labs, self.unit.policy)

    @cached_property
    def collections(self) -> tuple[Collection, ...]:
        return collections(self.labs)

    @cached_property
    def baseline_egfr(self) -> tuple[Filtration, ...]:
        return self._at_baseline(self.comparable)

    @cached_property
    def baseline_spot(self) -> tuple[Spot, ...]:
        return self._at_baseline(self.spots)

    @cached_property
    def baseline_collection(self) -> tuple[Collection, ...]:
        return self._at_baseline(self.collections)

    @property
    def baseline_protein(self) -> tuple[Protein, ...]:
        """The measure that falls are read from: the ratio, else the 24-hour collection."""
        return self.baseline_spot or self.baseline_collection

    @property
    def same_as_baseline(self) -> Sequence[Protein]:
        """Every sample of the baseline's own measure: the two are never set against each other."""
        by_day = not self.baseline_spot and bool(self.baseline_collection)
        return self.collections if by_day else self.spots

    @cached_property
    def index_flare(self) -> FlareFact | None:
        """The last flare of the kidney whose onset was before the course."""
        start = clocks.course_start(self.course) if self.course else None
        found = [
            flare
            for flare in self.patient.flares
            if start
            and FLARE_OF_KIDNEY.intersection(flare.organs)
            and flare.onset_on.certainly_before(start)
        ]
        return found[-1] if found else None

    @cached_property
    def pre_flare_egfr(self) -> tuple[Filtration, ...]:
        """The last eGFR of the year before the flare; nothing where no flare is dated."""
        if self.index_flare is None:
            return ()
        last = self.index_flare.onset_on.earliest - timedelta(days=1)
        return newest(self.comparable, last - timedelta(days=PRE_FLARE_DAYS), last)

    @cached_property
    def nephritis(self) -> str:
        """What says that the patient had lupus nephritis before the course; empty where nothing."""
        start = clocks.course_start(self.course) if self.course else None
        if any(_is_nephritis(c.condition, c.onset_on, start) for c in self.patient.conditions):
            return "recorded as a condition"
        if any(
            classes_of(b.classes) for b in self.patient.biopsies if not _later(b.taken_on, start)
        ):
            return "by the class of a biopsy"
        amount = hull([one.amount for one in self.baseline_protein if one.amount])
        return "by proteinuria at baseline" if amount and amount.low > PROTEIN_ABOVE else ""

    def egfr_at(self, visited_on: date) -> tuple[Filtration, ...]:
        """Return the eGFR that stands for a visit; of one day there may be two."""
        return newest(self.comparable, self._first_day(visited_on), visited_on)

    def spot_at(self, visited_on: date) -> tuple[Spot, ...]:
        """Return the ratio that stands for a visit."""
        return newest(self.spots, self._first_day(visited_on), visited_on)

    def protein_at(self, visited_on: date) -> tuple[Protein, ...]:
        """Return the proteinuria of a visit, by the measure of the baseline."""
        return newest(self.same_as_baseline, self._first_day(visited_on), visited_on)

    def _first_day(self, visited_on: date) -> date:
        return clocks.look_back(visited_on, self._starts)

    @cached_property
    def _starts(self) -> Sequence[date]:
        return clocks.possible_starts(self.patient.courses)

    def _baseline_window(self) -> baseline.Window | None:
        return _baseline_window(self.course)

    def _at_baseline(self, found: Sequence[S]) -> tuple[S, ...]:
        before = self._baseline_window()
        return newest(found, before.first, before.last) if before else ()


class _Same:
    """One patient's facts, known again by being the same ones; their contents are not compared."""

    __slots__ = ("patient",)

    def __init__(self, patient: PatientFacts) -> None:
        self.patient = patient

    def __hash__(self) -> int:
        return id(self.patient)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.patient is other.patient


def kidney_of(patient: PatientFacts) -> Kidney:
    """Return the kidney of a patient, read once while all of the patient's visits are judged."""
    return _kept(_Same(patient))


@lru_cache(maxsize=4)
def _kept(same: _Same) -> Kidney:
    return Kidney(same.patient)


def bounds(samples: Sequence[Filtration | Spot | Collection]) -> Between | None:
    """Return what the samples of one day say together."""
    return hull([one.amount for one in samples if one.amount])


def _is_nephritis(stored: str, onset: PartialDate | None, start: PartialDate | None) -> bool:
    said = conditions.read(stored)
    known = said.condition == NEPHRITIS and said.answer == conditions.PRESENT
    return known and not _later(onset, start)


def _later(on: PartialDate | None, start: PartialDate | None) -> bool:
    return on is not None and start is not None and on.certainly_after(start)


__all__ = ["ANALYTES", "EQUATION", "VERSION", "Kidney", "PatientsUnit", "bounds", "kidney_of"]
