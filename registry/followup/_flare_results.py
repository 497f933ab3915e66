"""The results that the organs of the flare index are judged by, at one visit.

Which sample stands for a visit is the rule of the SLEDAI-2K: the newest of its window, never of
before day 0 for a visit after it and never of after the visit.  Samples of one day that differ are
bounds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from registry.followup import clocks
from registry.followup.facts import LabFact, PatientFacts
from registry.followup.kidney.course import kidney_of
from registry.followup.kidney.proteinuria import IN_24_HOURS, SPOT, Collection, Spot
from registry.followup.kidney.samples import Between, hull, measured, newest
from registry.instruments.lab_items import PLATELETS_BELOW, PROTEIN_ABOVE
from registry.instruments.selena_flare_index import HIGHEST_COUNT
from registry.instruments.units import printed
from registry.laboratory.analytes import ANALYTES
from registry.partial_date import PartialDate

PLATELETS, HAEMOGLOBIN = "platelets", "haemoglobin"
OF_THE_BLOOD = (PLATELETS, HAEMOGLOBIN)  # beside those of the kidney
OF_PROTEIN = (IN_24_HOURS, SPOT)  # what a day of urine says comes first


@dataclass(frozen=True, slots=True)
class Count:
    """One blood count, in canonical units; ``amount`` None where it is no number to judge by."""

    on: PartialDate
    fact: LabFact
    amount: Between | None


Sample = Count | Spot | Collection


@dataclass(frozen=True, slots=True)
class Found:
    """What stands for a visit: the value or its bounds, and the result in words."""

    amount: Between
    words: str  # "Platelets 45 × 10⁹/L, 28 May 2026"


@dataclass(frozen=True, slots=True)
class Results:
    """The samples of one patient that the index asks for."""

    samples: Sequence[Sample] = ()
    starts: Sequence[date] = ()  # days that day 0 of a course can be

    def at(self, visited_on: date, analyte: str) -> Found | None:
        """Return what stands for a visit on this day."""
        of_it = (one for one in self.samples if one.fact.analyte == analyte)
        found = newest(of_it, clocks.look_back(visited_on, self.starts), visited_on)
        amount = hull([one.amount for one in found if one.amount])
        if amount is None:
            return None
        return Found(amount, " and ".join(dict.fromkeys(_words(one.fact) for one in found)))


def results_of(patient: PatientFacts) -> Results:
    """Gather the blood counts, and the proteinuria as the kidney of the patient is judged by it."""
    kidney = kidney_of(patient)
    samples: list[Sample] = [*_counts(patient.labs), *kidney.collections, *kidney.spots]
    return Results(samples, clocks.possible_starts(patient.courses))


def _counts(facts: Iterable[LabFact]) -> Iterable[Count]:
    for fact in facts:
        if fact.analyte in OF_THE_BLOOD:
            amount = measured(fact, Decimal(0), HIGHEST_COUNT)
            # What no blood can hold is a slip of the keyboard: it judges nothing.
            possible = amount is not None and 0 <= amount.low <= amount.high <= HIGHEST_COUNT
            yield Count(fact.collected_on, fact, amount if possible else None)


def _words(fact: LabFact) -> str:
    value = f"{fact.comparator or ''}{fact.text or fact.value} {printed(fact.entered_unit or '')}"
    return f"{ANALYTES[fact.analyte].title} {value.rstrip()}, {fact.collected_on.words}"


@dataclass(frozen=True, slots=True)
class Compared:
    """One analyte at the visit before and at this one."""

    before: Found | None
    now: Found | None

    @property
    def words(self) -> str:
        """The result now with the one before; empty where there is none now."""
        if self.now is None:
            return ""
        return self.now.words + (f" (before: {self.before.words})" if self.before else "")

    @property
    def fell(self) -> bool | None:
        """Whether it is certainly lower now, certainly not lower, or None."""
        if self.before is None or self.now is None:
            return None
        if self.now.amount.high < self.before.amount.low:
            return True
        return False if self.now.amount.low >= self.before.amount.high else None

    @property
    def rose(self) -> bool | None:
        """Whether it is certainly higher now, certainly not higher, or None."""
        return Compared(self.now, self.before).fell


@dataclass(frozen=True, slots=True)
class Measured:
    """The results that stand for a visit, beside those of the visit before."""

    platelets: Compared
    haemoglobin: Compared
    protein: tuple[Compared, ...]  # the collection, then the ratio: never set against each other

    @classmethod
    def between(cls, before: date, now: date, results: Results) -> "Measured":
        """Return what stands for two visits."""
        platelets, haemoglobin, *protein = (
            Compared(results.at(before, analyte), results.at(now, analyte))
            for analyte in (*OF_THE_BLOOD, *OF_PROTEIN)
        )
        return cls(platelets, haemoglobin, tuple(protein))

    def counts(self, *, worst: bool) -> dict[str, Decimal]:
        """Return what the index asks of blood, at the worst or the best that it can be."""
        now, before = ("low", "high") if worst else ("high", "low")
        ends = (
            (PLATELETS, self.platelets.now, now),
            (HAEMOGLOBIN, self.haemoglobin.now, now),
            ("haemoglobin_prev", self.haemoglobin.before, before),
        )
        return {name: getattr(found.amount, end) for name, found, end in ends if found}

    @property
    def words(self) -> list[str]:
        """Return each result that stands for the visit, of protein the first."""
        protein = next((one.words for one in self.protein if one.now), "")
        return [one for one in (self.platelets.words, self.haemoglobin.words, protein) if one]


def excluded(platelets: Found | None, protein: Iterable[Found | None]) -> frozenset[str]:
    """Return the SLEDAI-2K items that the results of a visit rule out, whatever the cause.

    The other way round a result decides nothing: that lupus is the cause a person must say.
    """
    amount = next((found.amount for found in protein if found), None)
    found = {
        "thrombocytopenia": platelets is not None and platelets.amount.low >= PLATELETS_BELOW,
        "proteinuria": amount is not None and amount.high <= PROTEIN_ABOVE,
    }
    return frozenset(item for item, is_out in found.items() if is_out)
