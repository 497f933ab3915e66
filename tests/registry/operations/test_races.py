"""Two people at the same moment, on both databases: one wins, the other is told, nothing breaks.

Each race is also run in turn, because that is how it ends when one of the two is a little late.
"""

import re
from threading import Barrier, Thread

import pytest

from registry.database.engine import reading, writing_unaudited
from registry.models import Draft, Enrolment, Infusion, Medication, Patient, Signature, User, Visit
from registry.operations.drafts import keep_draft
from tests.population import PASSWORD
from tests.sending import hidden_fields


@pytest.fixture
def database_url(engine_url):
    return engine_url


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def at_once(*acts):
    """Run the acts in threads that start together; return what they returned."""
    barrier, answers = Barrier(len(acts)), {}

    def run(place, act):
        barrier.wait()
        answers[place] = act()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[place] for place in range(len(acts))]


def in_turn(*acts):
    """Run the acts one after the other; return what they returned."""
    return [act() for act in acts]


@pytest.fixture(params=[at_once, in_turn], ids=["at_once", "in_turn"])
def race(request):
    return request.param


def ready(person, address, typed):
    """Draw the form now; return what sends it later."""
    fields = hidden_fields(person.send.client.get(address).text) | typed
    return lambda: person.send.client.post(address, data=fields).status_code


def test_one_visit_is_signed_once(clinic, alice, race):
    code = alice.log()
    typed = {"meaning": "authorship", "password": PASSWORD, "checks_read": "true"}
    acts = [ready(person, f"/visits/{code}/sign", typed) for person in (alice, clinic("alice"))]
    assert sorted(race(*acts)) == [303, 409]
    assert len(alice.rows(Signature)) == 1


@pytest.mark.parametrize("days", [("2026-03-10", "2026-04-10"), ("2026-03-10", "2026-03-10")])
def test_two_visits_signed_at_once_leave_one_dose_for_each_day(clinic, alice, race, days):
    doses = [alice.log(day, steroid__drug="prednisone", steroid__daily_dose="10") for day in days]
    typed = {"meaning": "authorship", "password": PASSWORD, "checks_read": "true"}
    people = (alice, clinic("alice"))
    acts = [
        ready(person, f"/visits/{code}/sign", typed)
        for person, code in zip(people, doses, strict=True)
    ]
    apart = len(set(days)) == 2
    assert sorted(race(*acts)) == ([303, 303] if apart else [303, 422])
    signed = {visit.id for visit in alice.rows(Visit) if visit.signed_version}
    ends = [row.ended_on and row.ended_on.text for row in in_force(alice, signed)]
    assert ends == (["2026-04-09", None] if apart else [None])


def test_a_dose_taken_out_while_another_is_signed_leaves_no_gap(clinic, alice, race, typed_visit):
    late = alice.signed("2026-04-10", steroid__drug="prednisone", steroid__daily_dose="5")
    early = alice.log("2026-03-10", steroid__drug="prednisone", steroid__daily_dose="10")
    typed = {"meaning": "authorship", "password": PASSWORD, "checks_read": "true"}
    emptied = typed_visit("2026-04-10") | {"amendment_reason": "typing", "password": PASSWORD}
    acts = [
        ready(alice, f"/visits/{early}/sign", typed),
        ready(clinic("alice"), f"/visits/{late}/amend", emptied),
    ]
    assert race(*acts) == [303, 303]
    assert alice.doses() == [("prednisone 10", "2026-03-10", None)]


def in_force(alice, signed):
    rows = sorted(alice.rows(Medication), key=lambda row: row.started_on.earliest)
    return [row for row in rows if row.visit_id in signed]


def test_one_of_two_changes_wins_and_the_other_is_shown(clinic, alice, typed_visit, race):
    code = alice.log()
    acts = [
        ready(person, f"/visits/{code}/change", typed_visit(reason=name))
        for name, person in {"alice": alice, "cora": clinic("cora")}.items()
    ]
    assert sorted(race(*acts)) == [303, 409]
    assert alice.row(Visit).row_version == 2


def test_one_of_two_transfers_wins(clinic, alice, race):
    typed = {"site": "SOUTH", "on": "2026-05-01"}
    acts = [ready(person, "/patients/N-001/transfer", typed) for person in (alice, clinic("cora"))]
    assert sorted(race(*acts)) in ([303, 403], [303, 404], [303, 409])
    assert len([e for e in alice.rows(Enrolment) if e.to_on is None]) == 2


def test_one_patient_code_is_given_once(clinic, alice, race):
    typed = {"site": "NORTH", "patient_id": "N-777", "sex": "female", "enrolled_on": "2026"}
    acts = [ready(person, "/patients/new", typed) for person in (alice, clinic("cora"))]
    lost = set(race(*acts)) - {303}
    assert lost < {409, 422}
    assert [p.code for p in alice.rows(Patient)].count("N-777") == 1


def test_drafts_saved_at_the_same_moment_are_one(alice, race):
    engine = alice.app.extensions["registry_engine"]
    with reading(engine) as session:
        user = session.query(User).filter_by(username="alice").one()

    def keep():
        with writing_unaudited(engine) as session:
            return keep_draft(session, user.id, "visit", "N-001", {"reason": "x"})

    assert len(race(keep, keep, keep)) == 3
    assert len(alice.rows(Draft)) == 1


def test_the_same_lot_named_twice_at_once_is_one_lot(clinic, alice, race):
    from registry.models import Lot

    typed = {"started_at": "2026-03-10", "cell_type": "msc", "lot": "LOT-1"}
    people = (alice, clinic("cora"))
    acts = [ready(person, "/patients/N-001/infusions/new", typed) for person in people]
    assert set(race(*acts)) <= {303, 409}
    assert len(alice.rows(Lot)) == 1


def test_a_conflict_page_can_be_read_after_a_lost_race(clinic, alice, typed_visit):
    code = alice.log()
    page = alice.send.client.get(f"/visits/{code}/change").text
    clinic("cora").change(code, reason="first")
    mine = hidden_fields(page) | typed_visit(reason="second")
    answer = alice.send.client.post(f"/visits/{code}/change", data=mine)
    rows = re.findall(r"<t[hd][^>]*>\s*(first|second)\s*</t[hd]>", answer.text)
    assert (answer.status_code, rows) == (409, ["first", "second"])


def test_an_autologous_lot_is_given_to_one_of_two_patients(clinic, alice, race):
    lot = {"code": "L-1", "cell_type": "msc", "donor_type": "autologous"}
    assert alice.send("/lots/new", lot).status_code == 303
    given = {"started_at": "2026-03-01", "cell_type": "msc", "lot": "L-1"}
    acts = [
        ready(person, f"/patients/{code}/infusions/new", given)
        for code, person in {"N-001": alice, "S-canary": clinic("charlie")}.items()
    ]
    assert sorted(race(*acts)) == [303, 422]
    assert len(alice.rows(Infusion)) == 1
