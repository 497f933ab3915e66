"""Fixtures that log, sign and look at visits the way the pages do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from tests.population import PASSWORD

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Row

    from tests.sending import Sender


def visit_form(on: str = "2026-03-10", present: str = "", **more: str) -> dict[str, str]:
    """Return a visit with all 24 items answered; dots in field names are written as ``__``."""
    from registry.instruments import INSTRUMENTS

    answers = {f"sledai_2k.{i.code}": "absent" for i in INSTRUMENTS["sledai_2k"].items}
    answers |= {f"sledai_2k.{code}": "present" for code in present.split()}
    typed = {name.replace("__", "."): text for name, text in more.items()}
    facts = {"visited_on": on, "contact_mode": "in_person", "action": "save"}
    return facts | answers | typed


@dataclass(frozen=True)
class Clinic:
    """One person at the forms, with a look into the stored rows."""

    send: "Sender"
    app: "Flask"

    def log(self, *form: str, patient: str = "N-001", **more: str) -> str:
        """Log a visit and return its code."""
        answer = self.send(f"/patients/{patient}/visits/new", visit_form(*form, **more))
        assert answer.status_code == 303, answer.text
        return unquote(answer.location).split("/")[2]

    def change(self, code: str, *form: str, **more: str) -> None:
        answer = self.send(f"/visits/{code}/change", visit_form(*form, **more))
        assert answer.status_code == 303, answer.text

    def sign(self, code: str) -> None:
        typed = {"meaning": "authorship", "password": PASSWORD, "checks_read": "true"}
        answer = self.send(f"/visits/{code}/sign", typed)
        assert answer.status_code == 303, answer.text

    def signed(self, *form: str, **more: str) -> str:
        code = self.log(*form, **more)
        self.sign(code)
        return code

    def amend(self, code: str, *form: str, **more: str) -> None:
        typed = visit_form(*form, **more) | {"amendment_reason": "typing", "password": PASSWORD}
        answer = self.send(f"/visits/{code}/amend", typed)
        assert answer.status_code == 303, answer.text

    def medicine(self, drug: str, started_on: str, ended_on: str = "", **more: str) -> None:
        typed = {"drug": drug, "started_on": started_on, "ended_on": ended_on, "unit": "mg"}
        answer = self.send("/patients/N-001/medicines/new", typed | more)
        assert answer.status_code == 303, answer.text

    def void(self, kind: str, key: object, why: str = "entered twice") -> "object":
        return self.send(f"/records/{kind}/{key}/void", {"reason": why})

    def rows(self, model: type) -> "list[Row]":
        """Return the stored rows that are not voided, oldest first."""
        from sqlalchemy import select

        from registry.database.engine import reading

        with reading(self.app.extensions["registry_engine"]) as session:
            found = session.scalars(select(model).order_by(model.id)).all()
        return [row for row in found if getattr(row, "voided_at", None) is None]

    def row(self, model: type, **where: object) -> "Row":
        (found,) = [
            row
            for row in self.rows(model)
            if all(getattr(row, name) == value for name, value in where.items())
        ]
        return found

    def doses(self) -> list[tuple[str, str, str | None]]:
        """Return drug with dose, start and end of the medicine rows, by start."""
        from registry.models import Medication

        rows = sorted(self.rows(Medication), key=lambda row: row.started_on.earliest)
        return [
            (f"{m.drug} {m.daily_dose}", m.started_on.text, m.ended_on and m.ended_on.text)
            for m in rows
        ]


@pytest.fixture
def clinic(app: "Flask", signed_in: Callable, sender: Callable) -> Callable[[str], Clinic]:
    """Return a function that seats a person at the forms."""
    return lambda username="alice": Clinic(sender(signed_in(username)), app)


@pytest.fixture
def typed_visit() -> Callable[..., dict[str, str]]:
    return visit_form
