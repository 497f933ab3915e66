"""Lots, products, release tests and decisions through their pages, and what the forms refuse."""

import pytest

from registry.models import Infusion, Lot, LotDecision, LotTest, Product

DIN = "G123498654321"


@pytest.fixture
def cora(clinic):
    return clinic("cora")


@pytest.fixture
def lot(cora):
    return add(cora, code="L-204", donor_id="D-7", din="=G1234 98 654321 77", expires_on="2027-01")


def add(person, **facts):
    answer = person.send("/lots/new", {"cell_type": "msc", **facts})
    assert answer.status_code == 303, answer.text
    return person.row(Lot, code=facts["code"])


def page(person, lot):
    return person.send.client.get(f"/lots/{lot.id}").text


def test_a_lot_is_kept_with_its_donation_number_without_flags(cora, lot):
    assert (lot.din, lot.donor_id, lot.expires_on.text) == (DIN, "D-7", "2027-01")
    text = page(cora, lot)
    assert all(word in text for word in ("L-204", DIN, "Jan 2027", "no decision", "Nobody"))


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"code": ""}, "code", "this is needed"),
        ({"code": "L/1"}, "code", "letters, digits"),
        ({"code": "L-204"}, "code", "in use already"),
        ({"cell_type": ""}, "cell_type", "this is needed"),
        ({"cell_type": "blood"}, "cell_type", "not one of the choices"),
        ({"din": "G1234 98 654321 A"}, "din", "is H, not A"),
        ({"din": "12"}, "din", "has 2 characters"),
        ({"sec": "BE00A317"}, "sec", "has 8 characters"),
        ({"viability_percent": "101"}, "viability_percent", "100"),
        ({"viability_percent": "-1"}, "viability_percent", "0"),
        ({"cells": "1e9"}, "cells", "number"),
        ({"manufactured_on": "2027-13"}, "manufactured_on", "month"),
        ({"manufactured_on": "2026-05", "frozen_on": "2026-04"}, "frozen_on", "before it was made"),
        ({"manufactured_on": "2026-05", "expires_on": "2026"}, None, ""),
        ({"manufactured_on": "2026-05", "expires_on": "2025"}, "expires_on", "before it was made"),
        ({"product_name": "nobody knows"}, "product_name", "not one of the choices"),
    ],
)  # fmt: skip
def test_bad_facts_are_answered_at_their_field(cora, lot, wrong, field, says):
    typed = {"code": "L-9", "cell_type": "msc", "passage": "P4 kept"} | wrong
    answer = cora.send("/lots/new", typed)
    if field is None:
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert says in answer.text
    assert 'value="P4 kept"' in answer.text
    assert len(cora.rows(Lot)) == 1


def test_a_code_that_only_looks_different_is_asked_about_once(cora, lot):
    typed = {"code": "l2O4", "cell_type": "msc"}
    answer = cora.send("/lots/new", typed)
    assert answer.status_code == 422
    assert "There is a lot L-204 already" in answer.text
    seen = {"answered": "There is a lot L-204 already. Is l2O4 another one?"}
    assert cora.send("/lots/new", typed | seen).status_code == 303


@pytest.mark.parametrize(
    "search", ["L-204", "l204", "l 2O4", "D7", "d-7", "=G12349865432100", "g1234-98-654321", "20"]
)
def test_the_list_finds_a_lot_however_it_is_written(cora, lot, search):
    add(cora, code="L-999", donor_id="D-8")
    found = cora.send.client.get("/lots/", query_string={"q": search}).text
    assert "L-204" in found
    assert "L-999" not in found


@pytest.mark.parametrize("search", ["%", "_", "\0", "x" * 500, "\ud800", "'; --"])
def test_a_strange_search_finds_nothing_and_breaks_nothing(cora, lot, search):
    query = search.encode("utf-8", "surrogatepass")
    for address in ("/lots/", "/lots/recipients"):
        answer = cora.send.client.get(address, query_string={"q": query})
        assert answer.status_code == 200
        assert f"/lots/{lot.id}" not in answer.text


