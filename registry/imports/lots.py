"""The step of an import that reads lots, and what is asked about a lot that was given."""

from typing import Any

from registry import donation_number, european_code, lot_rules
from registry.exchange import treatment as files
from registry.imports.known import Person, Thing
from registry.imports.people import stored_rows
from registry.imports.reading import Row
from registry.imports.run import Check, Record, Run, values_of
from registry.partial_date import PartialDate

AUTOLOGOUS, ALLOGENEIC = "autologous", "allogeneic"


def stage_lots(run: Run) -> None:
    file = files.LOTS
    seen: dict[str, int] = {}
    for batch in run.batches(file):
        run.known.load_lots(row["lot_id"] for row in batch)
        have = [run.known.lots.get(row["lot_id"]) for row in batch]
        old = stored_rows(run, [lot.id for lot in have if lot], file)
        for row in batch:
            check = run.check(file, row)
            if not check.once(seen, row["lot_id"], "lot_id"):
                continue
            check.not_future("manufactured_on")
            check.in_order("manufactured_on", "expires_on", "expires before it was made")
            _check_origin(check, row)
            _lot(check, row, old)


def _lot(check: Check, row: Row, old: dict[Any, Record]) -> None:
    code, values = row["lot_id"], values_of(check.file, row)
    found = check.run.known.lots.get(code)
    if found is not None and found.voided:
        check.error("lot_id", "this key belongs to a voided record")
    elif (code,) in old:
        _keep_decided(check, row, found)
        check.settle(old[(code,)], values)
    else:
        found = check.run.known.lots[code] = Thing(values["id"])
        check.insert(values)
    if found is not None:
        names = ("cell_type", "manufactured_on", "expires_on", "donor_type", "release_status")
        found.facts |= {name: row[name] for name in names if name in row.values}


def _keep_decided(check: Check, row: Row, found: Thing | None) -> None:
    """Refuse a status that contradicts the decision in force: only a decision changes that."""
    if found is None or not check.run.update or "release_status" not in row.values:
        return
    if found.facts["decisions"] and row["release_status"] != found.facts["release_status"]:
        check.error("release_status", "was decided on the page of the lot; decide there")


def _check_origin(check: Check, row: Row) -> None:
    """Warn about numbers that people mistype, and about cells that come from nobody."""
    if row["donor_type"] == ALLOGENEIC and not (row["donor_id"] or row["din"]):
        check.warn("donor_type", "allogeneic cells without donor_id or din")
    try:
        if row["din"]:
            donation_number.parse(row["din"])
    except donation_number.InvalidDonationNumberError as error:
        check.warn("din", str(error))
    try:
        if row["sec"]:
            european_code.parse(row["sec"])
    except european_code.InvalidEuropeanCodeError as error:
        check.warn("sec", str(error))


# --- a lot that was given -------------------------------------------------------------------


def check_use(check: Check, code: str, lot: Thing, person: Person | None) -> None:
    """Check one lot of an infusion row: what was given was given, so little is impossible."""
    _check_owner(check, code, lot, person)
    given, facts = check.row["started_at"], lot.facts
    if given is None:
        return
    if facts.get("manufactured_on") and given.certainly_before(facts["manufactured_on"]):
        check.error("started_at", f"lies before lot {code} was made ({facts['manufactured_on']})")
    if facts.get("expires_on") and given.certainly_after(facts["expires_on"]):
        check.warn("started_at", f"lies after lot {code} expired ({facts['expires_on']})")
    if facts.get("cell_type") not in {None, check.row["cell_type"]}:
        check.warn("cell_type", f"lot {code} is {facts['cell_type']}")
    _check_release(check, code, lot, given)


def _check_release(check: Check, code: str, lot: Thing, given: PartialDate) -> None:
    state = lot_rules.LotState(
        code, lot.facts.get("decisions", ()), lot.facts.get("release_status")
    )
    use = lot_rules.use_of(state, given)
    if use.blocked or use.question:
        check.warn("lot_ids", use.blocked or use.question or "")


def _check_owner(check: Check, code: str, lot: Thing, person: Person | None) -> None:
    if lot.facts.get("donor_type") != AUTOLOGOUS or person is None:
        return
    patients = lot.facts.setdefault("given_to", {person.id})
    if patients != {person.id}:
        check.warn("lot_ids", f"lot {code} is autologous and was given to another patient too")
