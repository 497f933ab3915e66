"""Sign in and out: same answers, throttling, sessions that end when they should."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from registry import clock, create_app
from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.models import AccessLog, User, UserSession
from registry.security import throttle
from registry.security.passwords import hash_password
from tests.population import PASSWORD

WRONG = "The user name or the password is not right."
WAIT = "Too many failed attempts"


@pytest.fixture
def engine(app):
    return app.extensions["registry_engine"]


@pytest.fixture
def attempt(token_of):
    """Return a function that types name and password into the sign-in form."""

    def sign_in(client, username, password=PASSWORD, **more):
        token = token_of(client.get("/sign-in").text)
        typed = {"username": username, "password": password, "csrf_token": token} | more
        return client.post("/sign-in", data=typed)

    return sign_in


@pytest.fixture
def later(monkeypatch):
    """Return a function that moves the clock on."""
    real = clock.now

    def move(**by):
        monkeypatch.setattr(clock, "now", lambda: real() + timedelta(**by))

    return move


def cookie_of(client):
    cookie = client.get_cookie("registry")
    return cookie.value if cookie else None


def use_cookie(app, value):
    thief = app.test_client()
    thief.set_cookie("registry", value)
    return thief


def without_tokens(page, *names):
    page = re.sub(r'(csrf.token" (?:value|content)=")[^"]+', "", page)
    for name in names:
        page = page.replace(f'value="{name}"', "")
    return page


# --- the same answer ------------------------------------------------------------------------


def test_unknown_wrong_and_disabled_read_alike(app, engine, two_sites, attempt):
    with writing(engine, Context("tests", "disable")) as session:
        session.get_one(User, two_sites.users["bob"]).disabled_at = clock.now()
    answers = {
        name: attempt(app.test_client(), name, password)
        for name, password in (("alice", "wrong"), ("nobody", "wrong"), ("bob", PASSWORD))
    }
    assert {answer.status_code for answer in answers.values()} == {422}
    pages = {without_tokens(answer.text, name) for name, answer in answers.items()}
    assert len(pages) == 1
    assert WRONG in pages.pop()


def test_a_throttled_unknown_account_reads_like_a_throttled_known_one(app, two_sites, attempt):
    pages = []
    for name in ("alice", "nobody"):
        client = app.test_client()
        for _ in range(throttle.PER_KEY):
            attempt(client, name, "wrong")
        pages.append(without_tokens(attempt(client, name).text, name))
    assert pages[0] == pages[1]
    assert WAIT in pages[0]


def test_the_password_is_never_in_the_answer(client, two_sites, attempt):
    assert "secret-typed" not in attempt(client, "alice", "secret-typed").text


@pytest.mark.parametrize(
    "name",
    ["", "\0", "alice\0", "\ud800", "x" * 10_000, "\u202eecila", "' OR 1=1 --", "😀", "%ED%A0%80"],
)
def test_a_strange_name_is_a_wrong_name(client, two_sites, attempt, name):
    answer = attempt(client, name.encode("utf-8", "surrogatepass"))
    assert answer.status_code == 422
    assert WRONG in answer.text


@pytest.mark.parametrize("password", ["", "\0", "\ud800", "x" * 100_000, PASSWORD + " "])
def test_a_strange_password_is_a_wrong_password(client, two_sites, attempt, password):
    assert attempt(client, "alice", password.encode("utf-8", "surrogatepass")).status_code == 422


def test_a_name_is_known_in_whatever_case_it_is_typed(client, two_sites, attempt):
    assert attempt(client, " ALICE ").status_code == 302


# --- throttling -----------------------------------------------------------------------------


def test_the_eleventh_attempt_waits_even_with_the_right_password(client, two_sites, attempt, later):
    for _ in range(throttle.PER_KEY):
        assert attempt(client, "alice", "wrong").status_code == 422
    answer = attempt(client, "alice")
    assert answer.status_code == 429
    assert WAIT in answer.text
    later(minutes=5, seconds=1)
    assert attempt(client, "alice").status_code == 302


def test_the_throttle_survives_a_restart_and_holds_for_every_process(
    settings, app, two_sites, attempt
):
    for number in range(throttle.PER_KEY):
        process = create_app(settings) if number % 2 else app
        attempt(process.test_client(), "alice", "wrong")
        if process is not app:
            process.extensions["registry_engine"].dispose()
    restarted = create_app(settings)
    assert attempt(restarted.test_client(), "alice").status_code == 429
    restarted.extensions["registry_engine"].dispose()


def test_a_forged_address_does_not_escape_the_throttle(app, two_sites, token_of):
    """Without a stated proxy, X-Forwarded-For is a claim of the client."""
    client = app.test_client()
    for number in range(throttle.PER_KEY):
        token = token_of(client.get("/sign-in").text)
        client.post(
            "/sign-in",
            data={"username": f"u{number}", "password": "x", "csrf_token": token},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        )
    token = token_of(client.get("/sign-in").text)
    typed = {"username": "alice", "password": PASSWORD, "csrf_token": token}
    forged = {"X-Forwarded-For": "198.51.100.1"}
    assert client.post("/sign-in", data=typed, headers=forged).status_code == 429


def test_a_stated_proxy_tells_the_address(settings, two_sites, token_of):
    app = create_app(replace(settings, proxy_hops=1))
    for number in range(throttle.PER_KEY):
        client = app.test_client()
        token = token_of(client.get("/sign-in").text)
        typed = {"username": f"u{number}", "password": "x", "csrf_token": token}
        client.post("/sign-in", data=typed, headers={"X-Forwarded-For": "203.0.113.1"})
    for address, status in (("203.0.113.1", 429), ("203.0.113.2", 302)):
        client = app.test_client()
        token = token_of(client.get("/sign-in").text)
        typed = {"username": "alice", "password": PASSWORD, "csrf_token": token}
        headers = {"X-Forwarded-For": address}
        assert client.post("/sign-in", data=typed, headers=headers).status_code == status
    app.extensions["registry_engine"].dispose()


# --- where to go next -----------------------------------------------------------------------

EVIL = [
    "//evil.example", "/\\evil.example", "\\\\evil.example", "http://evil.example",
    "https:evil.example", "http:///evil.example", "///evil.example", "/\t/evil.example",
    "/\n/evil.example", "javascript:alert(1)", "data:text/html,x", " //evil.example",
    "/%0d%0aLocation:x\r\nLocation: //evil.example", "//evil.example/%2f..", "/\u2215evil.example",
    "/@evil.example:80", "evil.example", "https://evil.example@localhost", "/\x00/evil", "..//evil",
    "/x#//evil.example", "/x;//evil.example", "/patients/?q=<script>", "//localhost@evil.example",
    "/\u3002evil.example", "\u2028//evil.example", "/\\/evil.example", "HTTP://evil.example", "//",
]  # fmt: skip


@pytest.mark.parametrize("wanted", EVIL)
def test_next_never_leads_to_another_host(app, two_sites, attempt, wanted):
    assert attempt(app.test_client(), "alice", next=wanted).location == "/"
    page = app.test_client().get("/sign-in", query_string={"next": wanted}).text
    assert 'name="next"' not in page


@pytest.mark.parametrize("wanted", ["/patients/", "/patients/N-001", "/patients/?q=n&after=N"])
def test_next_leads_back_to_where_one_wanted_to_go(client, two_sites, attempt, wanted):
    sent = client.get(wanted)
    assert sent.status_code == 302
    page = client.get(sent.location).text
    hidden = re.search(r'name="next" value="([^"]+)"', page)[1].replace("&amp;", "&")
    assert attempt(client, "alice", next=hidden).location == wanted


# --- sessions -------------------------------------------------------------------------------


def test_the_session_changes_at_sign_in(client, two_sites, attempt):
    client.get("/sign-in")
    before = cookie_of(client)
    attempt(client, "alice")
    assert cookie_of(client) != before


def test_a_cookie_planted_before_sign_in_is_worth_nothing_after_it(app, two_sites, attempt):
    victim = app.test_client()
    victim.get("/sign-in")
    planted = cookie_of(victim)
    attempt(victim, "alice")
    assert use_cookie(app, planted).get("/patients/").status_code == 302


def test_two_sign_ins_are_two_sessions(app, signed_in, engine):
    first, second = signed_in("alice"), signed_in("alice")
    assert cookie_of(first) != cookie_of(second)
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(UserSession)) == 2


def test_the_cookie_holds_neither_name_nor_key_and_the_database_no_reference(
    app, signed_in, two_sites, engine
):
    client = signed_in("alice")
    with client.session_transaction() as held:
        reference = held["_user_id"]
    assert str(two_sites.users["alice"]) not in cookie_of(client)
    with reading(engine) as session:
        stored = session.scalar(select(UserSession.token_sha256))
    assert reference.encode() not in stored


def test_a_copied_cookie_is_dead_after_sign_out(app, signed_in, token_of):
    client = signed_in("alice")
    copied = cookie_of(client)
    assert use_cookie(app, copied).get("/patients/").status_code == 200
    token = token_of(client.get("/patients/").text)
    answer = client.post("/sign-out", data={"csrf_token": token})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert use_cookie(app, copied).get("/patients/").location.startswith("/sign-in")


def test_signing_out_ends_this_session_only(signed_in, token_of):
    here, elsewhere = signed_in("alice"), signed_in("alice")
    here.post("/sign-out", data={"csrf_token": token_of(here.get("/patients/").text)})
    assert elsewhere.get("/patients/").status_code == 200


def test_an_idle_session_ends(signed_in, later, settings):
    client = signed_in("alice")
    later(minutes=settings.idle_minutes - 1)
    assert client.get("/patients/").status_code == 200
    later(minutes=2 * settings.idle_minutes - 2)
    assert client.get("/patients/").status_code == 200  # the last click counts
    later(minutes=4 * settings.idle_minutes)
    assert client.get("/patients/").status_code == 302


def test_a_session_ends_after_its_hours_however_busy(signed_in, later, settings):
    client = signed_in("alice")
    for minutes in range(0, settings.session_hours * 60, settings.idle_minutes - 5):
        later(minutes=minutes)
        assert client.get("/patients/").status_code == 200
    later(hours=settings.session_hours)
    assert client.get("/patients/").status_code == 302


def test_a_forged_cookie_is_nobody(app, two_sites):
    for value in ("", "x", "." * 50, "eyJfdXNlcl9pZCI6ImEifQ.aaaa.bbbb", "x" * 4000):
        assert use_cookie(app, value).get("/patients/").status_code == 302


def test_a_reference_that_is_made_up_is_nobody(client, two_sites):
    for reference in ("", "x", "\0", "' OR 1=1", None, str(two_sites.users["alice"])):
        with client.session_transaction() as held:
            held["_user_id"], held["_fresh"] = reference, True
        assert client.get("/patients/").status_code == 302


def test_signing_in_again_while_signed_in_leads_on(signed_in):
    assert signed_in("alice").get("/sign-in").location == "/"


# --- one's own password ---------------------------------------------------------------------

CHANGE = {
    "password": PASSWORD,
    "new_password": "quite another password",
    "new_password_again": "quite another password",
}


def test_people_choose_their_own_password_and_sign_in_again(app, signed_in, sender, attempt):
    elsewhere, here = signed_in("alice"), sender(signed_in("alice"))
    assert here("/password", CHANGE).location == "/sign-in"
    for client in (elsewhere, here.client):
        assert client.get("/patients/").status_code == 302
    assert attempt(app.test_client(), "alice").status_code == 422
    assert attempt(app.test_client(), "alice", CHANGE["new_password"]).status_code == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"password": "wrong"}, "The present password is not right"),
        ({"new_password_again": "something else here"}, "The two new passwords differ"),
        ({"new_password": "short", "new_password_again": "short"}, "Use 12 to 256 characters"),
        ({"new_password": "", "new_password_again": ""}, "this is needed"),
        ({"new_password": "a\0" * 9, "new_password_again": "a\0" * 9}, "cannot be stored"),
    ],
)
def test_a_new_password_that_breaks_a_rule_is_refused(signed_in, sender, typed, sentence):
    answer = sender(signed_in("alice"))("/password", CHANGE | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "another password" not in answer.text
    assert signed_in("alice").get("/patients/").status_code == 200  # the old one still holds


def test_guessing_the_present_password_is_throttled(signed_in, sender):
    alice = sender(signed_in("alice"))
    for _ in range(throttle.PER_KEY):
        alice("/password", CHANGE | {"password": "wrong"})
    assert WAIT in alice("/password", CHANGE).text


# --- what else ------------------------------------------------------------------------------


def test_an_older_hash_is_renewed_at_sign_in(app, engine, settings, two_sites, attempt):
    weak = hash_password(PASSWORD, replace(settings, argon2_memory_kib=16))
    with writing(engine, Context("tests", "older parameters")) as session:
        session.get_one(User, two_sites.users["alice"]).password_hash = weak
    assert attempt(app.test_client(), "alice").status_code == 302
    with reading(engine) as session:
        stored = session.get_one(User, two_sites.users["alice"]).password_hash
    assert "m=8," in stored
    assert attempt(app.test_client(), "alice").status_code == 302


def test_sign_ins_and_failures_are_in_the_access_log(client, engine, two_sites, attempt):
    attempt(client, "alice", "wrong")
    attempt(client, "alice")
    with reading(engine) as session:
        lines = session.execute(select(AccessLog.actor, AccessLog.action).order_by(AccessLog.id))
        assert [tuple(line) for line in lines] == [
            ("alice", "sign_in_failed"),
            ("alice", "sign_in"),
        ]


def test_the_log_keeps_no_password_that_was_typed_as_a_name(client, engine, two_sites, attempt):
    """People type their password into the wrong box; an unknown name is not kept as typed."""
    attempt(client, "my secret word 42!", "x")
    with reading(engine) as session:
        for table in AccessLog.metadata.sorted_tables:
            assert "secret" not in str(session.execute(select(table)).all())


def test_a_signed_in_page_names_nobody_to_a_stranger(client, two_sites):
    page = client.get("/no-such-page", follow_redirects=True).text
    assert "Sign in" in page
    for words in ("Werkzeug", "Traceback", "sqlite", "/work/"):
        assert words not in page
