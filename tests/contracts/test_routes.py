"""Every route, by every method, for every kind of person, on everybody's records.

What must happen is computed from the permission table and the sites; nothing is listed twice.
A route with an argument that this file cannot fill fails until somebody says how.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from registry import clock
from registry.audit.context import Context
from registry.database.engine import reading, writing, writing_unaudited
from registry.models import AuditHead, LaboratoryLimit, RoleGrant, User, UserSession
from registry.permissions import GRANTS, Permission, Role
from registry.plots import FIGURES
from registry.views import PUBLIC, ROUTES, SIGNED_IN, gate
from tests.population import NORTH, PEOPLE, SOUTH
from tests.two_hospitals import CANARY, Case

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# A page, a redirect after a deed, a form drawn again, a conflict with the state of the record.
SERVED = frozenset({200, 204, 302, 303, 304, 409, 422})
LEAVES = "auth.sign_out"  # tested apart: it ends the session that the walk needs
NOBODY = ("anonymous", "disabled", "expired", "revoked")
REFERENCE = re.compile(r"Reference for support: \w+|[0-9a-f]{32}")
TOKENS = re.compile(r'(name="csrf(?:_|-)token" (?:value|content)=")[^"]+')


# --- who asks -------------------------------------------------------------------------------


@dataclass
class Actor:
    """A person with a browser, and the roles in force; None is the whole registry."""

    name: str
    client: Any
    token: str
    grants: frozenset[tuple[Role, int | None]]

    @property
    def known(self) -> bool:
        return self.name not in NOBODY

    def may(self, needed: Permission | str) -> bool:
        if needed in {PUBLIC, SIGNED_IN}:
            return self.known or needed == PUBLIC
        return any(needed in GRANTS[role] for role, _ in self.grants)

    def sites(self, needed: Permission) -> frozenset[int]:
        found: set[int] = set()
        for role, site in self.grants:
            if needed in GRANTS[role]:
                found |= {NORTH, SOUTH} if site is None else {site}
        return frozenset(found)

    def reads(self, case: Case, needed: Permission) -> bool:
        return bool({case.made_at, case.open_at} & self.sites(needed))


@pytest.fixture
def actor(request, app, cases, signed_in, token_of) -> Actor:
    """The person named by the parameter, signed in, then whatever befell the session."""
    name = request.param
    if name == "anonymous":
        client = app.test_client()
        return Actor(name, client, token_of(client.get("/sign-in").text), frozenset())
    person = {"no role": "cora", "disabled": "cora", "expired": "cora", "revoked": "cora"}
    username = person.get(name, name)
    client = signed_in(username)
    token = token_of(client.get("/definitions/").text)
    befall(app.extensions["registry_engine"], name)
    role, site = PEOPLE[username]
    grants = frozenset() if name in person else frozenset({(Role(role), site)})
    return Actor(name, client, token, grants)


def befall(engine, what: str) -> None:
    now = clock.now()
    with writing(engine, Context("tests", "what befell")) as session:
        cora = session.scalar(select(User).where(User.username == "cora"))
        if what == "disabled":
            cora.disabled_at = now
        if what == "no role":
            grant = session.scalar(select(RoleGrant).where(RoleGrant.user_id == cora.id))
            grant.revoked_at = now
    changes = {"expired": {"expires_at": now}, "revoked": {"revoked_at": now}}
    if what in changes:
        with writing_unaudited(engine) as session:
            session.execute(update(UserSession).values(changes[what]))


ACTORS = [*PEOPLE, "no role", *NOBODY]
everybody = pytest.mark.parametrize("actor", ACTORS, indirect=True)


# --- what is asked --------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """One route with its arguments filled from one case, or from none where it has none."""

    endpoint: str
    address: str
    methods: frozenset[str]
    case: Case | None = None  # None: the route names no record
    of_patient: bool = False  # the route names the patient only, not a record


Arguments = dict[str, Any]
FIGURES_OF_PATIENTS = sorted(code for code, made in FIGURES.items() if made.kind == "patient")
KINDS = (  # what can be voided and has a site
    *("infusion", "visit", "medication", "adjunct", "result"),
    *("condition", "biopsy", "pregnancy"),
    *("flare", "intercurrent", "contact"),
)
# What a route names of a clinical record → the arguments for a case, one or several.
RECORDS: dict[frozenset[str], Callable[[Case], list[Arguments]]] = {
    frozenset({"code"}): lambda case: [{"code": case.patient}],
    frozenset({"kind", "key"}): lambda case: [
        {"kind": kind, "key": case.keys[kind]} for kind in KINDS
    ],
    frozenset({"code", "figure"}): lambda case: [
        {"code": case.patient, "figure": figure} for figure in FIGURES_OF_PATIENTS
    ],
    frozenset({"code", "figure", "extension"}): lambda case: [
        {"code": case.patient, "figure": figure, "extension": "csv"}
        for figure in FIGURES_OF_PATIENTS
    ],
    frozenset({"visit"}): lambda case: [
        {"visit": case.codes[name]} for name in ("visit", "signed_visit")
    ],
    frozenset({"event"}): lambda case: [{"event": case.codes["adverse_event"]}],
    frozenset({"course"}): lambda case: [{"course": case.codes["course"]}],
    frozenset({"infusion"}): lambda case: [{"infusion": case.codes["infusion"]}],
    frozenset({"adjunct"}): lambda case: [{"adjunct": case.keys["adjunct"]}],
    frozenset({"result"}): lambda case: [{"result": case.keys["laboratory_result"]}],
    frozenset({"medication"}): lambda case: [{"medication": case.keys["medication"]}],
    frozenset({"condition"}): lambda case: [{"condition": case.keys["condition"]}],
    frozenset({"biopsy"}): lambda case: [{"biopsy": case.keys["biopsy"]}],
    frozenset({"pregnancy"}): lambda case: [{"pregnancy": case.keys["pregnancy"]}],
    frozenset({"flare"}): lambda case: [{"flare": case.keys["flare"]}],
    frozenset({"intercurrent"}): lambda case: [{"intercurrent": case.keys["intercurrent"]}],
    frozenset({"contact"}): lambda case: [{"contact": case.keys["contact"]}],
    frozenset({"seq"}): lambda case: [{"seq": case.seq}],
    frozenset({"table", "row_id"}): lambda case: [
        {"table": table, "row_id": case.keys[table]}
        for table in (
            *("visit", "medication", "signature", "assessment"),
            *("adverse_event", "adverse_event_grade", "adverse_event_causality"),
            "adverse_event_version",
        )
    ],
}


def calls(app: Flask, cases: dict[str, Case], users: dict[str, Any]) -> Iterator[Call]:
    """Yield every route, once for each record it can name."""
    for rule in app.url_map.iter_rules():
        methods, plain_ones = frozenset(rule.methods), no_record(rule, users)
        with app.test_request_context():
            if plain_ones is not None:
                yield Call(rule.endpoint, app.url_for(rule.endpoint, **plain_ones), methods)
                continue
            of_patient = "code" in rule.arguments
            for case in cases.values():
                for arguments in RECORDS[frozenset(rule.arguments)](case):
                    address = app.url_for(rule.endpoint, **arguments)
                    yield Call(rule.endpoint, address, methods, case, of_patient)


def no_record(rule: Any, users: dict[str, Any]) -> Arguments | None:
    """Return the arguments of a route that names no clinical record; None for the others."""
    needs = frozenset(rule.arguments)
    if not needs:
        return {}
    if needs == {"figure", "extension"}:
        return {"figure": "spaghetti", "extension": "csv"}
    if rule.endpoint in {"static", "admin.edit_site"}:
        return {"static": {"filename": "app.css"}}.get(rule.endpoint, {"code": "NORTH"})
    if needs <= users["shared"].keys():  # lots, products and limits belong to no patient
        return {name: users["shared"][name] for name in needs}
    if ROUTES[rule.endpoint] == Permission.ADMIN:
        return {"key": users["grant" if rule.endpoint == "admin.revoke" else "alice"]}
    if needs not in RECORDS:
        pytest.fail(f"{rule.endpoint}: say in RECORDS how its arguments are filled: {set(needs)}")
    return None


@pytest.fixture
def walk(app, cases, two_sites, shared_lot) -> list[Call]:
    # A page that breaks answers 500, so that one broken page hides no other.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with reading(app.extensions["registry_engine"]) as session:
        alice = two_sites.users["alice"]
        grant = session.scalar(select(RoleGrant.id).where(RoleGrant.user_id == alice))
        limit = session.scalar(select(LaboratoryLimit.id))
    named = {"grant": grant, "shared": {**shared_lot, "limit": limit, "instrument": "clasi"}}
    return list(calls(app, cases, two_sites.users | named))


# --- what must happen -----------------------------------------------------------------------


def expected(actor: Actor, call: Call, method: str) -> frozenset[int]:
    """Return the statuses that are right for this person, route and method."""
    needed = ROUTES[call.endpoint]
    if method not in call.methods:
        return frozenset({404}) if actor.known else frozenset({302 if method in SAFE else 401})
    if needed == PUBLIC:
        return SERVED
    if not actor.known:
        return frozenset({302 if method in SAFE else 401})
    if not actor.may(needed):
        return frozenset({403})
    if method == "OPTIONS" or call.case is None or needed not in set(Permission):
        return SERVED | ({403} if call.endpoint == "audit.access" else set())
    return in_scope(actor, call, needed)


def in_scope(actor: Actor, call: Call, needed: Permission) -> frozenset[int]:
    case, writes = call.case, needed in {Permission.PATIENT_WRITE, Permission.VISIT_SIGN}
    reach = Permission.PATIENT_READ if writes else needed
    here = case.enrolled & actor.sites(reach)
    if not (here if call.of_patient else actor.reads(case, reach)):
        return frozenset({404})
    if not writes:
        return SERVED
    follows = case.open_at in actor.sites(needed)
    made_here = call.of_patient or case.made_at == case.open_at
    return SERVED if follows and made_here else frozenset({403})


def send(actor: Actor, address: str, method: str) -> Any:
    typed = {} if method in SAFE else {"data": {"csrf_token": actor.token}}
    answer = actor.client.open(address, method=method, **typed)
    answer.get_data()
    answer.close()  # a static file stays open otherwise
    return answer


def text_of(answer: Any) -> str:
    return f"{answer.headers}\n{answer.get_data(as_text=True)}"


@everybody
def test_every_route_answers_as_the_permission_table_says_and_leaks_nothing(actor, walk, cases):
    """Canaries stand in every text of every record, so that any side door shows."""
    unseen = [case for case in cases.values() if not may_see(actor, case)]
    wrong, leaked, tried = [], [], set()
    for call in walk:
        for method in METHODS:
            if (call.endpoint, method) == (LEAVES, "POST"):
                continue
            if method not in call.methods and (call.endpoint, method) in tried:
                continue  # a wrong method is wrong whatever the record
            tried.add((call.endpoint, method))
            answer, right = send(actor, call.address, method), expected(actor, call, method)
            if answer.status_code not in right:
                wrong.append((method, call.address, answer.status_code, sorted(right)))
            leaked += [(method, call.address, found) for found in leaks(answer, call, unseen)]
    assert wrong == []
    assert leaked == []


def leaks(answer: Any, call: Call, unseen: list[Case]) -> list[str]:
    """Return the secrets in body or headers that the asker did not type into the address."""
    seen = text_of(answer)
    return [
        secret
        for case in unseen
        for secret in case.secrets()
        if secret in seen and secret not in call.address
    ]


@everybody
def test_a_slash_more_or_less_opens_nothing(actor, walk):
    for call in walk:
        other = call.address[:-1] if call.address.endswith("/") else f"{call.address}/"
        if other and call.endpoint != "static":
            status = send(actor, other, "GET").status_code
            assert status in ({404, 308} if actor.known else {302}), other


def may_see(actor: Actor, case: Case) -> bool:
    reading_rights = (Permission.PATIENT_READ, Permission.AUDIT_READ)
    return any(actor.reads(case, needed) for needed in reading_rights)


def test_the_canaries_are_really_planted(app, cases, signed_in):
    pages = signed_in("charlie").get(f"/visits/{cases['south'].codes['visit']}").text
    pages += signed_in("audrey").get(f"/audit/transactions/{cases['south'].seq}").text
    assert pages.count(f"{CANARY}-south") > 10


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_header_does_not_change_the_method(signed_in, cases, header):
    answer = signed_in("alice").get("/patients/N-001/status", headers={header: "POST"})
    assert answer.status_code == 200


def absent_twin(call: Call) -> str | None:
    """Return the same address for a record that does not exist."""
    if call.case is None:
        return None
    known = [call.case.patient, *call.case.codes.values(), *map(str, call.case.keys.values())]
    named = max((name for name in known if name in call.address), key=len, default=None)
    if named is None:
        return call.address.replace(str(call.case.seq), "999999")
    return call.address.replace(named, str(uuid4()) if named.count("-") == 4 else "no-such-code")


@pytest.mark.parametrize("actor", ["alice", "bob", "cora"], indirect=True)
def test_absent_and_not_yours_look_the_same(actor, walk):
    compared = 0
    for call in walk:
        twin = absent_twin(call)
        if call.case is None or call.case.name != "south" or twin is None:
            continue
        if not actor.may(ROUTES[call.endpoint]):
            continue
        for method in sorted(call.methods - {"OPTIONS"}):
            theirs, absent = (send(actor, a, method) for a in (call.address, twin))
            assert theirs.status_code == absent.status_code == 404, call.address
            assert plain(theirs) == plain(absent)
            compared += 1
    assert compared > 5


def plain(answer: Any) -> str:
    return TOKENS.sub(r"\1", REFERENCE.sub("", text_of(answer)))


@pytest.mark.parametrize("actor", ["bob", "audrey", "dora", "no role"], indirect=True)
def test_who_only_reads_changes_nothing(actor, walk, app):
    engine = app.extensions["registry_engine"]
    before = head_of(engine)
    for call in walk:
        if "POST" in call.methods and call.endpoint not in {LEAVES, "auth.sign_in"}:
            status = send(actor, call.address, "POST").status_code
            needed = ROUTES[call.endpoint]
            assert status == 403 or actor.may(needed), call.address
    assert head_of(engine) == before


def head_of(engine) -> tuple[int, str]:
    with reading(engine) as session:
        return tuple(session.execute(select(AuditHead.seq, AuditHead.mac)).one())


def test_a_route_without_an_entry_does_not_start(app):
    fresh = Flask("registry")
    fresh.add_url_rule("/side-door", "side.door", lambda: "")
    with pytest.raises(RuntimeError, match=r"side\.door"):
        gate.init_app(fresh, {"static": PUBLIC})


def test_an_entry_without_a_route_does_not_start():
    with pytest.raises(RuntimeError, match=r"no\.route"):
        gate.init_app(Flask("registry"), {"static": PUBLIC, "no.route": SIGNED_IN})


def test_the_application_checks_its_table_when_it_is_made(settings, monkeypatch):
    from registry import create_app, views

    monkeypatch.setattr(views, "ROUTES", {k: v for k, v in ROUTES.items() if k != "patients.show"})
    with pytest.raises(RuntimeError, match=r"patients\.show"):
        create_app(settings)


def test_every_entry_is_a_permission_or_one_of_two_words():
    assert all(
        isinstance(needed, Permission) or needed in {PUBLIC, SIGNED_IN}
        for needed in ROUTES.values()
    )


def test_only_the_sign_in_page_and_the_probes_are_public():
    public = {endpoint for endpoint, needed in ROUTES.items() if needed == PUBLIC}
    assert public == {"static", "auth.sign_in", "home.livez", "home.readyz"}


def test_administrators_hold_no_clinical_permission():
    assert GRANTS[Role.ADMINISTRATOR] == {Permission.ADMIN}
    for role in Role:
        assert role == Role.ADMINISTRATOR or Permission.ADMIN not in GRANTS[role]
