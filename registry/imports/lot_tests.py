"""The step of an import that reads release tests of lots."""

from decimal import Decimal, InvalidOperation

from registry import release_tests
from registry.exchange import stored
from registry.exchange.treatment import LOT_TESTS
from registry.imports.reading import Row
from registry.imports.run import Check, Run, values_of

WHOLE = Decimal(100)


def stage_lot_tests(run: Run) -> None:
    """Read lot_tests.csv; the whole row is the identity."""
    file = LOT_TESTS
    seen: dict[tuple[str, ...], int] = {}
    for batch in run.batches(file):
        run.known.load_lots(row["lot_id"] for row in batch)
        whole = _stored(run, batch)
        for row in batch:
            check = run.check(file, row)
            key = tuple(check.text(name) for name in file.names)
            if not check.once(seen, key, "test"):
                continue
            lot = check.thing("lot_id", run.known.lots.get(row["lot_id"]), "lots.csv")
            _check_test(check, row)
            if key in whole:
                run.report.counts[file.name].unchanged += 1
            else:
                check.insert(values_of(file, row) | {"lot_id": lot.id if lot else None})


def _stored(run: Run, batch: list[Row]) -> set[tuple[str, ...]]:
    found = (run.known.lots.get(row["lot_id"]) for row in batch)
    ids = list({lot.id for lot in found if lot is not None and "stored" in lot.facts})
    return (
        {cells for _, cells in stored.records(run.session, LOT_TESTS, ids, None)} if ids else set()
    )


def _check_test(check: Check, row: Row) -> None:
    state, result = row["state"], row["result"]
    check.not_future("reported_on")
    said = row["comparator"], row["unit"], row["limit"]
    if question := release_tests.contradiction(state, result, *said):
        check.warn("state", question)
    if not result and state is None:
        check.warn("state", "neither a result nor a state says what is known")
    if row["comparator"] and not result:
        check.warn("comparator", "stands before no result")
    if row["test"] and row["test"].strip().casefold() == "viability" and row["unit"] == "%":
        _check_percent(check, result)


def _check_percent(check: Check, result: str | None) -> None:
    try:
        percent = Decimal(result or "0")
    except InvalidOperation:
        return
    if not 0 <= percent <= WHOLE:
        check.error("result", "viability is 0 to 100 %")
