"""A page costs a fixed number of queries, whatever is recorded; a save is one commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select

from registry.models import Infusion, Visit
from registry.models.audit_entry import AuditTx
from tests.visiting import visit_form

if TYPE_CHECKING:
    from flask import Flask

    from tests.visiting import Clinic

MOST_QUERIES = 8  # with the one for the signed-in person
PAGES = (
    *("/patients/", "/patients/?q=N", "/patients/N-001", "/patients/N-001/visits/new"),
    *("/patients/N-001/damage", "/patients/N-001/classification"),
    *("/patients/N-001/history", "/lots/", "/lots/recipients?q=L-1"),
    *("/patients/N-001/laboratory", "/patients/N-001/laboratory/new"),
    "/patients/N-001/kidney",
    *("/patients/N-001/infusions/new", "/adverse-events", "/adverse-events/product/new"),
    *("/patients/N-001/adverse-events", "/patients/N-001/adverse-events/new"),
    *("/patients/N-001/flares/new", "/patients/N-001/intercurrent-events/new"),
    "/patients/N-001/contacts/new",
    "/patients/N-001/figures/trajectory",
    "/patients/N-001/figures/item_heat_map",
    "/patients/N-001/figures/measures",
    "/patients/N-001/figures/laboratory_panel",
)
CASE = ("", "/change", "/void")
# The form and the page to sign also ask for the visit's own rows in three tables, for what the
# consent says, and for the draft of the form, or the results and drafts that contradict it.
MOST_OF_A_VISIT = {"": MOST_QUERIES, "/change": 10, "/sign": 10}


@contextmanager
def noted(app: "Flask", name: str) -> Iterator[list[str]]:
    """Collect an event of the engine: each statement, or each commit."""
    seen: list[str] = []

    def note(*details: object) -> None:
        statement = details[2] if len(details) > 1 else "COMMIT"
        if statement != "BEGIN":
            seen.append(str(statement))

    engine = app.extensions["registry_engine"]
    event.listen(engine, name, note)
    yield seen
    event.remove(engine, name, note)


@pytest.fixture
def alice(clinic: Callable[[], "Clinic"]) -> "Clinic":
    return clinic()


@pytest.fixture
def queries(app: "Flask", alice: "Clinic") -> Callable[[str], int]:
    """Return a function that counts the queries of one page."""

    def count(address: str) -> int:
        with noted(app, "before_cursor_execute") as statements:
            assert alice.send.client.get(address).status_code == 200
        return len(statements)

    return count


def treat(alice: "Clinic") -> None:
    given = {"cell_type": "msc", "lot": "L-1", "started_at": "2026-01-12"}
    assert alice.send("/patients/N-001/infusions/new", given).status_code == 303


def harm(alice: "Clinic", **more: str) -> str:
    """Report an event with everything that may hang on one; return the address of the case."""
    typed = {"verbatim_term": "hot", "term": "Fever", "started_on": "2026-02", "action": "report"}
    typed |= {"graded_on_1": "2026-02", "graded_1": "2", "causality_product_reporter": "possible"}
    infusion = alice.rows(Infusion)[0].code
    address = f"/patients/N-001/adverse-events/new?infusion={infusion}"
    answer = alice.send(address, typed | {"infusion": infusion} | more)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def record_much(alice: "Clinic") -> None:
    for month in (1, 2, 3):
        alice.signed(f"2026-0{month}-20", "rash")
        alice.medicine("prednisolone", f"2026-0{month}-01", f"2026-0{month}-15", daily_dose="10")
        results = {"lab.collected_on": f"2026-0{month}-21", "lab.c3.value": "0.8"}
        given = results | {"lab.c3.unit": "g/L"}
        given |= {"lab.creatinine.value": "80", "lab.creatinine.unit": "umol/L"}
        assert alice.send("/patients/N-001/laboratory/new", given).status_code == 303
        flare = {"onset_on": f"2026-0{month}-01", "ended_on": f"2026-0{month}-01"}
        assert alice.send("/patients/N-001/flares/new", flare).status_code == 303
        pulse = {"type": "Steroid pulse", "on": f"2026-0{month}-02"}
        assert alice.send("/patients/N-001/intercurrent-events/new", pulse).status_code == 303
        tried = {"attempted_at": f"2026-0{month}-02", "mode": "phone", "result": "no answer"}
        assert alice.send("/patients/N-001/contacts/new", tried).status_code == 303
    alice.log("2026-04-20", steroid__drug="prednisone", steroid__daily_dose="5")
    for grade in ("1", "2", "3"):
        harm(alice, graded_1=grade, grade="3")
    alice.send("/patients/N-001/adverse-events/new", {"verbatim_term": "cold", "action": "draft"})


@pytest.mark.parametrize("address", PAGES)
def test_a_page_asks_no_more_when_more_is_recorded(alice, queries, address):
    alice.signed("2026-01-10", "rash")
    alice.medicine("prednisolone", "2025-12-01", "2025-12-15", daily_dose="20")
    treat(alice)
    harm(alice)
    few = queries(address)
    record_much(alice)
    assert queries(address) == few <= MOST_QUERIES


@pytest.mark.parametrize("page", CASE)
def test_a_case_asks_no_more_when_more_hangs_on_it(alice, queries, page):
    treat(alice)
    case = harm(alice)
    few = queries(case + page)
    record_much(alice)
    more = {"what_is_new": "a letter", "graded_on_2": "2026-03", "graded_2": "3", "grade": "3"}
    typed = {"verbatim_term": "hot", "causality_lupus_reviewer": "possible"} | more
    assert alice.send(f"{case}/change", typed).status_code == 303
    assert queries(case + page) == few <= MOST_QUERIES


@pytest.mark.parametrize("page", MOST_OF_A_VISIT)
def test_a_visit_asks_no_more_when_more_is_recorded(alice, queries, page):
    alice.signed("2026-01-10", "rash")
    alice.medicine("prednisolone", "2025-12-01", "2025-12-15", daily_dose="20")
    treat(alice)
    results = {"lab.c3.value": "0.8", "lab.c3.unit": "g/L"}
    typed = visit_form("2026-05-10", "rash", pga__value="1.5", steroid__drug="prednisolone")
    typed |= {"steroid.daily_dose": "10"} | results
    assert alice.send("/patients/N-001/visits/new", typed).status_code == 303
    visit = f"/visits/{alice.rows(Visit)[-1].code}"
    few = queries(visit + page)
    harm(alice)
    record_much(alice)
    assert queries(visit + page) == few <= MOST_OF_A_VISIT[page]


def test_a_signed_visit_asks_for_its_signatures_besides(alice, queries):
    alice.signed("2026-01-10", "rash")
    treat(alice)
    visit = f"/visits/{alice.rows(Visit)[0].code}"
    assert queries(visit) <= MOST_QUERIES
    assert queries(f"{visit}/amend") <= MOST_OF_A_VISIT["/change"]


def test_an_empty_page_asks_no_more_than_a_full_one(queries):
    assert max(map(queries, PAGES)) <= MOST_QUERIES


def test_a_visit_with_scores_and_steroid_is_saved_in_one_commit(app, alice):
    typed = visit_form("2026-03-10", "rash", pga__value="1.5", steroid__drug="prednisolone")
    typed["steroid.daily_dose"] = "10"
    transactions = sealed(app)
    with noted(app, "commit") as commits:
        assert alice.send("/patients/N-001/visits/new", typed).status_code == 303
    assert len(commits) == 1
    assert sealed(app) == transactions + 1
    assert len(alice.rows(Visit)) == 1


def sealed(app: "Flask") -> int:
    with app.extensions["registry_engine"].connect() as connection:
        return connection.scalar(select(func.count()).select_from(AuditTx))
