"""An inquiry is asked and stored, and is in no score, summary, choice of a visit or command."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from registry import instruments
from registry.instruments.side_effects import INSTRUMENT, ITEMS, score

answers = st.fixed_dictionaries({item.code: st.sampled_from([0, 1, None]) for item in ITEMS})


@given(answers)
def test_it_counts_harms_and_never_has_a_total(given):
    found = score(given)
    assert found.total is None
    assert found.known_points == sum(1 for answer in given.values() if answer == 1)
    assert found.complete is (None not in given.values())
    assert found.max_possible - found.known_points == len(found.missing)


def test_it_is_known_as_an_inquiry_and_has_no_calculator():
    assert sorted(instruments.INQUIRIES) == ["side_effects"]
    assert INSTRUMENT.stored
    assert not {"side_effects", "SIDE_EFFECTS"} & set(instruments.CALCULATORS)
    assert INSTRUMENT.maximum == Decimal(9)


def test_a_visit_with_nothing_else_is_no_reading_and_no_previous_visit(clinic, app):
    from datetime import date

    from registry.database.engine import reading
    from registry.queries.facts import load_facts
    from registry.queries.scope import Reach, patient_in_reach
    from registry.queries.visit_form import beside

    alice = clinic("alice")
    every = {f"side_effects__{item.code}": "absent" for item in ITEMS}
    alice.signed("2026-03-01", "rash")
    alice.signed("2026-03-10", **every)
    with reading(app.extensions["registry_engine"]) as session:
        found = load_facts(session, date(2026, 11, 1))
        patient = patient_in_reach(session, Reach.everything(), "N-001")
        before = beside(session, patient, date(2026, 4, 1)).previous
    facts = next(one for one in found if one.patient_id == "N-001")
    assert {a.instrument for visit in facts.visits for a in visit.assessments} == {"sledai_2k"}
    assert [visit.inquired for visit in facts.visits] == [False, True]
    assert before.on == date(2026, 3, 10)


def test_the_summary_has_no_row_of_it(clinic):
    alice = clinic("alice")
    given = {"cell_type": "msc", "started_at": "2026-01-12"}
    alice.send("/patients/N-001/infusions/new", given)
    alice.signed("2026-04-12", "rash", side_effects__none="true", pga__value="1")
    shown = alice.send.client.get("/cohort").text
    assert "PGA" in shown or "Physician global" in shown
    assert "ide effects" not in shown
    assert "side_effects" not in shown
