"""Steps of an import: conditions, biopsies, pregnancies."""

from registry.exchange import history as files
from registry.imports.known import Person
from registry.imports.listed import Listed, stage
from registry.imports.reading import Row
from registry.imports.run import Check, Run
from registry.imports.staged import Values

LONGEST_PREGNANCY_DAYS = 315  # policy: 45 weeks; longer is a warning


def stage_conditions(run: Run) -> None:
    stage(run, Listed(files.CONDITIONS, "onset_on", _condition))


def _condition(check: Check, row: Row, person: Person | None) -> Values:
    check.not_future("onset_on", "ended_on")
    check.within_life(person, "onset_on")
    check.within_life(person, "ended_on", after_death=True)
    check.in_order("onset_on", "ended_on", "the end lies before the onset")
    if row["active"] and row["ended_on"]:
        check.warn("active", "is active although it has an end")
    return {}


def stage_biopsies(run: Run) -> None:
    stage(run, Listed(files.BIOPSIES, "taken_on", _biopsy))


def _biopsy(check: Check, row: Row, person: Person | None) -> Values:
    check.not_future("taken_on")
    check.within_life(person, "taken_on", after_death=True)
    if not row["scheme"]:
        check.warn("scheme", "classes without the scheme that they belong to")
    return {}


def stage_pregnancies(run: Run) -> None:
    stage(run, Listed(files.PREGNANCIES, "began_on", _pregnancy))


def _pregnancy(check: Check, row: Row, person: Person | None) -> Values:
    began, ended = row["began_on"], row["ended_on"]
    check.not_future("began_on", "ended_on")
    check.within_life(person, "began_on")
    check.within_life(person, "ended_on")
    check.in_order("began_on", "ended_on", "the end lies before the begin")
    if began and ended and (ended.earliest - began.latest).days > LONGEST_PREGNANCY_DAYS:
        check.warn("ended_on", f"is more than {LONGEST_PREGNANCY_DAYS} days after the begin")
    return {}
