"""``registry verify``: every stored record, derived column and score against its rule."""

import json
from collections import Counter
from typing import Any

import click
from sqlalchemy.orm import Session

from registry.database.engine import reading
from registry.database.opening import opened
from registry.errors import RefusedError
from registry.operations.rescoring import in_words, of_other_rules
from registry.settings import Settings
from registry.verification import Finding, Report, verify


@click.command("verify")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a line; the last one sums up."
)
def COMMAND(as_json: bool) -> None:  # noqa: N802 - the name that every command module shares
    """Compute everything that is derived anew and compare; change nothing.

    Exits with 1 when something stored is not what its rule gives.
    """
    engine = opened(Settings.from_env(), statement_timeout_ms=0)
    report, findings = Report(), 0
    try:
        with reading(engine, snapshot=True) as session:
            for finding in verify(session, report):
                findings += 1
                click.echo(_line(finding) if as_json else str(finding))
            others = _informed(session, as_json=as_json)
    finally:
        engine.dispose()
    _sum_up(report, findings, others, as_json=as_json)
    if findings:
        raise RefusedError(f"{findings} disagreements between what is stored and its rules")


def _line(finding: Finding) -> str:
    return json.dumps(finding._asdict(), ensure_ascii=False)


def _informed(session: Session, *, as_json: bool) -> Counter[str]:
    """Say what the present rules make of scores in force of other ones, which is no damage."""
    counts: Counter[str] = Counter()
    for one in of_other_rules(session):
        counts[one.outcome] += 1
        if one.outcome != "same":
            said = json.dumps({"information": str(one)}, ensure_ascii=False)
            click.echo(said if as_json else f"information: {one}")
    return counts


def _sum_up(report: Report, findings: int, others: Counter[str], *, as_json: bool) -> None:
    if as_json:
        summed: dict[str, Any] = {
            "checked": report.rows,
            "not_judged": report.left_out,
            "findings": findings,
        }
        summed |= {"by_present_rules": others} if others else {}
        click.echo(json.dumps(summed, ensure_ascii=False))
        return
    for table, rows in sorted(report.rows.items()):
        click.echo(f"{table}: {rows} rows")
    for what, rows in sorted(report.left_out.items()):
        click.echo(f"not judged: {rows} {what}")
    if others:
        click.echo(f"by the present rules, of those in force: {in_words(others)}")
    if not findings:
        click.echo("everything stored is what its rule says")
