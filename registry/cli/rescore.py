"""``registry rescore``: scores of earlier rules, taken over to the present ones where allowed."""

from collections import Counter
from collections.abc import Iterable

import click

from registry.cli._acting import acting, as_option
from registry.database.engine import reading
from registry.database.opening import opened
from registry.errors import RefusedError
from registry.operations.rescoring import Judged, in_words, of_other_rules, rescore
from registry.settings import Settings

REASON = "rescore: scores of visits that are not final, by the present rules"
LISTED = 100  # of what cannot be judged


@click.command("rescore")
@click.option("--dry-run", is_flag=True, help="Say what would change and store nothing.")
@as_option
def COMMAND(*, dry_run: bool, as_user: str | None) -> None:  # noqa: N802 - shared by all commands
    """Score what earlier rules scored by the present ones, where nobody signed the visit.

    Signed and imported results stay as they are; those that would change are listed, and amending
    the visit takes the new rule over. Everything is stored in one transaction, or nothing.
    """
    settings = Settings.from_env()
    if dry_run:
        engine = opened(settings, statement_timeout_ms=0)
        try:
            with reading(engine, snapshot=True) as session:
                told = _told(of_other_rules(session))
        finally:
            engine.dispose()
    else:
        with acting(settings, REASON, as_user) as session:
            told = _told(rescore(session))
    _sum_up(told, dry_run=dry_run)


def _told(judged: Iterable[Judged]) -> Counter[tuple[bool, str]]:
    """List what changes and count the rest; RefusedError where an open visit cannot be judged."""
    counts: Counter[tuple[bool, str]] = Counter()
    unfit: list[str] = []
    for one in judged:
        counts[one.final, one.outcome] += 1
        if one.outcome == "unfit" and not one.final:
            unfit += [str(one)] if len(unfit) < LISTED else []
        elif one.outcome != "same":
            click.echo(str(one) if one.final else f"{one} (not final)")
    refused = counts[False, "unfit"]
    if refused:
        more = [f"... and {refused - LISTED} more"] if refused > LISTED else []
        raise RefusedError(f"nothing was stored: {refused} not judged", [*unfit, *more])
    return counts


def _sum_up(counts: Counter[tuple[bool, str]], *, dry_run: bool) -> None:
    if not counts:
        click.echo("every score with answers is of the present rule")
        return
    same, changed = counts[False, "same"], counts[False, "changed"]
    verb = "to take over" if dry_run else "taken over"
    click.echo(f"not final: {same + changed} {verb}, {changed} of them with another result")
    of_final = {outcome: n for (is_final, outcome), n in counts.items() if is_final}
    click.echo(f"final, not touched: {in_words(of_final)}")
    if dry_run:
        click.echo("dry run: nothing was stored")
