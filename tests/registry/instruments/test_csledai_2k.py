"""Clinical SLEDAI-2K: the SLEDAI-2K without its two serology items."""

from hypothesis import given
from hypothesis import strategies as st

from registry.instruments import sledai_2k
from registry.instruments.csledai_2k import INSTRUMENT, from_parts, score

any_answers = st.fixed_dictionaries(
    {item.code: st.sampled_from([0, 1, None]) for item in sledai_2k.ITEMS}
)


def test_its_maximum_is_what_its_items_can_reach():
    assert sum(item.weight for item in INSTRUMENT.items) == INSTRUMENT.maximum == 101


@given(any_answers, st.sampled_from([0, 1, None]), st.sampled_from([0, 1, None]))
def test_serology_never_changes_it(answers, complement, dna):
    serology = {"low_complement": complement, "increased_dna_binding": dna}
    assert score(answers | serology) == score(answers)


@given(any_answers)
def test_stored_parts_give_the_score_that_the_answers_give(answers):
    stored, fresh = from_parts(sledai_2k.score(answers).parts), score(answers)
    assert (stored.total, stored.known_points, stored.max_possible, stored.complete) == (
        (fresh.total, fresh.known_points, fresh.max_possible, fresh.complete)
    )


def test_a_historic_total_without_items_has_no_clinical_score():
    assert from_parts({}) is None


def test_it_is_computed_never_collected():
    assert not INSTRUMENT.stored
    assert INSTRUMENT.derived_from == "sledai_2k"
