"""Suggestions: a title becomes its code, other words stay words."""

import pytest
from werkzeug.datastructures import MultiDict

from registry import codes
from registry.errors import InvalidRecordError
from registry.forms.history import PregnancyForm
from registry.forms.suggested import title_of


def outcome_of(typed):
    form = PregnancyForm(MultiDict({"began_on": "2016", "outcome": typed}))
    return form.checked()["outcome"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Live birth", "live_birth"),
        ("  live   BIRTH ", "live_birth"),
        ("live_birth", "live_birth"),
        ("Twins, one lost", "Twins, one lost"),
        ("", None),
    ],
)
def test_a_title_becomes_its_code_and_other_words_stay(typed, stored):
    assert outcome_of(typed) == stored


@pytest.mark.parametrize("typed", ["a\0b", "x" * 201])
def test_what_cannot_be_stored_is_refused(typed):
    with pytest.raises(InvalidRecordError):
        outcome_of(typed)


@pytest.mark.parametrize("code", codes.CONDITION)
def test_every_title_is_read_back_as_its_code(code):
    from registry.forms.history import ConditionForm

    typed = {"condition": title_of(code, codes.CONDITION), "answer": "present"}
    if code in {"kidney_biopsy", "pregnancy"}:
        typed["answer"] = "absent"
    stored = ConditionForm(MultiDict(typed)).checked()["condition"]
    assert stored in {code, f"no_{code}"}
