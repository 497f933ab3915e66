"""The step of an import that reads what was given beside the cells."""

from registry.exchange.treatment import ADJUNCTS
from registry.imports.known import Known, Person
from registry.imports.listed import Listed, same_patient, stage
from registry.imports.reading import Row
from registry.imports.run import Check, Run
from registry.imports.staged import Values


def stage_adjuncts(run: Run) -> None:
    stage(run, Listed(ADJUNCTS, "given_on", _adjunct, _load))


def _load(known: Known, batch: list[Row]) -> None:
    known.load_infusions(row["infusion_id"] for row in batch)


def _adjunct(check: Check, row: Row, person: Person | None) -> Values:
    check.not_future("given_on")
    check.within_life(person, "given_on")
    if row["dose"] is not None and not row["unit"]:
        check.warn("unit", "a dose without a unit")
    infusion = check.run.known.infusions.get(row["infusion_id"] or "")
    return {"infusion_id": same_patient(check, person, "infusion_id", infusion, "infusions.csv")}
