"""``registry recall``: who received a lot, a donation or cells of a donor."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import click
from sqlalchemy import Engine

from registry.cli._acting import shell_actor
from registry.database.engine import reading, writing_unaudited
from registry.database.opening import opened
from registry.errors import RefusedError
from registry.operations.access import log_access
from registry.queries.recall import Recall, Recipient, find_lots, recall
from registry.queries.scope import Reach
from registry.settings import Settings
from registry.spreadsheets import as_cell

COLUMNS = (
    *("lot_id", "patient_id", "infusion_id", "started_at", "site_code", "volume_ml", "cells"),
    *("voided", "followed_at", "status", "died_on", "events_after"),
)


@click.command("recall")
@click.argument("lot")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv"]), default="table", show_default=True
)
def COMMAND(lot: str, form: str) -> None:  # noqa: N802 - the name that every command module shares
    """Print everybody who received LOT: a lot code, a donation number or a donor key.

    Voided infusions are listed and say so: the cells may have been given all the same. The
    look-up is written to the access log.
    """
    if not lot.isprintable():  # a terminal may pass half a character
        raise click.BadParameter("printed characters are needed", param_hint="LOT")
    engine = opened(Settings.from_env())
    try:
        with reading(engine, snapshot=True) as session:
            lots = find_lots(session, lot)
            found = recall(session, Reach.everything(), lots)
        _log(engine, lot, found)
    finally:
        engine.dispose()
    if not found.lots:
        raise RefusedError(f"no lot, donation number or donor key is “{lot[:80]}”")
    rows = [_row(recipient) for recipient in found.recipients]
    click.echo(_csv(rows) if form == "csv" else _table(rows), nl=False)
    _say(found)


def _row(given: Recipient) -> Mapping[str, str]:
    values = (
        *(given.lot, given.patient, given.infusion, given.started_at, given.site),
        *(_number(given.volume_ml), _number(given.cells), "yes" if given.voided else "no"),
        *(given.followed_at, given.status, given.died_on, given.events_after),
    )
    texts = ["" if value is None else str(value) for value in values]
    return dict(zip(COLUMNS, texts, strict=True))


def _number(value: Any) -> str | None:
    return None if value is None else f"{value:f}"


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: as_cell(text) for name, text in row.items()})
    return target.getvalue()


def _table(rows: Sequence[Mapping[str, str]]) -> str:
    if not rows:
        return ""
    lines = [dict(zip(COLUMNS, COLUMNS, strict=True)), *rows]
    widths = {name: max(len(line[name]) for line in lines) for name in COLUMNS}
    drawn = ["  ".join(line[name].ljust(widths[name]) for name in COLUMNS) for line in lines]
    return "\n".join(line.rstrip() for line in drawn) + "\n"


def _say(found: Recall) -> None:
    """Print what was looked up and how many received it, beside the rows."""
    lots = ", ".join(
        f"{lot.code} ({lot.release_status or 'no decision'}{', voided' if lot.voided else ''})"
        for lot in found.lots
    )
    click.echo(f"lots: {lots}", err=True)
    click.echo(f"recipients: {found.patients}", err=True)
    if found.siblings:
        siblings = ", ".join(lot.code for lot in found.siblings)
        click.echo(f"other lots of the same donor or donation: {siblings}", err=True)


def _log(engine: Engine, search: str, found: Recall) -> None:
    """Log who looked up whom before anything is printed."""
    detail = {"lots": [lot.code for lot in found.lots], "recipients": found.patients}
    with writing_unaudited(engine) as session:
        log_access(session, shell_actor(), "read", f"recipients of {search}", detail=detail)
