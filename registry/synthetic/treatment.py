"""Courses, infusions and autologous lots of an invented patient."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from registry.synthetic.case import HSC_MOBILISATION_DAYS, Case, months
from registry.synthetic.rows import Row, Rows, chance, in_order
from registry.synthetic.shelf import Lot, Shelf

LEGAL_BASES = (
    *("trial", "trial", "hospital_exemption", "hospital_exemption"),
    *("compassionate", "minimally_manipulated", "unknown"),
)
INDICATIONS = ("Lupus nephritis", "Refractory systemic lupus", "Refractory cytopenia")
SECOND_INFUSION = timedelta(days=7)
MSC_CELLS_PER_KG = 1_000_000
ADJUNCT_SHARE = 0.15
ADJUNCTS: tuple[Row, ...] = (
    {"adjunct": "Vitamin D", "dose": "2000", "unit": "IU", "route": "oral"},
    {"adjunct": "Vitamin C", "dose": "1", "unit": "g", "route": "iv"},
    {"adjunct": "Exosomes from umbilical cord, not counted", "route": "iv"},
)


@dataclass(frozen=True, slots=True)
class Given:
    """One infusion to be written: which course, which number in it, from which lot."""

    patient_id: str
    course_id: str
    sequence: int
    number: int  # counted over all courses of the patient
    day: date
    lot: Lot
    weight_kg: int

    @property
    def infusion_id(self) -> str:
        return f"{self.patient_id}-I{self.number}"


def treatment_rows(case: Case, shelf: Shelf) -> Generator[tuple[str, Row], None, tuple[Given, ...]]:
    """Yield lots of the patient's own, courses, infusions and adjuncts; return what was given."""
    if not case.infused:
        if "course_planned" in case.story.incidents:
            yield "courses.csv", _course(case, 1, case.day_0, planned=1)
        return ()
    given: list[Given] = []
    infusions: list[Row] = []
    weight = case.rng.randint(46, 88)
    for ordinal, day_0 in enumerate(_first_days(case), start=1):
        days = _days(case, day_0)
        yield "courses.csv", _course(case, ordinal, day_0, planned=len(days))
        lot = _lot(case, shelf, day_0)
        for sequence, day in enumerate(days, start=1):
            course = _course_id(case, ordinal)
            given.append(Given(case.code, course, sequence, len(given) + 1, day, lot, weight))
            infusions.append(_infusion(case, given[-1]))
    if case.story.product == "hsc":
        yield from _own_lots(given)
    yield from (("infusions.csv", row) for row in infusions)
    yield from in_order("adjuncts.csv", _adjuncts(case, given))
    return tuple(given)


def _adjuncts(case: Case, given: list[Given]) -> Iterator[Row]:
    for infusion in given:
        if case.story.product == "msc" and chance(case.more, ADJUNCT_SHARE):
            yield case.more.choice(ADJUNCTS) | {
                "patient_id": case.code,
                "given_on": _as_known(case, infusion.day),
                "infusion_id": infusion.infusion_id,
            }


def _first_days(case: Case) -> list[date]:
    days = [case.day_0]
    if case.story.second_course_month:
        days.append(case.day_0 + months(case.story.second_course_month))
    return days


def _days(case: Case, day_0: date) -> list[date]:
    one = case.story.product != "msc" or chance(case.rng, 0.4)
    return [day_0] if one else [day_0, day_0 + SECOND_INFUSION]


def _course_id(case: Case, ordinal: int) -> str:
    return f"{case.code}-C{ordinal}"


