"""What the laboratory panel shows: results in canonical units, by analyte, with what is missing.

Days count from day 0, the calendar day of the first product administration, or from the
first result where that day is not known.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from registry.followup.facts import LabFact
from registry.plots.trajectory.facts import (
    LONGEST_JOIN_DAYS,
    LONGEST_YEARLY_JOIN_DAYS,
    YEARLY_FROM_DAY,
    InfusionMark,
)

MOST_PANELS = 9
# One place in the picture for each; where several measure the same, the one with most numbers
# stands there, and the others follow only while there is room.
PLACES = (
    ("c3",),
    ("c4",),
    ("anti_dsdna_elisa", "anti_dsdna_farr", "anti_dsdna_clift"),
    ("upcr", "protein_24h"),
    ("creatinine", "egfr"),
    ("leukocytes",),
    ("lymphocytes",),
    ("platelets",),
    ("haemoglobin",),
)
TITLES = {
    "c3": "C3",
    "c4": "C4",
    "anti_dsdna_elisa": "Anti-dsDNA, ELISA",
    "anti_dsdna_farr": "Anti-dsDNA, Farr",
    "anti_dsdna_clift": "Anti-dsDNA, CLIFT",
    "upcr": "UPCR",
    "protein_24h": "Urine protein, 24 h",
    "creatinine": "Creatinine",
    "egfr": "eGFR as reported",
    "leukocytes": "Leukocytes",
    "lymphocytes": "Lymphocytes",
    "platelets": "Platelets",
    "haemoglobin": "Haemoglobin",
}

Dated = tuple[int, LabFact]


@dataclass(frozen=True, slots=True)
class Panel:
    """One analyte with at least one number, and every result of it that has a day."""

    analyte: str
    unit: str
    results: tuple[Dated, ...]  # by day

    @property
    def title(self) -> str:
        return TITLES[self.analyte]

    @property
    def numbers(self) -> tuple[tuple[int, Decimal, LabFact], ...]:
        """Results with a number in the unit of the axis, comparators included."""
        return tuple(
            (day, r.value, r)
            for day, r in self.results
            if r.value is not None and r.unit == self.unit
        )

    @property
    def words(self) -> tuple[tuple[int, str], ...]:
        """Qualitative results, as entered."""
        return tuple((day, r.text) for day, r in self.results if r.value is None and r.text)

    @property
    def without_result(self) -> tuple[tuple[int, str], ...]:
        """Days on which a result was asked for and there is none, with the reason."""
        return tuple(
            (day, r.state or "unknown") for day, r in self.results if r.value is None and not r.text
        )

    @property
    def runs(self) -> Iterator[list[tuple[int, Decimal]]]:
        """Yield the stretches of numbers that a line may join.

        A line never passes a result with a comparator, a day without a result, or a gap
        longer than the schedule allows.
        """
        run: list[tuple[int, Decimal]] = []
        for day, result in self.results:
            value = result.value if result.unit == self.unit and not result.comparator else None
            if run and (value is None or day - run[-1][0] > _longest_join(run[-1][0])):
                yield run
                run = []
            if value is not None:
                run.append((day, value))
        if run:
            yield run


@dataclass(frozen=True, slots=True)
class LaboratoryData:
    """One patient's laboratory results; all final ones, whether or not they find a place."""

    patient_code: str
    origin_on: date | None  # None only where nothing is dated
    day_0_known: bool
    results: tuple[LabFact, ...]  # by date
    infusions: tuple[InfusionMark, ...]  # by date
    cut_on: date
    not_converted: int = 0  # numbers whose unit is not known: counted, never drawn
    unsigned: int = 0  # results of visits that nobody signed, which are in no figure
    synthetic: bool = False

    @property
    def dated(self) -> tuple[Dated, ...]:
        """Results whose sample has an exact day."""
        return tuple(
            ((on - self.origin_on).days, result)
            for result in self.results
            if (on := result.collected_on.exact) and self.origin_on
        )

    @property
    def undated(self) -> int:
        """How many results are not drawn because the day of the sample is not exact."""
        return len(self.results) - len(self.dated)

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Return what is drawn, in the order of PLACES."""
        found = self._with_numbers()
        first = [max(place, key=lambda code: _numbers_in(found.get(code))) for place in PLACES]
        others = [code for place in PLACES for code in place if code not in first]
        chosen = [code for code in (*first, *others) if code in found][:MOST_PANELS]
        return tuple(found[code] for place in PLACES for code in place if code in chosen)

    @property
    def without_numbers(self) -> tuple[str, ...]:
        """Titles of the analytes of PLACES that have results, but none to draw on an axis."""
        found = self._with_numbers()
        recorded = {result.analyte for result in self.results}
        return tuple(t for code, t in TITLES.items() if code in recorded and code not in found)

    @property
    def without_room(self) -> tuple[str, ...]:
        """Titles of the analytes of PLACES with numbers for which there is no place left."""
        drawn = {panel.analyte for panel in self.panels}
        return tuple(TITLES[code] for code in self._with_numbers() if code not in drawn)

    @property
    def elsewhere(self) -> int:
        """How many results are of analytes that this picture never shows."""
        return sum(result.analyte not in TITLES for result in self.results)

    @property
    def drawn_infusions(self) -> tuple[tuple[int, InfusionMark], ...]:
        """Infusions with an exact day."""
        return tuple((mark.day, mark) for mark in self.infusions if mark.day is not None)

    def _with_numbers(self) -> dict[str, Panel]:
        """Group the dated results by analyte, those without any number left out."""
        results: dict[str, list[Dated]] = defaultdict(list)
        for day, result in self.dated:
            if result.analyte in TITLES:
                results[result.analyte].append((day, result))
        panels = (Panel(code, _unit(found), tuple(found)) for code, found in results.items())
        return {panel.analyte: panel for panel in panels if panel.numbers}


def _unit(results: Sequence[Dated]) -> str:
    """Return the unit of the latest number; the canonical unit of an analyte rarely changes."""
    return next((r.unit for _, r in reversed(results) if r.unit and r.value is not None), "")


def _numbers_in(panel: Panel | None) -> int:
    return len(panel.numbers) if panel else 0


def _longest_join(earlier: int) -> int:
    return LONGEST_YEARLY_JOIN_DAYS if earlier >= YEARLY_FROM_DAY else LONGEST_JOIN_DAYS
