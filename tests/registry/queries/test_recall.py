"""A recall on both databases: reach, lots found by their keys, and nobody missed or told apart."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.models import (
    Adjunct,
    Enrolment,
    Infusion,
    InfusionLot,
    Lot,
    Patient,
    PatientStatus,
    Site,
)
from registry.partial_date import PartialDate
from registry.queries.lots import lots_page
from registry.queries.patient_lists import lists_of
from registry.queries.recall import find_lots, recall
from registry.queries.scope import Reach, patient_in_reach

SITES = (1, 2, 3)
SEC = "BE00A317G123498654321A000123400120271231"
ENROLMENTS = {
    "stays": [(1, "2025-01-01", None)],
    "moved": [(1, "2025-01-01", "2026-01-01"), (2, "2026-01-01", None)],
    "left": [(3, "2025-01-01", "2026-01-01")],  # followed nowhere now
}
# Who got which lot where; the lot of the second is in both of the moved patient's infusions.
GIVEN = [("stays", 1, "A"), ("moved", 1, "A"), ("moved", 1, "B"), ("moved", 2, "B"),
         ("left", 3, "B")]  # fmt: skip


@pytest.fixture
def treated(engine):
    with writing(engine, Context("tests", "recall")) as session:
        session.add_all([Site(id=n, code=f"S{n}", name=f"S{n}") for n in SITES])
        lots = {
            "A": Lot(code="A-1O", cell_type="msc", donor_id="D 7"),
            "B": Lot(code="B-20", cell_type="msc", donor_id="d-7", din="G123498654321", sec=SEC),
            "C": Lot(code="C-30", cell_type="msc"),
        }
        session.add_all(lots.values())
        session.flush()
        for code, stays in ENROLMENTS.items():
            enrol(session, code, stays, lots)
    return engine


def enrol(session, code, stays, lots):
    patient = Patient(code=code, sex="female")
    session.add(patient)
    session.flush()
    for site, begin, end in stays:
        from_on, to_on = PartialDate.parse(begin), end and PartialDate.parse(end)
        stay = Enrolment(patient_id=patient.id, site_id=site, from_on=from_on, to_on=to_on)
        session.add(stay)
        session.flush()
        place = {"patient_id": patient.id, "enrolment_id": stay.id, "site_id": site}
        infusion = Infusion(code=f"I-{code}-{site}", started_at=from_on, cell_type="msc", **place)
        session.add(infusion)
        session.add(Adjunct(adjunct=f"at {site}", given_on=from_on, dose="2.50", **place))
        session.add(PatientStatus(patient_id=patient.id, status="active", on=from_on))
        session.flush()
        got = [lots[lot] for who, where, lot in GIVEN if (who, where) == (code, site)]
        session.add_all(
            InfusionLot(infusion_id=infusion.id, lot_id=lot.id, ordinal=n, cells=n)
            for n, lot in enumerate(got, 1)
        )


def recalled(engine, search, reads):
    with reading(engine) as session:
        reach = Reach(reads, frozenset())
        return recall(session, reach, find_lots(session, search))


@pytest.mark.parametrize(
    ("search", "lots"),
    [("a-10", ["A-1O"]), ("A1O", ["A-1O"]), ("D7", ["A-1O", "B-20"]), ("A", []), ("", []),
     ("=G12349865432177", ["B-20"]), ("g1234 98 654321 h", ["B-20"]),
     (f"{SEC[:21].lower()} {SEC[21:]}", ["B-20"])],
)  # fmt: skip
def test_lots_are_found_by_code_donor_and_donation(treated, search, lots):
    with reading(treated) as session:
        assert [lot.code for lot in find_lots(session, search)] == lots


@pytest.mark.parametrize(
    "stored", ["G1234 98 654321 H", "=G12349865432177", "g1234-98-654321", "G1234 98 654321 X"]
)
def test_a_donation_is_found_however_its_number_was_written(treated, stored):
    with writing(treated, Context("tests", "recall")) as session:
        session.execute(update(Lot).where(Lot.code == "C-30").values(din=stored))
    for search in ("G123498654321", "=G12349865432177", "G1234 98 654321 H"):
        with reading(treated) as session:
            assert [lot.code for lot in find_lots(session, search)] == ["B-20", "C-30"]
    found = recalled(treated, "C-30", None)
    assert [lot.code for lot in found.siblings] == ["B-20"]


@pytest.mark.parametrize(
    ("reads", "seen", "elsewhere"),
    [
        (None, ["left", "moved", "moved"], {}),
        ({1}, ["moved"], {"S3": 1}),
        ({2}, ["moved", "moved"], {"S3": 1}),
        ({3}, ["left"], {"S2": 1}),
        (set(), [], {"S2": 1, "S3": 1}),
    ],
)
def test_each_site_sees_its_own_and_the_number_of_the_others(treated, reads, seen, elsewhere):
    found = recalled(treated, "B-20", None if reads is None else frozenset(reads))
    assert sorted(row.patient for row in found.recipients) == seen
    assert found.elsewhere == elsewhere
    assert found.patients == 2
    assert [lot.code for lot in found.siblings] == ["A-1O"]


def test_a_former_site_is_not_told_where_the_patient_went(treated):
    (row,) = recalled(treated, "B-20", frozenset({1})).recipients
    assert (row.followed_at, row.followed_elsewhere, row.infusion) == (None, True, "I-moved-1")
    first, _ = recalled(treated, "B-20", frozenset({2})).recipients
    assert (first.followed_at, first.site, str(first.cells)) == ("S2", "S1", "2")
    (left,) = recalled(treated, "B-20", frozenset({3})).recipients
    assert (left.followed_at, left.followed_elsewhere) == (None, False)


def test_a_lot_that_nobody_received_has_no_recipients_and_no_siblings(treated):
    found = recalled(treated, "C-30", None)
    assert (found.patients, found.recipients, found.siblings) == (0, (), ())


def test_the_list_searches_parts_in_every_key(treated):
    with reading(treated) as session:
        for search, codes in (("0", ["A-1O", "B-20", "C-30"]), ("d7", ["A-1O", "B-20"]),
                              ("986543", ["B-20"]), ("%", []), ("_", [])):  # fmt: skip
            assert [row.code for row in lots_page(session, search).rows] == codes


@pytest.mark.parametrize(("reads", "seen"), [(None, ["at 1", "at 2"]), ({1}, ["at 1"])])
def test_adjuncts_are_read_with_the_short_lists_within_reach(treated, reads, seen):
    with reading(treated) as session:
        reach = Reach(None if reads is None else frozenset(reads), frozenset())
        patient = patient_in_reach(session, reach, "moved")
        lists = lists_of(session, patient)
    assert [row.adjunct for row in lists.adjuncts] == seen
    assert {str(row.dose) for row in lists.adjuncts} == {"2.50"}
    assert (len(lists.statuses), lists.consents) == (2, ())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.sets(st.sampled_from(SITES)), st.sampled_from(["A-1O", "B-20", "C-30", "D7"]))
def test_whoever_asks_the_number_of_recipients_is_the_same(treated, reads, search):
    everywhere = recalled(treated, search, None)
    mine = recalled(treated, search, frozenset(reads))
    assert mine.patients == everywhere.patients
    assert {row.infusion for row in mine.recipients} <= {
        row.infusion for row in everywhere.recipients
    }


@pytest.mark.parametrize("code", ["Ünit‑7", "charge–é", "Straße 4", "ıI-1", "№ 12"])
def test_a_lot_is_found_by_its_own_code_whatever_letters_a_file_gave_it(treated, code):
    with writing(treated, Context("tests", "a lot from a file")) as session:
        session.add(Lot(code=code, cell_type="msc", donor_id=f"{code} d"))
    with reading(treated) as session:
        for search in (code, f"{code} d"):
            assert [lot.code for lot in find_lots(session, search)] == [code]
            assert [row.code for row in lots_page(session, search).rows] == [code]


def test_lots_of_one_donor_are_siblings_whatever_letters_the_key_has(treated):
    with writing(treated, Context("tests", "a donor from a file")) as session:
        session.add_all([Lot(code=code, cell_type="msc", donor_id="Spender‑ß") for code in "XY"])
    found = recalled(treated, "X", None)
    assert [lot.code for lot in found.siblings] == ["Y"]
