"""Administration: sites, accounts and roles; no clinical row is read here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry.errors import NotInReachError
from registry.extensions import read_session, settings
from registry.forms.account import (
    AccountForm,
    ConfirmForm,
    GrantForm,
    SiteFactsForm,
    SiteForm,
)
from registry.forms.base import RecordForm, typed_values
from registry.models import RoleGrant, User
from registry.operations import accounts as operations
from registry.permissions import Role
from registry.queries.accounts import AccountRow, account, accounts_page, site_by_code
from registry.queries.accounts import sites as all_sites
from registry.queries.sites import site_id_of, site_titles
from registry.security.passwords import hash_password
from registry.views.form_page import FormPage
from registry.views.saving import check_row_version

bp = Blueprint("admin", __name__, url_prefix="/admin")
SHOWN_BEFORE = "The password was shown when this form was first sent. Reset it to get another."


@bp.get("/sites")
def sites() -> ResponseReturnValue:
    """List every site."""
    return render_template("admin/sites.html", sites=all_sites(read_session()))


@bp.route("/sites/new", methods=["GET", "POST"])
def add_site() -> ResponseReturnValue:
    """Add a site."""
    here = url_for("admin.sites")
    page = FormPage("Add a site", SiteForm.sent(), "Add site", here, saved="Site added.")

    def act(session: Session, values: dict[str, Any]) -> str:
        operations.add_site(session, values)
        return here

    return page.submit("add a site", act)


@bp.route("/sites/<code>", methods=["GET", "POST"])
def edit_site(code: str) -> ResponseReturnValue:
    """Change name, country or time zone of a site."""
    row, here = site_by_code(read_session(), code), url_for("admin.sites")
    stored = typed_values({name: getattr(row, name) for name in SiteFactsForm().data})
    page = FormPage(
        f"Change site {code}", SiteFactsForm.sent(), f"Save site {code}", here,
        stored=stored, row_version=row.row_version,
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        site = site_by_code(session, code)
        check_row_version(site)
        operations.change_site(session, site, values)
        return here

    return page.submit("change a site", act)


@bp.get("/users")
def users() -> ResponseReturnValue:
    """List the accounts, 100 at a time, by user name."""
    page = accounts_page(read_session(), request.args.get("after", ""))
    return render_template("admin/users.html", page=page)


@bp.get("/users/<uuid:key>")
def user(key: UUID) -> ResponseReturnValue:
    """Show one account with its roles and what can be done about it."""
    return render_template("admin/user.html", account=account(read_session(), key))


@bp.route("/users/new", methods=["GET", "POST"])
def add_user() -> ResponseReturnValue:
    """Add an account with its first role; the password is shown once."""
    form = _with_sites(AccountForm.sent())
    page = FormPage(
        "Add an account", form, "Add account", url_for("admin.users"), saved="Account added."
    )
    issue = Issue.drawn()

    def act(session: Session, values: dict[str, Any]) -> str:
        user = operations.add_user(
            session, values["username"], values["printed_name"], issue.password_hash
        )
        _grant(session, user, values)
        return issue.to(user)

    return issue.answer(page.submit("add an account", act))


@bp.route("/users/<uuid:key>/password", methods=["GET", "POST"])
def reset_password(key: UUID) -> ResponseReturnValue:
    """Replace a forgotten password; the new one is shown once."""
    issue = Issue.drawn()

    def act(session: Session, user: User) -> str:
        operations.set_password(session, user, issue.password_hash)
        return issue.to(user)

    intro = "A new password is made and shown once. The person is signed out everywhere."
    return issue.answer(_confirm(key, "Reset the password of", "reset a password", act, intro))


@bp.route("/users/<uuid:key>/disable", methods=["GET", "POST"])
def disable(key: UUID) -> ResponseReturnValue:
    """Close an account; its sessions end at once."""

    def act(session: Session, user: User) -> str:
        operations.disable(session, user)
        return _address(user)

    intro = "The person is signed out everywhere and cannot sign in. The name stays taken."
    return _confirm(key, "Disable", "disable an account", act, intro)


@bp.route("/users/<uuid:key>/enable", methods=["GET", "POST"])
def enable(key: UUID) -> ResponseReturnValue:
    """Open a disabled account again, with the roles it had."""

    def act(session: Session, user: User) -> str:
        operations.enable(session, user)
        return _address(user)

    return _confirm(
        key, "Enable", "enable an account", act, "The account gets back the roles listed on it."
    )


@bp.route("/users/<uuid:key>/roles/new", methods=["GET", "POST"])
def grant(key: UUID) -> ResponseReturnValue:
    """Give a role."""
    row = account(read_session(), key)
    page = FormPage(
        f"Give {row.username} a role", _with_sites(GrantForm.sent()),
        f"Give role to {row.username}", _address(row), saved="Role given.",
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        user = _user(session, key)
        _grant(session, user, values)
        return _address(user)

    return page.submit("give a role", act)


@bp.route("/roles/<uuid:key>/revoke", methods=["GET", "POST"])
def revoke(key: UUID) -> ResponseReturnValue:
    """Take a role away."""
    row = _role(read_session(), key)
    owner = account(read_session(), row.user_id)
    title = next((held.title for held in owner.grants if held.id == key), "already taken away")
    page = FormPage(
        f"Take a role from {owner.username}", ConfirmForm.sent(),
        f"Take the role from {owner.username}", _address(owner), row_version=row.row_version,
        intro=f"Role: {title}. It ends at the person’s next click.", saved="Role taken away.",
    )  # fmt: skip

    def act(session: Session, _values: dict[str, Any]) -> str:
        role = _role(session, key)
        check_row_version(role)
        operations.revoke(session, role)
        return _address(owner)

    return page.submit("take a role away", act)


@dataclass(slots=True)
class Issue:
    """A password that is made, hashed, and shown on the answer to the form that asked for it.

    It is stored nowhere: the same form sent again leads to the account without it.
    """

    password: str = ""
    password_hash: str = ""
    user: User | None = field(default=None)

    @classmethod
    def drawn(cls) -> "Issue":
        """Make one for a form that was sent; hashing is slow, so before the transaction."""
        if request.method != "POST":
            return cls()
        password = operations.new_password()
        return cls(password, hash_password(password, settings()))

    def to(self, user: User) -> str:
        """Remember whose it is and return the address of the account."""
        self.user = user
        return _address(user)

    def answer(self, saved: ResponseReturnValue) -> ResponseReturnValue:
        """Show the password instead of leading on, when this very sending was stored."""
        if isinstance(saved, tuple):  # drawn, or drawn again
            return saved
        if self.user is None:
            flash(SHOWN_BEFORE, "info")
            return saved
        return render_template(
            "admin/password.html",
            account=self.user,
            password=self.password,
            back=_address(self.user),
        )


def _confirm(
    key: UUID, title: str, reason: str, act: Callable[[Session, User], str], intro: str
) -> ResponseReturnValue:
    row = account(read_session(), key)
    page = FormPage(
        f"{title} {row.username}", ConfirmForm.sent(), f"{title} {row.username}", _address(row),
        row_version=row.row_version, intro=intro,
    )  # fmt: skip

    def checked(session: Session, _values: dict[str, Any]) -> str:
        user = _user(session, key)
        check_row_version(user)
        return act(session, user)

    return page.submit(reason, checked)


def _grant(session: Session, user: User, values: dict[str, Any]) -> None:
    site_id = site_id_of(session, values["site"]) if values["site"] else None
    operations.grant(session, user, Role(values["role"]), site_id)


def _with_sites(form: RecordForm) -> RecordForm:
    form.offer("site", site_titles(read_session()))
    return form


def _user(session: Session, key: UUID) -> User:
    found = session.get(User, key)
    if found is None:
        raise NotInReachError
    return found


def _role(session: Session, key: UUID) -> RoleGrant:
    found = session.get(RoleGrant, key)
    if found is None:
        raise NotInReachError
    return found


def _address(user: User | AccountRow) -> str:
    return url_for("admin.user", key=user.id)
