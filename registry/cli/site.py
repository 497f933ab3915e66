"""``registry site``: the places that treat or follow patients."""

import click
from werkzeug.datastructures import MultiDict

from registry.cli._acting import acting, as_option
from registry.forms.account import SiteForm
from registry.operations import accounts
from registry.settings import Settings


@click.group("site")
def COMMAND() -> None:  # noqa: N802 - the name that every command module shares
    """Add sites."""


@COMMAND.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--country", default="", help="ISO code or in words.")
@click.option("--time-zone", default="", help="For example Europe/Paris.")
@as_option
def add(code: str, name: str, country: str, time_zone: str, as_user: str | None) -> None:
    """Add the site CODE, called NAME; the code is short and never changes."""
    typed = {"code": code, "name": name, "country": country, "time_zone": time_zone}
    values = SiteForm(MultiDict(typed)).checked()
    with acting(Settings.from_env(), f"site add {values['code']}", as_user) as session:
        accounts.add_site(session, values)
    click.echo(f"added site {values['code']}")
