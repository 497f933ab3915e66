"""Administration: accounts, roles and sites, and the rules that keep somebody in charge."""

import re
import threading
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.errors import ConflictError, InvalidRecordError
from registry.models import RoleGrant, Site, User
from registry.operations import accounts
from registry.permissions import Role
from tests.population import NORTH, PASSWORD


@pytest.fixture
def database_url(engine_url):
    return engine_url


@pytest.fixture
def engine(app):
    return app.extensions["registry_engine"]


@pytest.fixture
def admin(signed_in, sender):
    return sender(signed_in("adam"))


@pytest.fixture
def stored(engine):
    """Return a function that reads one column of one account."""

    def read(username, column=User.id):
        with reading(engine) as session:
            return session.scalar(select(column).where(User.username == username))

    return read


def roles_of(engine, username):
    with reading(engine) as session:
        found = session.execute(
            select(RoleGrant.role, RoleGrant.site_id)
            .join(User, User.id == RoleGrant.user_id)
            .where(User.username == username, RoleGrant.revoked_at.is_(None))
        )
        return {tuple(row) for row in found}


def grant_id(engine, username):
    with reading(engine) as session:
        return session.scalar(
            select(RoleGrant.id)
            .join(User, User.id == RoleGrant.user_id)
            .where(User.username == username, RoleGrant.revoked_at.is_(None))
        )


def shown_password(page):
    return re.search(r'<output class="hash[^"]*">([^<]+)</output>', page)[1]


NEW = {"username": "Nora", "printed_name": "Nora Noor", "role": "clinician", "site": "NORTH"}


def test_new_account_can_sign_in_with_the_password_that_is_shown_once(admin, app, token_of):
    answer = admin("/admin/users/new", NEW)
    password = shown_password(answer.text)
    client = app.test_client()
    token = token_of(client.get("/sign-in").text)
    typed = {"username": "nora", "password": password, "csrf_token": token}
    assert client.post("/sign-in", data=typed).status_code == 302
    assert client.get("/patients/").status_code == 200


def test_the_password_is_not_shown_again_when_the_form_is_sent_again(admin, engine):
    first = admin("/admin/users/new", NEW, submission_id=(same := str(uuid4())))
    again = admin("/admin/users/new", NEW, submission_id=same)
    assert again.status_code == 303
    page = admin.client.get(again.location).text
    assert shown_password(first.text) not in page
    assert "Reset it to get another" in page
    with reading(engine) as session:
        assert len(session.scalars(select(User).where(User.username == "nora")).all()) == 1


