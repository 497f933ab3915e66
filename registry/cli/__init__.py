"""The ``registry`` command: finds the modules of this folder and loads only the one asked for.

One command per module, named like it (``import_.py`` is ``import``), in a constant ``COMMAND``.
"""

from importlib import import_module
from pkgutil import iter_modules

import click

from registry.errors import RegistryError


class Commands(click.Group):
    """Knows every command by its file name; imports a module when it is called or described."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_modules())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _modules().get(cmd_name)
        if module is None:
            return None
        found: click.Command = import_module(f"{__name__}.{module}").COMMAND
        return found

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except RegistryError as error:
            _tell(error)
            ctx.exit(error.exit_code)


def _tell(error: RegistryError) -> None:
    click.echo(f"registry: {error}", err=True)
    for line in error.details():
        click.echo(f"  {line}", err=True)


def _modules() -> dict[str, str]:
    names = (found.name for found in iter_modules(__path__) if not found.name.startswith("_"))
    return {name.rstrip("_").replace("_", "-"): name for name in names}


@click.group(cls=Commands, name="registry")
def main() -> None:
    """Keep a registry of lupus patients treated with cell therapy."""
