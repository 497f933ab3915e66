"""A fixture that fills forms the way a browser does: with the hidden fields of the drawn page."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def hidden_fields(page: str) -> dict[str, str]:
    """Return the hidden fields of the form in the page's main part."""
    main = page[page.index("<main") :] if "<main" in page else page
    return dict(HIDDEN.findall(main))


@dataclass(frozen=True)
class Sender:
    """Opens a form, then sends it with what was typed over its hidden fields."""

    client: "FlaskClient"

    def __call__(
        self, address: str, typed: Mapping[str, str] | None = None, **hidden: str
    ) -> "TestResponse":
        page = self.client.get(address)
        assert page.status_code == 200, (address, page.status_code)
        fields = hidden_fields(page.text) | hidden | dict(typed or {})
        return self.client.post(address, data=fields)


@pytest.fixture
def sender() -> Callable[["FlaskClient"], Sender]:
    """Return a function that wraps a signed-in browser."""
    return Sender