def test_the_password_is_in_no_row_of_the_database(admin, engine):
    password = shown_password(admin("/admin/users/new", NEW).text)
    with engine.connect() as connection:
        for table in User.metadata.sorted_tables:
            assert password not in str(connection.execute(select(table)).all())


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"site": ""}, "Site: a clinician works at a site; choose it"),
        ({"role": "data_manager"}, "for the whole registry; leave empty"),
        ({"username": "alice"}, "alice is already in use"),
        ({"username": "a b"}, "use 1 to 40 letters"),
        ({"username": "Alembic"}, "choose another name"),
        ({"role": "owner"}, "is not one of the choices"),
        ({"printed_name": ""}, "Name: this is needed"),
    ],
)
def test_an_account_that_breaks_a_rule_is_refused_with_a_sentence(admin, stored, typed, sentence):
    answer = admin("/admin/users/new", NEW | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert stored("nora") is None


def test_resetting_the_password_signs_the_person_out_everywhere(admin, signed_in, two_sites):
    alice = signed_in("alice")
    answer = admin(f"/admin/users/{two_sites.users['alice']}/password")
    assert shown_password(answer.text) != PASSWORD
    assert alice.get("/patients/").location.startswith("/sign-in")


def test_disabling_acts_at_the_next_request(admin, signed_in, two_sites):
    alice = signed_in("alice")
    assert admin(f"/admin/users/{two_sites.users['alice']}/disable").status_code == 303
    assert alice.get("/patients/").location.startswith("/sign-in")


def test_enabling_gives_the_roles_back_but_no_session(admin, signed_in, two_sites):
    alice = signed_in("alice")
    here = f"/admin/users/{two_sites.users['alice']}"
    admin(f"{here}/disable")
    admin(f"{here}/enable")
    assert alice.get("/patients/").status_code == 302
    assert signed_in("alice").get("/patients/").status_code == 200


def test_a_new_role_acts_at_the_next_request(admin, signed_in, two_sites):
    bob = signed_in("bob")
    assert bob.get("/patients/new").status_code == 403
    typed = {"role": "clinician", "site": "NORTH"}
    assert admin(f"/admin/users/{two_sites.users['bob']}/roles/new", typed).status_code == 303
    assert bob.get("/patients/new").status_code == 200


def test_a_role_taken_away_ends_at_the_next_request(admin, signed_in, two_sites, engine):
    alice = signed_in("alice")
    assert admin(f"/admin/roles/{grant_id(engine, 'alice')}/revoke").status_code == 303
    assert alice.get("/patients/").status_code == 403


@pytest.mark.parametrize("role", ["clinician", "coordinator", "data_manager", "auditor"])
def test_nobody_is_administrator_and_reads_patients(admin, two_sites, engine, role):
    site = "NORTH" if role in {"clinician", "coordinator"} else ""
    typed = {"role": role, "site": site}
    answer = admin(f"/admin/users/{two_sites.users['adam']}/roles/new", typed)
    assert answer.status_code == 422
    assert "make a second account" in answer.text
    assert roles_of(engine, "adam") == {("administrator", None)}


def test_a_clinician_cannot_become_administrator(admin, two_sites, engine):
    answer = admin(f"/admin/users/{two_sites.users['alice']}/roles/new", {"role": "administrator"})
    assert "cannot be administrator and clinician at once" in answer.text
    assert roles_of(engine, "alice") == {("clinician", NORTH)}


def test_the_same_role_is_not_given_twice(admin, two_sites):
    typed = {"role": "clinician", "site": "NORTH"}
    answer = admin(f"/admin/users/{two_sites.users['alice']}/roles/new", typed)
    assert "is clinician there already" in answer.text


def test_the_last_administrator_can_neither_be_disabled_nor_revoked(admin, two_sites, engine):
    for address in (
        f"/admin/users/{two_sites.users['adam']}/disable",
        f"/admin/roles/{grant_id(engine, 'adam')}/revoke",
    ):
        answer = admin(address)
        assert answer.status_code == 409
        assert "last administrator" in answer.text
    assert admin.client.get("/admin/users").status_code == 200


def test_a_disabled_administrator_does_not_count(two_sites, engine):
    with writing(engine, Context("tests", "second administrator")) as session:
        second = accounts.add_user(session, "eve", "Eve", "hash")
        accounts.grant(session, second, Role.ADMINISTRATOR, None)
        accounts.disable(session, second)
    context = Context("tests", "too few")
    with pytest.raises(ConflictError), writing(engine, context) as session:
        accounts.disable(session, session.get_one(User, two_sites.users["adam"]))


@pytest.mark.parametrize("attempt", range(3))
def test_two_administrators_cannot_remove_each_other(two_sites, engine, attempt):
    with writing(engine, Context("tests", "second administrator")) as session:
        eve = accounts.add_user(session, "eve", "Eve", "hash")
        accounts.grant(session, eve, Role.ADMINISTRATOR, None)
    start, refused = threading.Barrier(2), []

    def remove(key: UUID) -> None:
        start.wait()
        try:
            with writing(engine, Context("tests", "race")) as session:
                accounts.disable(session, session.get_one(User, key))
        except ConflictError as error:
            refused.append(error)

    threads = [
        threading.Thread(target=remove, args=(key,)) for key in (eve.id, two_sites.users["adam"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1


def test_two_roles_that_exclude_each_other_cannot_be_given_at_once(two_sites, engine):
    with writing(engine, Context("tests", "newcomer")) as session:
        eve = accounts.add_user(session, "eve", "Eve", "hash")
    start, refused = threading.Barrier(2), []

    def give(role: Role, site: int | None) -> None:
        start.wait()
        try:
            with writing(engine, Context("tests", "race")) as session:
                accounts.grant(session, session.get_one(User, eve.id), role, site)
        except InvalidRecordError as error:
            refused.append(error)

    pairs = [(Role.ADMINISTRATOR, None), (Role.CLINICIAN, NORTH)]
    threads = [threading.Thread(target=give, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert len(roles_of(engine, "eve")) == 1


def test_sites_are_added_and_changed(admin, engine):
    typed = {"code": "EAST", "name": "East", "country": "TH", "time_zone": "Asia/Bangkok"}
    assert admin("/admin/sites/new", typed).status_code == 303
    assert admin("/admin/sites/EAST", typed | {"name": "East Hospital"}).status_code == 303
    with reading(engine) as session:
        site = session.scalar(select(Site).where(Site.code == "EAST"))
    assert (site.name, site.country, site.time_zone) == ("East Hospital", "TH", "Asia/Bangkok")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"code": "NORTH"}, "NORTH is already in use"),
        ({"code": "../x"}, "use 1 to 40 letters"),
        ({"time_zone": "Mars/Base"}, "is not the name of a time zone"),
        ({"name": ""}, "Name: this is needed"),
    ],
)
def test_a_site_that_breaks_a_rule_is_refused_with_a_sentence(admin, typed, sentence, two_sites):
    answer = admin("/admin/sites/new", {"code": "EAST", "name": "East"} | typed)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_the_second_editor_of_a_site_overwrites_nothing(admin, engine):
    first = {"name": "North One", "row_version": "1"}
    assert admin("/admin/sites/NORTH", first).status_code == 303
    answer = admin("/admin/sites/NORTH", {"name": "North Two", "row_version": "1"})
    assert answer.status_code == 409
    with reading(engine) as session:
        assert session.scalar(select(Site.name).where(Site.code == "NORTH")) == "North One"


def test_an_administrator_meets_no_patient(admin):
    for address in ("/admin/users", "/admin/sites", "/admin/users/new"):
        assert "N-001" not in admin.client.get(address).text
    for address in ("/patients/", "/patients/N-001", "/audit/"):
        assert admin.client.get(address).status_code == 403


def test_what_an_administrator_did_is_in_the_trail(admin, two_sites, signed_in):
    admin(f"/admin/users/{two_sites.users['alice']}/disable")
    page = signed_in("audrey").get("/audit/").text
    assert "disable an account" in page
    assert "adam" in page