def test_lots_come_fifty_at_a_time(cora, app):
    from registry.audit.context import Context
    from registry.database.engine import writing

    with writing(app.extensions["registry_engine"], Context("tests", "many lots")) as session:
        session.add_all(Lot(code=f"M-{n:03}", cell_type="msc") for n in range(60))
    first = cora.send.client.get("/lots/").text
    assert "M-049" in first
    assert "M-050" not in first
    assert "M-050" in cora.send.client.get("/lots/?after=M-049").text


def test_release_tests_wait_as_pending_and_get_their_result(cora, lot):
    new = f"/lots/{lot.id}/tests/new"
    sterility = {"test": "sterility", "limit": "no growth", "state": "pending"}
    assert cora.send(new, sterility).status_code == 303
    assert "Pending" in page(cora, lot)
    test = cora.row(LotTest)
    came = sterility | {"state": "", "result": "growth", "reported_on": "2026-03-01"}
    assert cora.send(f"/lots/tests/{test.id}", came).status_code == 303
    text = page(cora, lot)
    assert "Failed" in text
    assert "by the limit" in text
    assert "1 Mar 2026" in text


def test_a_verdict_that_the_result_contradicts_is_asked_about_once(cora, lot):
    new = f"/lots/{lot.id}/tests/new"
    typed = {"test": "viability", "limit": ">=80 %", "result": "70", "unit": "%", "state": "passed"}
    answer = cora.send(new, typed)
    assert answer.status_code == 422
    assert "Nothing is saved yet" in answer.text
    assert cora.rows(LotTest) == []
    seen = {"answered": "The result 70 % does not meet the limit >=80 %. Passed?"}
    assert seen["answered"].replace(">", "&gt;") in answer.text
    assert cora.send(new, typed | seen).status_code == 303
    assert "does not meet the limit" in page(cora, lot)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"test": ""}, "test"),
        ({"state": "maybe"}, "state"),
        ({"state": ""}, "state"),
        ({"comparator": "~"}, "comparator"),
        ({"reported_on": "2030"}, "reported_on"),
    ],
)
def test_a_release_test_needs_to_make_sense(cora, lot, wrong, field):
    answer = cora.send(f"/lots/{lot.id}/tests/new", {"test": "x", "state": "pending"} | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def decide(person, lot, decision, on, reason="because"):
    typed = {"decision": decision, "decided_on": on, "reason": reason}
    return person.send(f"/lots/{lot.id}/decisions/new", typed)


def test_the_latest_decision_is_the_status_whatever_the_order_of_entry(cora, lot):
    assert decide(cora, lot, "recalled", "2026-05-01", "a late positive").status_code == 303
    assert decide(cora, lot, "released", "2026-02-01").status_code == 303
    assert cora.row(Lot).release_status == "recalled"
    text = page(cora, lot)
    assert "since 1 May 2026: a late positive" in text
    recalled = cora.row(LotDecision, decision="recalled")
    assert cora.send(f"/lots/decisions/{recalled.id}/void", {"reason": ""}).status_code == 422
    answer = cora.send(f"/lots/decisions/{recalled.id}/void", {"reason": "another lot"})
    assert answer.status_code == 303
    assert cora.row(Lot).release_status == "released"
    assert "a late positive" not in page(cora, lot)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"decision": ""}, "decision"),
        ({"decision": "burnt"}, "decision"),
        ({"decided_on": ""}, "decided_on"),
        ({"decided_on": "2030-01-01"}, "decided_on"),
        ({"decided_on": "2025"}, "decided_on"),
        ({"reason": " "}, "reason"),
    ],
)
def test_a_decision_needs_its_date_and_reason(cora, lot, wrong, field):
    facts = {"cell_type": "msc", "manufactured_on": "2026-01-05"}
    assert cora.send(f"/lots/{lot.id}/change", facts).status_code == 303
    typed = {"decision": "released", "decided_on": "2026-02-01", "reason": "ok"} | wrong
    answer = cora.send(f"/lots/{lot.id}/decisions/new", typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert cora.rows(LotDecision) == []


def test_facts_that_infusions_contradict_are_refused(cora, lot):
    given = {"started_at": "2026-03-01", "cell_type": "msc", "lot": "L-204"}
    assert cora.send("/patients/N-001/infusions/new", given).status_code == 303
    for wrong, says in (
        ({"cell_type": "hsc"}, "of another type"),
        ({"manufactured_on": "2026-04"}, "given before Apr 2026"),
    ):
        answer = cora.send(f"/lots/{lot.id}/change", {"cell_type": "msc"} | wrong)
        assert answer.status_code == 422
        assert says in answer.text


def test_two_people_at_one_lot_overwrite_nothing(cora, lot, clinic):
    other = clinic("alice")
    address = f"/lots/{lot.id}/change"
    stale = other.send.client.get(address).text
    assert cora.send(address, {"cell_type": "msc", "passage": "P3"}).status_code == 303
    from tests.sending import hidden_fields

    mine = hidden_fields(stale) | {"cell_type": "msc", "passage": "P5"}
    answer = other.send.client.post(address, data=mine)
    assert answer.status_code == 409
    assert "P3" in answer.text
    assert "P5" in answer.text
    assert cora.row(Lot).passage == "P3"


def test_only_a_coordinator_decides_and_readers_change_nothing(lot, signed_in):
    for name in ("alice", "dora", "audrey"):
        client = signed_in(name)
        text = client.get(f"/lots/{lot.id}").text
        assert "L-204" in text
        assert "decisions/new" not in text
        assert ("tests/new" in text) is (name == "alice")
        assert client.get(f"/lots/{lot.id}/decisions/new").status_code == 403
    assert signed_in("adam").get("/lots/").status_code == 403


def test_products_are_named_once_and_offered_to_lots(cora, lot):
    facts = {"name": "UC-MSC 2", "cell_type": "msc", "maker": "Cell plant"}
    assert cora.send("/products/new", facts).status_code == 303
    assert "in use already" in cora.send("/products/new", facts).text
    product = cora.row(Product)
    changed = {"cell_type": "msc", "maker": "Another plant"}
    assert cora.send(f"/products/{product.id}/change", changed).status_code == 303
    named = {"cell_type": "msc", "product_name": "UC-MSC 2"}
    assert cora.send(f"/lots/{lot.id}/change", named).status_code == 303
    text = cora.send.client.get(f"/products/{product.id}").text
    assert "Another plant" in text
    assert "L-204" in text
    assert "UC-MSC 2" in cora.send.client.get("/products/").text
    assert cora.row(Product).name == "UC-MSC 2"


@pytest.mark.parametrize("wrong", [{"name": ""}, {"cell_type": ""}, {"donor_type": "both"}])
def test_a_product_needs_name_and_cell_type(cora, wrong):
    answer = cora.send("/products/new", {"name": "X", "cell_type": "msc"} | wrong)
    assert answer.status_code == 422
    assert cora.rows(Product) == []


def test_a_mistyped_lot_is_voided_but_one_that_was_given_stays(cora, lot):
    given = {"started_at": "2026-03-01", "cell_type": "msc", "lot": "L-204"}
    assert cora.send("/patients/N-001/infusions/new", given).status_code == 303
    refused = cora.send(f"/lots/{lot.id}/void", {"reason": "typed wrong"})
    assert refused.status_code == 422
    assert "Infusions of this lot are recorded" in refused.text
    cora.void("infusion", cora.row(Infusion).id)
    assert cora.send(f"/lots/{lot.id}/void", {"reason": "typed wrong"}).status_code == 303
    assert cora.send.client.get(f"/lots/{lot.id}").status_code == 404
    assert "L-204" not in cora.send.client.get("/lots/").text
    again = cora.send("/patients/N-001/infusions/new", given)
    assert "was voided as a lot: typed wrong" in again.text
    recall = cora.send.client.get("/lots/recipients?q=L-204").text
    assert "L-204 (voided)" in recall
    assert "N-001" in recall


def test_the_only_decision_stays_until_there_is_another(cora, lot):
    assert decide(cora, lot, "released", "2026-02-01").status_code == 303
    only = cora.row(LotDecision, decision="released")
    answer = cora.send(f"/lots/decisions/{only.id}/void", {"reason": "never made"})
    assert answer.status_code == 422
    assert "only decision" in answer.text
    assert decide(cora, lot, "quarantined", "2026-02-02").status_code == 303
    assert cora.send(f"/lots/decisions/{only.id}/void", {"reason": "never"}).status_code == 303
