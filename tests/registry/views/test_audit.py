"""The audit pages: what changed in words, and only what the auditor may see."""

import re

import pytest

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.models import (
    Assessment,
    Consent,
    Lot,
    Medication,
    Patient,
    PatientStatus,
    Site,
    User,
)
from registry.partial_date import PartialDate
from registry.queries.changes import described
from registry.queries.trail import Asked, entries_of, history_of, transactions
from tests.population import NORTH, SOUTH
from tests.two_hospitals import CANARY


@pytest.fixture
def database_url(engine_url):
    return engine_url


@pytest.fixture
def engine(app):
    return app.extensions["registry_engine"]


@pytest.fixture
def audrey(signed_in):
    """An auditor of the whole registry."""
    return signed_in("audrey")


@pytest.fixture
def bob(signed_in):
    """An auditor of the north."""
    return signed_in("bob")


def change(engine, act, reason="correct a slip"):
    with writing(engine, Context("alice", reason)) as session:
        act(session)


def last_change(engine):
    """Return the entries of the last transaction in words."""
    with reading(engine) as session:
        rows, _ = transactions(session, Asked(None))
        entries, _ = entries_of(session, Asked(None), rows[0].seq)
        return described(session, entries)


def fields(found):
    return {change.field: (change.before, change.after) for change in found.changes}


def reasons(page):
    return re.findall(r"<td[^>]*>([^<]*records|[^<]*slip)</td>", page)


def test_the_list_says_when_who_why_and_how_many(audrey, cases):
    page = audrey.get("/audit/").text
    assert f"{CANARY}-south records" in page
    assert "charlie" in page
    assert re.search(r"\d{1,2} \w{3} 20\d\d \d\d:\d\d UTC", page)


def test_a_partial_date_changes_once_and_as_typed(engine, cases):
    key = cases["north"].keys["medication"]

    def act(session):
        session.get_one(Medication, key).started_on = PartialDate.parse("2026-02")

    change(engine, act)
    (found,) = last_change(engine)
    assert fields(found) == {"Started on": ("2026-03-02", "2026-02")}
    assert found.patient == "N-001"


def test_an_answer_changes_in_the_words_of_its_item(engine, cases):
    key = cases["north"].keys["assessment"]

    def act(session):
        row = session.get_one(Assessment, key)
        row.answers = [1, None, *[0] * 22]
        row.reasons = {"psychosis": "not_done"}
        row.total, row.max_possible, row.complete = None, 16, False

    change(engine, act)
    (found,) = last_change(engine)
    assert fields(found) == {
        "Psychosis": ("Absent", "Not assessed"),
        "Why not assessed: Psychosis": ("–", "Not done"),
    }


def test_keys_are_shown_as_the_codes_that_people_know(engine, two_sites, cases):
    with reading(engine) as session:
        entries, _ = entries_of(session, Asked(None), cases["south"].seq)
        found = {entry.entry.table: fields(entry) for entry in described(session, entries)}
    assert found["visit"]["Site"] == ("–", "SOUTH")
    assert found["visit"]["Patient"] == ("–", "S-canary")
    assert found["infusion"]["Course"] == ("–", cases["south"].codes["course"])
    assert found["infusion"]["Cell type"] == ("–", "Mesenchymal stromal cells (MSC)")
    assert found["signature"]["User"] == ("–", "charlie")


def test_derived_and_technical_columns_are_left_out(engine, cases):
    with reading(engine) as session:
        entries, _ = entries_of(session, Asked(None), cases["south"].seq)
        found = described(session, entries)
    shown = {name for entry in found for name in fields(entry)}
    hidden = {"Row version", "Known points", "Max possible", "Started on earliest", "Enrolment"}
    assert not shown & hidden


def test_a_result_that_passed_to_another_rule_says_so(engine, cases):
    key = cases["north"].keys["assessment"]

    def act(session):
        row = session.get_one(Assessment, key)
        row.rule_version, row.total = "2030/1", 7

    with reading(engine) as session:
        before = session.get_one(Assessment, key).rule_version
    change(engine, act)
    (found,) = last_change(engine)
    assert fields(found) == {"Rule version": (before, "2030/1")}


