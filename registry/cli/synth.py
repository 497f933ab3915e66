"""``registry synth``: fill the database with invented patients, for trials and benchmarks."""

import click
from sqlalchemy import Engine, select

from registry import clock
from registry.audit.context import Context
from registry.cli._acting import shell_actor
from registry.cli._invented import import_invented
from registry.database.engine import reading
from registry.database.opening import opened_or_created
from registry.errors import RefusedError
from registry.models import Patient
from registry.settings import Settings
from registry.synthetic import DEFAULT_SEED, MOST_PATIENTS, PATIENT_PREFIX


@click.command("synth")
@click.option("--patients", type=click.IntRange(1, MOST_PATIENTS), default=60, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=DEFAULT_SEED, show_default=True)
@click.option("--force", is_flag=True, help="Even where other patients are stored.")
def COMMAND(  # noqa: N802 - the name that every command module shares
    patients: int, seed: int, *, force: bool
) -> None:
    """Import invented patients; refuse a registry that holds any others."""
    settings = Settings.from_env()
    engine = opened_or_created(settings)
    if not force:
        _refuse_among_others(engine)
    context = Context(shell_actor(), f"synth --patients {patients} --seed {seed}")
    counts = import_invented(engine, patients, seed, clock.today(), context)
    engine.dispose()
    for name, count in sorted(counts.items()):
        click.echo(f"{count} rows of {name}")
    if not settings.synthetic:
        click.echo("set REGISTRY_SYNTHETIC=true so that every page says so", err=True)


def _refuse_among_others(engine: Engine) -> None:
    """Keep invented patients out of a registry of real ones: nothing is ever deleted from it."""
    others = select(Patient.code).where(~Patient.code.startswith(PATIENT_PREFIX)).limit(1)
    with reading(engine) as session:
        found = session.scalar(others)
    if found is not None:
        raise RefusedError(
            f"this registry holds patients that were not invented ({found}); nothing was stored. "
            "Use another REGISTRY_HOME or DATABASE_URL, or --force"
        )
