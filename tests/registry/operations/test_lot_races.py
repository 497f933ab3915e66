"""A lot is decided about, changed or voided while another transaction uses it: both databases."""

from threading import Thread
from time import sleep

import pytest
from sqlalchemy import select

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.errors import InvalidRecordError
from registry.models import Enrolment, Infusion, InfusionLot, Lot, LotDecision, Patient, Site
from registry.operations.lots import change_lot, decide, void_decision, void_lot
from registry.partial_date import PartialDate

WHY = Context("tests", "a race")
DAY = PartialDate.parse("2026-03-01")
FACTS = {"manufactured_on": None, "frozen_on": None, "expires_on": None, "donor_type": None}


@pytest.fixture
def place(engine):
    with writing(engine, WHY) as session:
        session.add_all([Site(id=1, code="A", name="North"), Lot(code="L", cell_type="msc")])
        patient = Patient(code="P", sex="female")
        session.add(patient)
        session.flush()
        stay = Enrolment(patient_id=patient.id, site_id=1, from_on=DAY)
        session.add(stay)
        session.flush()
        return {"patient_id": patient.id, "enrolment_id": stay.id, "site_id": 1}


def lot_in(session):
    return session.scalars(select(Lot).where(Lot.code == "L")).one()


def give(session, place):
    lot = session.scalars(select(Lot).where(Lot.code == "L").with_for_update()).one()
    infusion = Infusion(code="I", started_at=DAY, cell_type="msc", **place)
    session.add(infusion)
    session.flush()
    session.add(InfusionLot(infusion_id=infusion.id, lot_id=lot.id, ordinal=1))
    session.flush()


def meanwhile(engine, first, second):
    """Run ``first`` in a transaction, and ``second`` in another that begins before it ends."""
    raised = []

    def run():
        try:
            with writing(engine, WHY) as session:
                second(session)
        except InvalidRecordError as error:
            raised.append(error.fields)

    with writing(engine, WHY) as session:
        first(session)
        other = Thread(target=run)
        other.start()
        sleep(0.5)  # long enough to read, and to wait for the lot
    other.join()
    return raised


def test_a_lot_keeps_the_cells_of_an_infusion_saved_at_the_same_moment(engine, place):
    raised = meanwhile(
        engine,
        lambda session: give(session, place),
        lambda session: change_lot(session, lot_in(session), FACTS | {"cell_type": "car_t"}),
    )
    assert [list(fields) for fields in raised] == [["cell_type"]]


def test_a_lot_that_is_given_at_the_same_moment_is_not_voided(engine, place):
    raised = meanwhile(
        engine,
        lambda session: give(session, place),
        lambda session: void_lot(session, lot_in(session), "cora", "mistyped"),
    )
    assert [list(fields) for fields in raised] == [["reason"]]


def test_the_status_of_a_lot_is_that_of_its_decisions_whoever_decides_when(engine, place):
    made = {"decision": "quarantined", "decided_on": DAY, "reason": "growth"}
    with writing(engine, WHY) as session:
        decide(session, lot_in(session), made)

    def void_the_first(session):
        first = session.scalars(select(LotDecision).order_by(LotDecision.id)).first()
        void_decision(session, first, "cora", "entered twice")

    meanwhile(engine, lambda session: decide(session, lot_in(session), made), void_the_first)
    with reading(engine) as session:
        assert lot_in(session).release_status == "quarantined"
