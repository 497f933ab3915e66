"""Fixtures with people in them: two sites that must never see each other, and who works there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

PASSWORD = "a long enough password"
NORTH, SOUTH = 1, 2
# username: role, site (None is the whole registry)
PEOPLE = {
    "alice": ("clinician", NORTH),
    "bob": ("auditor", NORTH),
    "charlie": ("clinician", SOUTH),
    "cora": ("coordinator", NORTH),
    "dora": ("data_manager", None),
    "adam": ("administrator", None),
    "audrey": ("auditor", None),
}
# patient code: site. The canary must never be seen in the north.
PATIENTS = {"N-001": NORTH, "S-canary": SOUTH}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class TwoSites:
    """Keys of what was made, by user name and by patient code."""

    users: dict[str, UUID]
    patients: dict[str, UUID]
    enrolments: dict[str, UUID]


@pytest.fixture
def two_sites(app: "Flask") -> TwoSites:
    """Sites north and south in the registry of ``app``, with staff and a patient each."""
    from registry.audit.context import Context
    from registry.database.engine import writing
    from registry.models import Site

    context = Context(actor="tests", reason="two sites", request=None)
    with writing(app.extensions["registry_engine"], context) as session:
        session.add(Site(id=NORTH, code="NORTH", name="North Hospital"))
        session.add(Site(id=SOUTH, code="SOUTH", name="South Hospital"))
        session.flush()
        users = hire(session, app.extensions["registry_settings"])
        patients, enrolments = enrol(session)
    return TwoSites(users, patients, enrolments)


def hire(session: object, settings: object) -> dict[str, UUID]:
    from registry.models import RoleGrant, User
    from registry.security.passwords import hash_password

    password = hash_password(PASSWORD, settings)
    since = datetime(2026, 1, 5, tzinfo=UTC)
    users = {
        name: User(username=name, printed_name=name.title(), password_hash=password)
        for name in PEOPLE
    }
    session.add_all(users.values())
    session.flush()
    for name, (role, site) in PEOPLE.items():
        grant = RoleGrant(user_id=users[name].id, role=role, site_id=site, granted_at=since)
        session.add(grant)
    return {name: user.id for name, user in users.items()}


def enrol(session: object) -> tuple[dict[str, UUID], dict[str, UUID]]:
    from registry.models import Enrolment, Patient
    from registry.partial_date import PartialDate

    day = PartialDate.parse("2026-01-12")
    patients = {code: Patient(code=code, sex="female") for code in PATIENTS}
    session.add_all(patients.values())
    session.flush()
    enrolments = {
        code: Enrolment(patient_id=patients[code].id, site_id=site, from_on=day)
        for code, site in PATIENTS.items()
    }
    session.add_all(enrolments.values())
    session.flush()
    return ids(patients), ids(enrolments)


def ids(rows: dict[str, object]) -> dict[str, UUID]:
    return {code: row.id for code, row in rows.items()}


@pytest.fixture
def token_of() -> Callable[[str], str]:
    """Return a function that reads the CSRF token out of a page."""

    def read(page: str) -> str:
        found = TOKEN.search(page)
        assert found, "the page has no CSRF token"
        return found[1]

    return read


@pytest.fixture
def signed_in(
    app: "Flask", two_sites: TwoSites, token_of: Callable[[str], str]
) -> Callable[[str], "FlaskClient"]:
    """Return a function that signs a person in, through the form, in a browser of their own."""

    def sign_in(username: str) -> "FlaskClient":
        client = app.test_client()
        token = token_of(client.get("/sign-in").text)
        typed = {"username": username, "password": PASSWORD, "csrf_token": token}
        answer = client.post("/sign-in", data=typed)
        assert answer.status_code == 302, answer.text
        return client

    return sign_in
