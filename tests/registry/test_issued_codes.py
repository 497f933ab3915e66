"""Issued codes find the slips of a tired hand."""

from hypothesis import given
from hypothesis import strategies as st

from registry.issued_codes import ALPHABET, LENGTH, check_character, is_issued, new_code

BODY = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def test_a_new_code_is_valid_and_has_no_letter_that_looks_like_another():
    code = new_code("LR")
    assert is_issued(code)
    assert not set("ILOU") & set(ALPHABET)
    assert len({new_code("LR") for _ in range(200)}) == 200


@given(BODY, st.integers(0, LENGTH), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_found(body, place, other):
    code = body + check_character(body)
    wrong = code[:place] + other + code[place + 1 :]
    assert is_issued(f"LR-{wrong}") is (wrong == code)


@given(BODY, st.integers(0, LENGTH - 1))
def test_swapped_neighbours_are_found_but_for_the_first_and_last_of_the_alphabet(body, place):
    code = body + check_character(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    blind = {code[place], code[place + 1]} == {ALPHABET[0], ALPHABET[-1]}
    assert is_issued(f"LR-{swapped}") is (swapped == code or blind)


def test_other_text_is_no_issued_code():
    assert not any(map(is_issued, ["", "LR", "LR-", "P-001", "LR-0000000", "LR-00000000é", "LR-é"]))
