"""The gate: sign in first, CSRF on every change, refusals that are logged and plain."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from registry import create_app
from registry.database.engine import reading
from registry.models import AccessLog, AuditHead, UserSession
from registry.views import PUBLIC, ROUTES
from tests.two_hospitals import Case


@pytest.fixture
def engine(app):
    return app.extensions["registry_engine"]


def posts(app, case: Case):
    """Yield the address of every route that takes POST."""
    values = {
        "code": case.patient, "course": case.codes["course"], "infusion": case.codes["infusion"],
        "visit": case.codes["visit"], "medication": case.keys["medication"], "kind": "visit",
        "key": case.keys["visit"],
    }  # fmt: skip
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods:
            with app.test_request_context():
                # A key that is nobody's will do: the token is looked at before any record.
                named = {n: values.get(n, uuid4()) for n in rule.arguments}
                yield app.url_for(rule.endpoint, **named)


def head_of(engine):
    with reading(engine) as session:
        return session.scalar(select(AuditHead.seq))


@pytest.mark.parametrize("token", [None, "", "x", "another"])
def test_no_post_is_heard_without_its_token(app, signed_in, cases, token_of, token):
    engine = app.extensions["registry_engine"]
    people = [signed_in("alice"), signed_in("adam"), app.test_client()]
    if token == "another":
        token = token_of(app.test_client().get("/sign-in").text)
    before = head_of(engine)
    for client in people:
        for address in posts(app, cases["north"]):
            answer = client.post(address, data={"csrf_token": token} if token is not None else {})
            assert answer.status_code == 400, address
            assert "open for too long" in answer.text
    assert head_of(engine) == before
    assert people[0].get("/patients/").status_code == 200  # not signed out either


def test_a_token_in_the_header_is_heard(signed_in, token_of):
    alice = signed_in("alice")
    token = token_of(alice.get("/patients/").text)
    answer = alice.post("/patients/N-001/visits/draft", headers={"X-CSRFToken": token})
    assert answer.status_code == 204


def test_the_token_of_one_session_is_nothing_in_another(signed_in, token_of):
    token = token_of(signed_in("alice").get("/patients/").text)
    answer = signed_in("alice").post("/sign-out", data={"csrf_token": token})
    assert answer.status_code == 400


def test_signing_out_by_a_link_does_nothing(signed_in):
    alice = signed_in("alice")
    assert alice.get("/sign-out").status_code == 404
    assert alice.get("/patients/").status_code == 200


@pytest.mark.parametrize("address", ["/", "/patients/", "/no-such-page", "/patients", "/admin"])
def test_a_stranger_is_asked_to_sign_in_wherever_he_goes(client, address):
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


def test_a_list_asked_for_by_a_stranger_leads_the_whole_page_to_sign_in(client):
    answer = client.get("/patients/?q=N", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/sign-in?next=/patients/")
    assert answer.text == ""


def test_a_stranger_cannot_tell_a_page_from_none(client, two_sites):
    answers = [client.get(f"/patients/{code}") for code in ("N-001", "no-such-patient")]
    assert {answer.status_code for answer in answers} == {302}


def test_a_refusal_is_logged_with_who_and_what(engine, signed_in):
    answer = signed_in("adam").get("/patients/N-001")
    assert answer.status_code == 403
    reference = re.search(r"Reference for support: (\w+)", answer.text)[1]
    with reading(engine) as session:
        line = session.scalar(select(AccessLog).where(AccessLog.action == "refused"))
    assert (line.actor, line.subject, line.request) == ("adam", "/patients/N-001", reference)
    assert line.detail == {"needed": "patient:read"}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_a_wrong_method_says_no_more_than_a_wrong_address(signed_in, method):
    alice = signed_in("alice")
    wrong, none = (alice.open(a, method=method) for a in ("/patients/", "/no-such-page"))
    assert wrong.status_code == none.status_code == 404
    assert "Allow" not in wrong.headers


@pytest.mark.parametrize("address", ["/no-such-page", "/patients/%00", "/patients/%ED%A0%80"])
def test_an_error_page_for_a_person_tells_no_insides(signed_in, address):
    answer = signed_in("alice").get(address)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    for words in ("Werkzeug", "Traceback", "sqlite", "SELECT"):
        assert words not in answer.text


def test_a_stranger_learns_no_version(client):
    for address in ("/sign-in", "/no-such-page", "/livez", "/readyz", "/sign-out"):
        answer = client.get(address, follow_redirects=True)
        assert not re.search(r"Software \d|schema [0-9a-f]{4}", answer.text), address
    refused = client.post("/sign-in", data={})
    assert refused.status_code == 400
    assert not re.search(r"Software \d|schema [0-9a-f]{4}", refused.text)


def test_a_busy_session_is_touched_at_most_once_a_minute(signed_in, engine):
    alice = signed_in("alice")
    seen = set()
    for _ in range(3):
        alice.get("/patients/")
        with reading(engine) as session:
            seen.add(session.scalar(select(UserSession.last_seen_at)))
    assert len(seen) == 1


def test_navigation_offers_only_what_the_person_may_open(app, signed_in):
    for username in ("alice", "bob", "dora", "adam", "audrey"):
        person = signed_in(username)
        page = person.get("/definitions/").text
        menu = page[page.index('aria-label="Main"') : page.index("</nav>")]
        for address in re.findall(r'href="([^"]+)"', menu):
            assert person.get(address).status_code == 200, (username, address)


def test_every_role_lands_on_a_page(signed_in):
    for username in ("alice", "bob", "charlie", "cora", "dora", "adam", "audrey"):
        assert signed_in(username).get("/", follow_redirects=True).status_code == 200


def test_a_body_that_is_too_large_is_refused_before_it_is_read(settings, two_sites):
    app = create_app(replace(settings, upload_megabytes=1))
    typed = {"username": "alice", "password": "x" * 2_000_000}
    answer = app.test_client().post("/sign-in", data=typed)
    assert answer.status_code == 413
    assert "Traceback" not in answer.text
    app.extensions["registry_engine"].dispose()


def test_a_broken_body_is_refused_plainly(signed_in):
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "application/json", "x"):
        answer = signed_in("alice").post(
            "/patients/N-001/status", data=b"\xff--", content_type=kind
        )
        assert answer.status_code in {400, 413}


def test_a_broken_database_is_a_plain_page(app, signed_in, monkeypatch):
    from sqlalchemy.exc import OperationalError

    alice = signed_in("alice")

    def broken(*_, **__):
        raise OperationalError("SELECT secret", {}, Exception("disk I/O error"))

    monkeypatch.setattr("registry.views.patients.patients_page", broken)
    answer = alice.get("/patients/")
    assert answer.status_code == 503
    assert "secret" not in answer.text


def test_the_public_probes_need_no_session_and_tell_little(client):
    assert client.get("/livez").json == {"live": True}
    assert client.get("/readyz").json == {"ready": True}
    assert {e for e, needed in ROUTES.items() if needed == PUBLIC} >= {"home.livez", "home.readyz"}


def test_a_typed_form_of_megabytes_is_refused_before_it_is_read(client):
    answer = client.post("/sign-in", data={"username": "a" * 2_000_000, "password": "b"})
    assert answer.status_code == 413
