"""The two pages of a kind of record that has one form: add one, change one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry.forms.base import RecordForm, typed_values
from registry.operations import clinical_rows as operations
from registry.operations.clinical_rows import Entry, Rules
from registry.queries.scope import PatientInReach
from registry.templating import addresses
from registry.views.form_page import (
    FormPage,
    answered,
    writable,
    writable_in,
    writable_record,
    writable_record_in,
)
from registry.views.saving import check_row_version


def _offer_nothing(form: RecordForm, patient: PatientInReach, row: Any) -> None:
    """Most forms ask nothing that depends on the patient."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: what it is called, its form, its rules, and the page that lists it."""

    what: str  # with its article: a condition
    model: type[Any]
    form: type[RecordForm]
    rules: Rules
    as_typed: Callable[[Any], Mapping[str, str]]
    listed_on: str = "patients.show"
    # Choices of this patient, with what the stored row names already; of a new one it is None.
    offer: Callable[[Any, PatientInReach, Any], None] = _offer_nothing
    template: str = "forms/page.html"
    intro: str = ""
    void_kind: str = ""  # its name among the records that can be voided
    around: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Without its article."""
        return self.what.partition(" ")[2]


def typed(row: Any, *names: str) -> dict[str, str]:
    """Return columns of a row as a person would type them."""
    return typed_values({name: getattr(row, name) for name in names})


def add(
    kind: Kind, code: str, stored: Mapping[str, str] | None = None, back: str = ""
) -> ResponseReturnValue:
    """Draw the form of a new record, or save it; ``back`` is where its reader came from."""
    patient, form = writable(code), kind.form.sent()
    kind.offer(form, patient, None)
    there = back or url_for(kind.listed_on, code=code)
    page = FormPage(
        f"Add {kind.what}", form, f"Save {kind.name} of {code}", there, patient, stored or {},
        saved=f"{kind.name[0].upper()}{kind.name[1:]} saved.", template=kind.template,
        intro=kind.intro, around=kind.around,
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        entry = Entry(session, writable_in(session, code), values, None, answered())
        operations.record(kind.model, kind.rules, entry)
        return there

    return page.submit(f"record {kind.what}", act)


def change(kind: Kind, key: UUID) -> ResponseReturnValue:
    """Draw the form of a stored record, or save what it says now."""
    row, patient = writable_record(kind.model, key)
    form = kind.form.sent()
    kind.offer(form, patient, row)
    there = url_for(kind.listed_on, code=patient.code)
    void = addresses("records.void", "key", kind=kind.void_kind)(key) if kind.void_kind else ""
    page = FormPage(
        f"Change {kind.what}", form, f"Save {kind.name} of {patient.code}", there, patient,
        kind.as_typed(row), row.row_version, template=kind.template, intro=kind.intro,
        around=kind.around, void_url=void,
    )  # fmt: skip

    def act(session: Session, values: dict[str, Any]) -> str:
        row, patient = writable_record_in(session, kind.model, key)
        check_row_version(row)
        operations.change(kind.rules, Entry(session, patient, values, row, answered()))
        return there

    return page.submit(f"change {kind.what}", act)
