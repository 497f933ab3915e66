"""``registry plot``: draw any figure into a file, with its caption and alternative text said."""

from pathlib import Path
from typing import Any

import click

from registry.clock import today
from registry.database.engine import reading
from registry.database.opening import opened
from registry.errors import EnvironmentProblem, NotInReachError
from registry.plots import FIGURES
from registry.plots.base import CONTENT_TYPES, PRINT_DPI, FigureDeclaration, render
from registry.queries.scope import Reach, patient_in_reach
from registry.settings import Settings


@click.command("plot")
@click.argument("figure", type=click.Choice(sorted(FIGURES)))
@click.option("--patient", metavar="CODE", help="The patient of a patient figure.")
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; its ending chooses svg, png or pdf.",
)  # fmt: skip
def COMMAND(  # noqa: N802 - the name that every command module shares
    figure: str, patient: str | None, output: Path
) -> None:
    """Draw FIGURE into a file and print its caption and its finding."""
    declaration = FIGURES[figure]
    image_format: Any = _image_format(output)
    _check_patient(declaration, patient)
    settings = Settings.from_env()

    with reading(opened(settings), snapshot=True) as session:
        everything = Reach.everything()
        scope = patient_in_reach(session, everything, patient) if patient else everything
        figure_data = declaration.loader()(
            session, scope, today=today(), synthetic=settings.synthetic
        )

    _write(output, render(declaration, figure_data, image_format, PRINT_DPI))
    click.echo(declaration.alt(figure_data))
    click.echo(declaration.caption(figure_data))


def _image_format(output: Path) -> str:
    ending = output.suffix.lower().lstrip(".")
    if ending not in CONTENT_TYPES:
        raise click.UsageError(f"{output.name} must end in .svg, .png or .pdf")
    return ending


def _check_patient(declaration: FigureDeclaration[Any], patient: str | None) -> None:
    """Ask for a patient where the figure shows one, and only there."""
    if declaration.kind == "patient" and not patient:
        raise click.UsageError(f"{declaration.code} shows one patient: add --patient CODE")
    if declaration.kind == "cohort" and patient is not None:
        raise click.UsageError(f"{declaration.code} shows the cohort: leave out --patient")
    if patient is not None and not patient.isascii():  # a terminal may pass half a character
        raise NotInReachError


def _write(output: Path, drawing: bytes) -> None:
    try:
        output.write_bytes(drawing)
    except OSError as error:
        raise EnvironmentProblem(f"cannot write {output}: {error.strerror}") from error
