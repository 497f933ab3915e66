"""A line of text with suggestions: a listed title becomes its code, any other words stay words."""

from collections.abc import Mapping
from typing import Any

from registry.forms.fields import LONGEST_LINE, TypedField, storable


class SuggestedField(TypedField):
    """A code chosen by its title, or what was typed where the list has nothing that fits."""

    kind = "suggested"

    def __init__(self, label: str, *, codes: Mapping[str, str], **extra: Any) -> None:
        super().__init__(label, **extra)
        self.codes = codes
        self._by_title = {title.casefold(): code for code, title in codes.items()}

    def read(self, typed: str) -> str:
        text = " ".join(storable(typed, LONGEST_LINE).split())
        plain = text.casefold()
        return plain if plain in self.codes else self._by_title.get(plain, text)


def title_of(stored: str | None, codes: Mapping[str, str]) -> str:
    """Return a stored value as a person would type it: the title of a code, else the words."""
    return codes.get(stored, stored) if stored is not None else ""
