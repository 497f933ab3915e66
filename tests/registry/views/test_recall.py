"""Who received a lot: several lots, voided infusions, transfers, and nothing of other sites."""

import re

import pytest
from sqlalchemy import select

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.models import (
    AccessLog,
    AdverseEvent,
    Infusion,
    InfusionLot,
    Lot,
    Patient,
    PatientStatus,
)
from registry.partial_date import PartialDate

ROW = re.compile(r'<tr class="govuk-table__row( voided)?"><th scope="row"[^>]*><a[^>]*>([^<]+)<')


@pytest.fixture
def engine(app):
    return app.extensions["registry_engine"]


def look_up(signed_in, who, search="LOT-SHARED"):
    answer = signed_in(who).get("/lots/recipients", query_string={"q": search})
    assert answer.status_code == 200
    return answer.text


def recipients(text):
    listed = text[text.index('aria-label="Recipients') :] if "Recipients, by date" in text else ""
    return sorted(patient for _, patient in ROW.findall(listed.partition("</table>")[0]))


@pytest.mark.parametrize(
    ("who", "sees", "elsewhere"),
    [
        ("alice", ["MOVED-1", "N-001"], "1 of them is at SOUTH"),
        ("bob", ["MOVED-1", "N-001"], "1 of them is at SOUTH"),
        ("charlie", ["MOVED-1", "MOVED-1", "S-canary"], "1 of them is at NORTH"),
        ("dora", ["MOVED-1", "MOVED-1", "N-001", "S-canary"], ""),
        ("audrey", ["MOVED-1", "MOVED-1", "N-001", "S-canary"], ""),
    ],
)
def test_nobody_is_missed_and_other_sites_show_a_number_only(
    signed_in, shared_lot, who, sees, elsewhere
):
    for text in (look_up(signed_in, who), signed_in(who).get(f"/lots/{shared_lot['lot']}").text):
        assert recipients(text) == sees
        assert "<strong>3 patients</strong>" in text
        assert elsewhere in text
        assert bool(elsewhere) is ("of them" in text)


def test_a_transfer_is_told_where_the_patient_is_now(signed_in, shared_lot):
    assert "another site" in look_up(signed_in, "alice")
    assert "another site" not in look_up(signed_in, "charlie")


@pytest.mark.parametrize("search", ["lot shared", "=l0t-shared", "D1", "d-1"])
def test_lots_are_found_by_code_and_donor_however_written(signed_in, shared_lot, search):
    assert recipients(look_up(signed_in, "charlie", search))


@pytest.mark.parametrize("search", ["LOT", "LOT-SHARED-2", "D", "%", "x" * 300])
def test_parts_of_a_key_are_no_recall(signed_in, shared_lot, search):
    text = look_up(signed_in, "dora", search)
    assert recipients(text) == []
    assert "No lot is called" in text


def change(engine, act):
    with writing(engine, Context("tests", "change")) as session:
        act(session)


def test_a_voided_infusion_stays_and_says_so(signed_in, shared_lot, cases, engine):
    from registry import clock

    def void(session):
        row = session.get_one(Infusion, cases["north"].keys["infusion"])
        row.voided_at, row.voided_by, row.void_reason = clock.now(), "alice", "wrong day"

    change(engine, void)
    text = look_up(signed_in, "alice")
    assert recipients(text) == ["MOVED-1", "N-001"]
    assert (" voided", "N-001") in ROW.findall(text)
    assert "the cells may have been given all the same" in text
    assert "<strong>3 patients</strong>" in text


def test_dead_and_lost_recipients_stay_and_say_so(signed_in, shared_lot, cases, engine):
    def lose(session):
        session.get_one(Patient, cases["north"].patient_id).death_on = PartialDate.parse("2026-05")
        lost = {"status": "lost", "on": PartialDate.parse("2026-05-05")}
        session.add(PatientStatus(patient_id=cases["south"].patient_id, **lost))

    change(engine, lose)
    text = look_up(signed_in, "dora")
    assert "Died May 2026" in text
    assert "Lost to follow-up" in text


def test_events_after_the_infusion_are_counted(signed_in, shared_lot, cases, engine, two_sites):
    def events(session):
        infusion = session.get_one(Infusion, cases["north"].keys["infusion"])
        place = {"patient_id": infusion.patient_id, "enrolment_id": infusion.enrolment_id}
        for n, (on, state) in enumerate(
            [("2026-03-02", "reported"), ("2026-03", "reported"), (None, "reported"),
             ("2026-03-01", "reported"), ("2026-03-09", "draft")]
        ):  # fmt: skip
            session.add(
                AdverseEvent(
                    **place, site_id=infusion.site_id, code=f"E-{n}", verbatim_term="fever",
                    state=state, started_on=PartialDate.parse(on) if on else None,
                )
            )  # fmt: skip

    change(engine, events)
    text = look_up(signed_in, "alice")
    line = text[text.index(">N-001<") :]
    numbers = re.findall(r'--numeric">(\d+)<', line[: line.index("</tr>")])
    assert numbers[-1] == "4"  # these three, and the one that every case has


def test_a_dose_of_two_lots_is_found_by_each(signed_in, shared_lot, cases, engine):
    def second(session):
        lot = Lot(code="LOT-2", cell_type="msc", donor_id="d 1")
        session.add(lot)
        session.flush()
        link = {"infusion_id": cases["north"].keys["infusion"], "lot_id": lot.id, "ordinal": 2}
        session.add(InfusionLot(**link, volume_ml=25))

    change(engine, second)
    text = look_up(signed_in, "alice", "lot2")
    assert recipients(text) == ["N-001"]
    assert '--numeric">25<' in text
    assert "Other lots of the same donor or donation" in text
    assert "LOT-SHARED" in text
    both = look_up(signed_in, "alice", "D-1")
    assert recipients(both) == ["MOVED-1", "N-001", "N-001"]
    assert "<strong>3 patients</strong> received these lots" in both


def test_the_look_up_is_written_to_the_access_log(signed_in, shared_lot, engine):
    look_up(signed_in, "alice", "d1")
    signed_in("alice").get(f"/lots/{shared_lot['lot']}")
    with reading(engine) as session:
        log = select(AccessLog).where(AccessLog.action == "read")
        lines = [(line.actor, line.subject, line.detail) for line in session.scalars(log)]
    detail = {"lots": ["LOT-SHARED"], "recipients": 3}
    assert lines == [
        ("alice", "recipients of d1", detail), ("alice", "recipients of LOT-SHARED", detail),
    ]  # fmt: skip


@pytest.mark.parametrize("address", ["/lots/recipients?q=LOT-SHARED", "lot"])
def test_a_recall_costs_eight_queries_at_most(app, signed_in, shared_lot, address):
    from tests.contracts.test_queries import MOST_QUERIES, noted

    client = signed_in("dora")
    with noted(app, "before_cursor_execute") as statements:
        client.get(f"/lots/{shared_lot['lot']}" if address == "lot" else address)
    asked = [one for one in statements if not one.startswith("BEGIN")]
    assert len(asked) <= MOST_QUERIES