def _course(case: Case, ordinal: int, day_0: date, *, planned: int) -> Row:
    row = {
        "course_id": _course_id(case, ordinal),
        "patient_id": case.code,
        "indication": case.rng.choice(INDICATIONS),
        "reason": "Relapse after the first course" if ordinal > 1 else "Active despite medicines",
        "legal_basis": case.rng.choice(LEGAL_BASES),
        "started_on": _started_on(case, day_0),
        "planned_infusions": str(planned),
    }
    if row["legal_basis"] == "trial":
        row["trial"] = "SYNTHETIC-0001"
    if case.story.product == "hsc":
        row["conditioning"] = "Cyclophosphamide 200 mg/kg and antithymocyte globulin"
        row["mobilised_on"] = (day_0 - timedelta(days=HSC_MOBILISATION_DAYS)).isoformat()
        row["engrafted_on"] = (day_0 + timedelta(days=case.rng.randint(9, 14))).isoformat()
    return row


def _started_on(case: Case, day_0: date) -> str:
    if case.story.product == "hsc":
        return (day_0 - timedelta(days=HSC_MOBILISATION_DAYS)).isoformat()
    return _as_known(case, day_0)


def _as_known(case: Case, day: date) -> str:
    """Return the day, or its month in the story whose chart says no more."""
    return day.isoformat()[: 7 if "month_only_infusion" in case.story.incidents else 10]


def _lot(case: Case, shelf: Shelf, day: date) -> Lot:
    if case.story.product == "hsc":
        made = day - timedelta(days=HSC_MOBILISATION_DAYS - 10)
        return Lot(f"LOT-A-{case.code}", "hsc", "peripheral_blood", made)
    if case.in_cluster:
        return shelf.bad
    return shelf.pick(case.rng, case.story.product, day)


def _own_lots(given: list[Given]) -> Rows:
    for infusion in given:
        yield "lots.csv", _own_lot(infusion.lot)
        tested = (infusion.lot.made_on + timedelta(days=2)).isoformat()
        dose = {"lot_id": infusion.lot.code, "test": "CD34 purity", "result": "95", "unit": "%"}
        yield "lot_tests.csv", dose | {"state": "passed", "reported_on": tested}


def _own_lot(lot: Lot) -> Row:
    return {
        "lot_id": lot.code,
        "cell_type": "hsc",
        "product_name": "Synthetic autologous CD34",
        "tissue_source": lot.tissue_source,
        "donor_type": "autologous",
        "manufactured_on": lot.made_on.isoformat(),
        "release_status": "released",
    }


def _infusion(case: Case, given: Given) -> Row:
    hsc = case.story.product == "hsc"
    row = {
        "infusion_id": given.infusion_id,
        "patient_id": case.code,
        "started_at": _started_at(case, given.day),
        "cell_type": case.story.product,
        "site_code": case.site_on(given.day).code,
        "course_id": given.course_id,
        "sequence": str(given.sequence),
        "lot_ids": given.lot.code,
        "tissue_source": given.lot.tissue_source,
        "donor_type": "autologous" if hsc else "allogeneic",
        "route": "iv",
        "premedication": case.rng.choice(("", "Chlorphenamine 10 mg", "Paracetamol 1 g")),
    }
    if chance(case.rng, 0.05):
        row["reaction"] = "Shivering for an hour, no fever"
    if chance(case.rng, 0.3):
        row["cost_amount"] = str(case.rng.randint(8, 40) * 250)
        row["cost_currency"] = case.site_on(given.day).currency
    return row | _dose(case, given)


def _dose(case: Case, given: Given) -> Row:
    row = {"weight_kg": str(given.weight_kg), "weighed_on": _as_known(case, given.day)}
    if case.story.product == "exosome":  # not counted in cells
        return row
    hsc = case.story.product == "hsc"
    per_kg = case.rng.randint(22, 60) * 100_000 if hsc else MSC_CELLS_PER_KG
    return row | {
        "dose_total_cells": str(per_kg * given.weight_kg),
        "dose_cells_per_kg": str(per_kg),
    }


def _started_at(case: Case, day: date) -> str:
    known = _as_known(case, day)
    if known != day.isoformat() or chance(case.rng, 0.3):
        return known
    minute = case.rng.choice(("00", "15", "30", "45"))
    return f"{known}T{case.rng.randint(8, 15):02d}:{minute}{case.site_on(day).offset}"
