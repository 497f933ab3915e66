"""``registry plot``: draw any figure into a file, with its caption and alternative text said."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from registry.clock import today
from registry.database.engine import reading
from registry.database.opening import opened
from registry.errors import EnvironmentProblem
from registry.plots import FIGURES
from registry.plots.base import CONTENT_TYPES, PRINT_DPI, FigureDeclaration, render
from registry.queries.scope import Reach
from registry.settings import Settings


@click.command("plot")
@click.argument("figure", type=click.Choice(sorted(FIGURES)))
@click.option("--patient", metavar="CODE", help="The patient of a patient figure.")
@click.option("--cut", type=click.DateTime(["%Y-%m-%d"]), help="Last day of facts; today in UTC.")
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; its ending chooses svg, png or pdf.",
)  # fmt: skip
def COMMAND(  # noqa: N802 - the name that every command module shares
    figure: str, patient: str | None, cut: datetime | None, output: Path
) -> None:
    """Draw FIGURE into a file and print its caption and its finding."""
    declaration = FIGURES[figure]
    image_format: Any = _image_format(output)
    options = _options(declaration, patient)
    settings = Settings.from_env()
    cut_on = cut.replace(tzinfo=UTC).date() if cut else today()

    with reading(opened(settings), snapshot=True) as session:
        figure_data = declaration.loader()(
            session, Reach.everything(), cut_on=cut_on, synthetic=settings.synthetic, **options
        )

    _write(output, render(declaration, figure_data, image_format, PRINT_DPI))
    click.echo(declaration.alt(figure_data))
    click.echo(declaration.caption(figure_data))


def _image_format(output: Path) -> str:
    ending = output.suffix.lower().lstrip(".")
    if ending not in CONTENT_TYPES:
        raise click.UsageError(f"{output.name} must end in .svg, .png or .pdf")
    return ending


def _options(declaration: FigureDeclaration[Any], patient: str | None) -> dict[str, str]:
    """Ask for a patient where the figure shows one, and only there."""
    if declaration.kind == "cohort":
        if patient is not None:
            raise click.UsageError(f"{declaration.code} shows the cohort: leave out --patient")
        return {}
    if patient is None:
        raise click.UsageError(f"{declaration.code} shows one patient: add --patient CODE")
    return {"patient": patient}


def _write(output: Path, drawing: bytes) -> None:
    try:
        output.write_bytes(drawing)
    except OSError as error:
        raise EnvironmentProblem(f"cannot write {output}: {error.strerror}") from error