def test_a_password_hash_is_never_shown(engine, audrey, two_sites):
    key = two_sites.users["alice"]
    change(engine, lambda session: setattr(session.get_one(User, key), "password_hash", "$x$"))
    page = audrey.get(f"/audit/records/user_account/{key}").text
    assert "hidden" in page
    assert "$x$" not in page
    assert "argon2" not in page


def test_one_record_shows_its_history_newest_first(engine, audrey, cases):
    key = cases["north"].keys["medication"]
    for drug in ("first", "second"):
        change(engine, lambda s, drug=drug: setattr(s.get_one(Medication, key), "drug", drug))
    page = audrey.get(f"/audit/records/medication/{key}").text
    assert page.index("second") < page.index("Added")
    assert page.count("correct a slip") == 2


def test_an_auditor_of_a_site_reads_the_changes_of_that_site_only(bob, cases):
    page = bob.get("/audit/").text
    assert f"{CANARY}-north records" in page
    assert f"{CANARY}-before records" in page
    assert f"{CANARY}-south records" not in page
    assert f"{CANARY}-after records" not in page


def test_a_transfer_shows_each_site_its_own_side(engine, two_sites, cases):
    def seen(site):
        with reading(engine) as session:
            found = []
            for row in transactions(session, Asked(frozenset({site})))[0]:
                entries, _ = entries_of(session, Asked(frozenset({site})), row.seq)
                found += [
                    fields(entry)["Site"][1]
                    for entry in described(session, entries)
                    if entry.entry.table == "enrolment" and entry.patient == "MOVED-1"
                ]
            return sorted(found)

    assert seen(NORTH) == ["NORTH"]
    assert seen(SOUTH) == ["NORTH", "SOUTH"]  # the present site reads all of the patient's rows


def test_a_former_site_reads_decisions_of_its_own_time_only(engine, bob, cases):
    patient = cases["before"].patient_id

    def decide(session):
        for day in ("2026-05-31", "2026-06-02"):
            on = PartialDate.parse(day)
            session.add(PatientStatus(patient_id=patient, status="active", on=on, reason=f"s{day}"))
            session.add(
                Consent(patient_id=patient, decision="given", decided_on=on, version=f"c{day}")
            )

    change(engine, decide)
    with reading(engine) as session:
        seq = transactions(session, Asked(None))[0][0].seq
    page = bob.get(f"/audit/transactions/{seq}").text
    assert "s2026-05-31" in page
    assert "c2026-05-31" in page
    assert "2026-06-02" not in page


@pytest.mark.parametrize("name", ["south", "after"])
def test_what_is_out_of_reach_does_not_exist(bob, cases, name):
    case = cases[name]
    assert bob.get(f"/audit/transactions/{case.seq}").status_code == 404
    for table in ("visit", "signature", "assessment"):
        assert bob.get(f"/audit/records/{table}/{case.keys[table]}").status_code == 404


@pytest.mark.parametrize("table", ["user_account", "site", "role_grant", "lot"])
def test_what_belongs_to_no_site_is_for_auditors_of_the_registry(
    engine, bob, audrey, two_sites, table
):
    lot = Lot(code="L-1", cell_type="msc")
    change(engine, lambda session: session.add(lot))
    keys = {"user_account": two_sites.users["alice"], "site": 1, "lot": lot.id}
    with reading(engine) as session:
        rows = entries_of(session, Asked(None, table=table), 1)[0]
    key = keys.get(table) or rows[0].row_id
    assert audrey.get(f"/audit/records/{table}/{key}").status_code == 200
    assert bob.get(f"/audit/records/{table}/{key}").status_code == 404


def test_the_count_of_a_site_tells_nothing_of_other_sites(engine, cases):
    with reading(engine) as session:
        whole = {row.seq: row.entries for row in transactions(session, Asked(None))[0]}
        north = {row.seq: row.entries for row in transactions(session, Asked(frozenset({1})))[0]}
    first = min(whole)  # made users, sites and one patient in the north
    assert north[first] < whole[first]


