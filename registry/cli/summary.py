"""``registry summary``: the outcome summary of the registry as of a data cut."""

from collections.abc import Sequence
from datetime import date, datetime
from getpass import getuser
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry import clock
from registry.analysis.flow import FlowDoesNotSumError
from registry.analysis.groups import FIELDS
from registry.analysis.provenance import Maker, Question
from registry.analysis.summary import Beside, summarise
from registry.database import schema
from registry.database.engine import reading, writing_unaudited
from registry.database.opening import opened
from registry.errors import EnvironmentProblem, RefusedError
from registry.exports.summary_formats import LATER, RENDERERS
from registry.models import Site
from registry.operations.access import log_access
from registry.queries.cohort import SYNTHETIC, software
from registry.queries.collecting import no_pauses
from registry.queries.facts import load_facts
from registry.queries.safety_facts import product_events
from registry.settings import Settings

EARLIEST_CUT = date(1900, 1, 1)


class Formats(click.ParamType[tuple[str, ...]]):
    """One format, or several with commas."""

    name = "format"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        asked = tuple(dict.fromkeys(part.strip().lower() for part in value.split(",")))
        for one in asked:
            if one in LATER:
                self.fail(f"{one} is not built yet; use {' or '.join(RENDERERS)}", param, ctx)
            if one not in RENDERERS:
                self.fail(f"“{one}” is no format; use {' or '.join(RENDERERS)}", param, ctx)
        return asked


@click.command("summary")
@click.option("--cut", metavar="DATE", help="Facts dated on or before this day; default today.")
@click.option("--site", metavar="CODE", help="Only patients first infused (or enrolled) there.")
@click.option("--by", type=click.Choice(list(FIELDS)), help="Add the same numbers by group.")
@click.option(
    "--format", "formats", type=Formats(), help="json (the default), csv, xlsx, or several."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="PATH")
def COMMAND(  # noqa: N802 - the name that every command module shares
    cut: str | None,
    site: str | None,
    by: str | None,
    formats: tuple[str, ...] | None,
    output: Path | None,
) -> None:
    """Print the outcome summary, or write it to PATH.

    With several formats PATH gets the ending of each. The cut is printed to standard error.
    """
    question = Question(_cut(cut), site, by)
    chosen = formats or (_by_ending(output),)
    if len(chosen) > 1 and output is None:
        raise click.UsageError("several formats need a file: add -o PATH")
    settings = Settings.from_env()
    engine = opened(settings)
    with no_pauses():
        notes = [SYNTHETIC] if settings.synthetic else []
        summary = computed(engine, question, _maker(engine), notes)
    _log(engine, summary, chosen)
    for one in chosen:
        _write(RENDERERS[one](summary), _path(output, one, chosen))
    _say(question.cut)


def computed(
    engine: Engine, question: Question, maker: Maker, notes: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the summary of what is stored; every query sees the same instant."""
    with reading(engine, snapshot=True) as session:
        _require_site(session, question.site)
        facts = load_facts(session, question.cut)
        lots = product_events(session, question.cut, site=question.site)
    try:
        return summarise(facts, question, maker, Beside(notes, lots))
    except FlowDoesNotSumError as error:
        raise RefusedError("the flow does not sum; no summary was written", [str(error)]) from error


def _cut(text: str | None) -> date:
    if text is None:
        return clock.today()
    try:
        cut = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar day
    except ValueError as error:
        raise click.BadParameter(
            f"“{text[:40]}” is not a day like 2026-11-22", param_hint="--cut"
        ) from error
    if cut < EARLIEST_CUT:
        raise click.BadParameter(f"{cut} is before {EARLIEST_CUT}", param_hint="--cut")
    return cut


def _say(cut: date) -> None:
    """Print the cut; not part of the summary, which must not depend on the day it is made."""
    later = " (after today: what is missing may only not have happened yet)"
    click.echo(f"data cut {cut.isoformat()}{later if cut > clock.today() else ''}", err=True)


def _by_ending(output: Path | None) -> str:
    """Return the format that the file name asks for; JSON for any name that asks for none."""
    ending = output.suffix.lower().removeprefix(".") if output else ""
    if ending in LATER:
        raise click.UsageError(f"{ending} is not built yet; use {' or '.join(RENDERERS)}")
    return ending if ending in RENDERERS else "json"


def _maker(engine: Engine) -> Maker:
    return Maker(software(), schema.current(engine), clock.now(), f"cli:{getuser()}")


def _require_site(session: Session, code: str | None) -> None:
    if code is None:
        return
    known = list(session.scalars(select(Site.code).order_by(Site.code)))
    if code not in known:
        listed = ", ".join(known) or "none yet"
        raise click.BadParameter(
            f"there is no site “{code[:40]}”; known are {listed}", param_hint="--site"
        )


def _log(engine: Engine, summary: dict[str, Any], formats: Sequence[str]) -> None:
    """Log what leaves before it leaves."""
    block = summary["provenance"]
    detail = {name: block[name] for name in ("data_cut", "filter", "rows", "sha256")}
    with writing_unaudited(engine) as session:
        log_access(
            session, block["made_by"], "export", "summary", detail={**detail, "formats": formats}
        )


def _path(output: Path | None, one: str, chosen: Sequence[str]) -> Path | None:
    return output.with_suffix(f".{one}") if output and len(chosen) > 1 else output


def _write(content: str | bytes, path: Path | None) -> None:
    if path is None:
        click.echo(content, nl=False)
        return
    try:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        raise EnvironmentProblem(f"{path} cannot be written ({error.strerror})") from error
    click.echo(f"wrote {path}")
