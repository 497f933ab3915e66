"""``registry user``: accounts and roles from the shell, the first administrator among them."""

import sys

import click
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from registry.cli._acting import acting, as_option
from registry.errors import InvalidRecordError, RefusedError
from registry.forms.account import AccountForm
from registry.models import RoleGrant, Site, User
from registry.operations import accounts
from registry.permissions import ROLE_TITLES, Role
from registry.security.passwords import LONGEST, check_policy, hash_password
from registry.settings import Settings

_ROLES = click.Choice([role.value for role in Role])
role_option = click.option("--role", type=_ROLES, required=True)
site_option = click.option("--site", metavar="CODE", help="For clinicians and coordinators.")
generate_option = click.option(
    "--generate", is_flag=True, help="Make a password and print it once, instead of asking."
)


@click.group("user")
def COMMAND() -> None:  # noqa: N802 - the name that every command module shares
    """Add accounts, give and take roles, reset passwords."""


@COMMAND.command("add")
@click.argument("username")
@click.option("--name", required=True, help="As signatures show it.")
@role_option
@site_option
@generate_option
@as_option
def add(  # noqa: PLR0913 - one argument for each option
    username: str, name: str, role: str, site: str | None, *, generate: bool, as_user: str | None
) -> None:
    """Add the account USERNAME with its first role; the password is asked, or read from stdin."""
    settings = Settings.from_env()
    username, name = _checked(username, name, role)
    password = _password(generate=generate)
    hashed = hash_password(password, settings)
    with acting(settings, f"user add {username}", as_user) as session:
        user = accounts.add_user(session, username, name, hashed)
        accounts.grant(session, user, Role(role), _site_id(session, site))
    click.echo(f"added {username} as {ROLE_TITLES[Role(role)].lower()}{_at(site)}")
    _show(password, generate=generate)


@COMMAND.command("grant")
@click.argument("username")
@role_option
@site_option
@as_option
def grant(username: str, role: str, site: str | None, as_user: str | None) -> None:
    """Give USERNAME one more role."""
    with acting(Settings.from_env(), f"user grant {username}", as_user) as session:
        accounts.grant(session, _user(session, username), Role(role), _site_id(session, site))
    click.echo(f"{username} is now {ROLE_TITLES[Role(role)].lower()}{_at(site)}")


@COMMAND.command("revoke")
@click.argument("username")
@role_option
@site_option
@as_option
def revoke(username: str, role: str, site: str | None, as_user: str | None) -> None:
    """Take a role from USERNAME; it ends at the person's next click."""
    with acting(Settings.from_env(), f"user revoke {username}", as_user) as session:
        user = _user(session, username)
        accounts.revoke(session, _held(session, user, role, _site_id(session, site)))
    click.echo(f"{username} is no longer {ROLE_TITLES[Role(role)].lower()}{_at(site)}")


@COMMAND.command("reset")
@click.argument("username")
@generate_option
@as_option
def reset(username: str, *, generate: bool, as_user: str | None) -> None:
    """Set another password for USERNAME and end all sessions of the account."""
    settings = Settings.from_env()
    password = _password(generate=generate)
    hashed = hash_password(password, settings)
    with acting(settings, f"user reset {username}", as_user) as session:
        accounts.set_password(session, _user(session, username), hashed)
    click.echo(f"{username} has a new password and is signed out everywhere")
    _show(password, generate=generate)


@COMMAND.command("disable")
@click.argument("username")
@as_option
def disable(username: str, as_user: str | None) -> None:
    """Close the account USERNAME and its sessions; the name stays taken."""
    with acting(Settings.from_env(), f"user disable {username}", as_user) as session:
        accounts.disable(session, _user(session, username))
    click.echo(f"{username} can no longer sign in")


@COMMAND.command("enable")
@click.argument("username")
@as_option
def enable(username: str, as_user: str | None) -> None:
    """Open the disabled account USERNAME again, with the roles it had."""
    with acting(Settings.from_env(), f"user enable {username}", as_user) as session:
        accounts.enable(session, _user(session, username))
    click.echo(f"{username} can sign in again")


def _checked(username: str, name: str, role: str) -> tuple[str, str]:
    """Return user name and printed name as the page for accounts would take them."""
    form = AccountForm(MultiDict({"username": username, "printed_name": name, "role": role}))
    values = form.checked()
    return values["username"], values["printed_name"]


def _password(*, generate: bool) -> str:
    """Return a password that keeps the policy; never from the arguments, which others can see."""
    if generate:
        return accounts.new_password()
    if sys.stdin.isatty():
        typed = str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    else:
        typed = _first_line()
    check_policy(typed)
    return typed


def _first_line() -> str:
    line = sys.stdin.buffer.readline(LONGEST * 8)
    try:
        return line.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InvalidRecordError({"password": "The input is not UTF-8 text"}) from error


def _show(password: str, *, generate: bool) -> None:
    if generate:
        click.echo(f"password {password}")


def _user(session: Session, username: str) -> User:
    found = session.scalar(select(User).where(User.username == username.casefold()))
    if found is None:
        raise RefusedError(f"there is no account “{username[:40]}”; `registry user add` makes one")
    return found


def _site_id(session: Session, code: str | None) -> int | None:
    if code is None:
        return None
    statement = select(Site.code, Site.id).order_by(Site.code)
    known = {row.code: row.id for row in session.execute(statement)}
    if code not in known:
        listed = ", ".join(known) or "none yet; `registry site add` makes one"
        raise click.BadParameter(
            f"there is no site “{code[:40]}”; known are {listed}", param_hint="--site"
        )
    return int(known[code])


def _held(session: Session, user: User, role: str, site_id: int | None) -> RoleGrant:
    found = session.scalar(
        select(RoleGrant).where(
            RoleGrant.user_id == user.id,
            RoleGrant.role == role,
            RoleGrant.site_id.is_(None) if site_id is None else RoleGrant.site_id == site_id,
            RoleGrant.revoked_at.is_(None),
        )
    )
    if found is None:
        raise RefusedError(f"{user.username} does not have this role there")
    return found


def _at(site: str | None) -> str:
    return f" at {site}" if site else ""