def test_filter_by_patient_finds_rows_that_name_it_only_through_a_visit(audrey, cases):
    page = audrey.get("/audit/?patient=N-001&table=signature").text
    assert f"{CANARY}-north records" in page
    assert f"{CANARY}-south records" not in page


def test_filter_by_person(audrey, engine, cases):
    change(engine, lambda session: session.add(Site(id=9, code="NINE", name="Nine")))
    page = audrey.get("/audit/?actor=alice").text
    assert reasons(page) == ["correct a slip"]


def test_an_unknown_patient_and_one_out_of_reach_read_alike(bob, cases):
    pages = [bob.get(f"/audit/?patient={code}") for code in ("S-canary", "S-absent")]
    texts = [re.sub(r"S-\w+|content=\"[^\"]+\"|value=\"[^\"]+\"", "", p.text) for p in pages]
    assert texts[0] == texts[1]
    assert "no such patient in your reach" in texts[0]


def test_paging_shows_every_transaction_once(engine, audrey, two_sites):
    key = two_sites.patients["N-001"]
    for number in range(60):
        change(
            engine,
            lambda s, n=number: setattr(s.get_one(Patient, key), "ancestry", f"own words {n}"),
            f"step {number} records",
        )
    first = audrey.get("/audit/?patient=N-001")
    older = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    seen = reasons(first.text) + reasons(audrey.get(older).text)
    assert seen == [f"step {number} records" for number in reversed(range(60))]


@pytest.mark.parametrize(
    "query",
    [
        "before=x", "before=-1", "before=99999999999999999999", "before=%00", "patient=%00",
        "patient=%ED%A0%80", "actor=%00", "actor=%ED%A0%80", "table=%27--", "table=%00", "table=zz",
    ],
)  # fmt: skip
def test_a_strange_question_gets_a_page(audrey, query):
    assert audrey.get(f"/audit/?{query}").status_code == 200
    assert audrey.get(f"/audit/access?{query}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/audit/transactions/999999999999999999999", "/audit/transactions/0",
        "/audit/records/visit/%00", "/audit/records/%00/1",
        "/audit/records/none/0190c0de-0000",
    ],
)  # fmt: skip
def test_a_strange_address_is_no_page(audrey, address):
    assert audrey.get(address).status_code == 404


def test_the_access_log_lists_refusals_and_is_for_the_whole_registry(audrey, bob, signed_in):
    signed_in("adam").get("/patients/N-001")
    page = audrey.get("/audit/access?action=refused").text
    assert "/patients/N-001" in page
    assert "adam" in page
    answer = bob.get("/audit/access")
    assert answer.status_code == 403
    assert "auditors of the whole registry" in answer.text


def test_markup_in_a_record_stays_text(engine, audrey, cases):
    key = cases["north"].keys["medication"]
    change(engine, lambda s: setattr(s.get_one(Medication, key), "drug", "<script>x</script>"))
    assert "<script>x" not in audrey.get(f"/audit/records/medication/{key}").text


def test_an_entry_of_an_older_shape_is_still_readable(engine, cases):
    """A column that a later migration dropped keeps its raw value."""
    with reading(engine) as session:
        rows, _ = history_of(session, Asked(None), "site", "1")
        old = rows[0].new.replace('"name"', '"former_name"')
        entry = type(rows[0])(**{n: getattr(rows[0], n) for n in rows[0].__slots__} | {"new": old})
        (found,) = described(session, [entry])
    assert fields(found)["Former name"] == ("–", "North Hospital")


def test_every_clinical_table_is_in_somebodys_reach():
    """A new table that no rule knows would be invisible to every auditor of a site."""
    from registry.audit.shape import UNAUDITED
    from registry.database.base import Base
    from registry.queries.trail import CLINICAL

    elsewhere = {"product", "lot", "lot_test", "lot_decision", "laboratory_limit"}
    elsewhere |= {"site", "user_account", "role_grant"}
    assert set(Base.metadata.tables) - UNAUDITED - elsewhere == set(CLINICAL)
