"""Forms of the administrator, and the one with which people change their own password."""

import re
from typing import Any
from zoneinfo import available_timezones

from registry.errors import InvalidRecordError
from registry.forms.base import RecordForm
from registry.forms.fields import ChoiceField, CodeNameField, TypedField, storable
from registry.permissions import ROLE_TITLES
from registry.security.passwords import LONGEST, check_policy

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}", re.ASCII)
# The trail knows migrations by this name.
RESERVED = frozenset({"alembic"})
_ROLES = {role.value: title for role, title in ROLE_TITLES.items()}
WHERE = "For clinicians and coordinators; for auditors of one site. Empty = the whole registry"


class TimeZoneField(TypedField):
    """An IANA name, as on the wall clocks of the site."""

    def read(self, typed: str) -> str:
        known = available_timezones()
        if known and typed not in known:  # a machine may come without the list
            raise ValueError(f"“{typed[:40]}” is not the name of a time zone")
        return typed


class UsernameField(TypedField):
    """The name typed at sign-in: lower case, so that one person has one account."""

    def read(self, typed: str) -> str:
        name = typed.casefold()
        if not _USERNAME.fullmatch(name):
            raise ValueError("use 1 to 40 letters, digits, dots, dashes or underscores")
        if name in RESERVED:
            raise ValueError(f"“{name}” signs what the program itself does; choose another name")
        return name


class PasswordField(TypedField):
    """A password exactly as typed: blanks at its ends belong to it."""

    kind = "password"

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([])
        typed = valuelist[0] if valuelist else ""
        try:
            self.data = storable(typed, LONGEST) or None
        except ValueError as error:
            self._problem = f"{self.label.text}: {error}"


class SiteForm(RecordForm):
    code = CodeNameField(
        "Site code", required=True, hint="Short and lasting; exchange files name the site by it"
    )
    name = TypedField("Name", required=True)
    country = TypedField("Country", hint="ISO code or in words")
    time_zone = TimeZoneField("Time zone", hint="For example Europe/Paris or Asia/Bangkok")


class SiteFactsForm(SiteForm):
    """What may change about a site; its code may not, because files name it."""

    code = None  # type: ignore[assignment]  # how WTForms leaves out a field of the parent


class AccountForm(RecordForm):
    """A new account with its first role."""

    username = UsernameField("User name", required=True, hint="As typed at sign-in; lower case")
    printed_name = TypedField("Name", required=True, hint="As signatures show it")
    role = ChoiceField("Role", codes=_ROLES, required=True)
    site = ChoiceField("Site", codes={}, hint=WHERE)


class GrantForm(RecordForm):
    role = ChoiceField("Role", codes=_ROLES, required=True)
    site = ChoiceField("Site", codes={}, hint=WHERE)


class ConfirmForm(RecordForm):
    """No question but the one on the button."""


class PasswordForm(RecordForm):
    """A new password of one's own choice."""

    password = PasswordField("Present password", required=True)
    new_password = PasswordField("New password", required=True, hint="12 characters or more")
    new_password_again = PasswordField("New password, once more", required=True)

    def checked(self) -> dict[str, Any]:
        values = super().checked()
        if values["new_password"] != values["new_password_again"]:
            raise InvalidRecordError({"new_password_again": "The two new passwords differ"})
        try:
            check_policy(values["new_password"])
        except InvalidRecordError as error:
            raise InvalidRecordError({"new_password": error.fields["password"]}) from error
        return values
