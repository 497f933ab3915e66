"""The base of ordinary forms: typed text for the page, meant values for the operation."""

from collections.abc import Mapping
from typing import Any, Self

from flask import request
from wtforms import Form

from registry.errors import InvalidRecordError
from registry.forms.fields import ChoiceField
from registry.partial_date import PartialDate


class RecordForm(Form):
    """A form of TypedFields. CSRF is checked for the whole app before any form is read."""

    @classmethod
    def sent(cls) -> Self:
        """Return the form read from this request."""
        return cls(request.form)

    def offer(self, name: str, choices: Mapping[str, str]) -> None:
        """Set the choices of a field that depend on who asks, or for which patient."""
        field = self[name]
        if not isinstance(field, ChoiceField):
            raise TypeError(f"{name} is not a field of choices")
        field.codes = choices

    def checked(self) -> dict[str, Any]:
        """Return the values meant; raise InvalidRecordError with a sentence for each field."""
        if not self.validate():
            raise InvalidRecordError(
                {field.name: str(field.errors[0]) for field in self if field.errors}
            )
        return dict(self.data)


def typed_values(record: Mapping[str, Any]) -> dict[str, str]:
    """Return a stored record as the text a person would type, to fill a form for a change."""
    return {name: _typed(value) for name, value in record.items()}


def _typed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, PartialDate):
        return value.text
    return str(value)
