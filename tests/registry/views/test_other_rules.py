"""A final visit says what the present rule makes of its score; an amendment takes it over."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import update

from registry.audit.context import Context
from registry.database.engine import writing
from registry.instruments import INSTRUMENTS
from registry.models import Assessment, Signature, Visit
from registry.views.visit_words import flat, label_of
from tests.sending import hidden_fields

SLEDAI = INSTRUMENTS["sledai_2k"]
OLD = "2002/0"
WHY = Context("tests", "as an earlier version of the program left it")
TEN = dict.fromkeys(("total", "known_points", "max_possible"), Decimal(10))
MADE = f"SLEDAI-2K: this score was made by rule {OLD}. The present rule, {SLEDAI.version},"
AMENDMENT = {"amendment_reason": "the new rule", "password": "a long enough password"}


@pytest.fixture
def alice(clinic):
    return clinic("alice")


@pytest.fixture
def earlier(app):
    """Return a function that leaves every SLEDAI-2K as another rule made it."""

    def leave(**columns):
        changed = update(Assessment.__table__).where(Assessment.instrument == "sledai_2k")
        with writing(app.extensions["registry_engine"], WHY) as session:
            session.connection().execute(changed.values(rule_version=OLD, **columns))

    return leave


def shown(alice, code):
    page = alice.send.client.get(f"/visits/{code}")
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def amend(alice, code, typed):
    form = hidden_fields(alice.send.client.get(f"/visits/{code}/amend").text)
    return alice.send.client.post(f"/visits/{code}/amend", data=form | typed | AMENDMENT)


def test_a_score_that_would_change_says_both_numbers(alice, earlier):
    code = alice.signed("2026-03-10", "arthritis rash")
    assert "made by rule" not in shown(alice, code)
    earlier(**TEN)
    said = f"{MADE} gives 6 instead of 10. Amend the visit to take the new rule over."
    assert said in shown(alice, code)


def test_a_score_that_stays_the_same_asks_for_nothing(alice, earlier):
    code = alice.signed("2026-03-10", "arthritis rash")
    earlier()
    page = shown(alice, code)
    assert f"{MADE} gives the same." in page
    assert "take the new rule over" not in page


def test_a_visit_that_nobody_signed_says_it_before_it_is_signed(alice, earlier):
    code = alice.log("2026-03-10", "arthritis rash")
    earlier(**TEN)
    assert "made by rule" not in shown(alice, code)
    said = f"{MADE} gives 6 instead of 10. Change the visit and save it to take the new rule over."
    assert said in shown(alice, f"{code}/sign")
    alice.change(code, "2026-03-10", "arthritis rash")
    assert "made by rule" not in shown(alice, f"{code}/sign")


def test_answers_that_do_not_fit_are_not_shown_as_if_they_did(alice, earlier):
    code = alice.signed("2026-03-10", "arthritis rash")
    earlier(answers=[0] * 23)
    page = shown(alice, code)
    assert f"{MADE} cannot read its answers (SLEDAI-2K has 24 items, not 23)" in page
    assert "It stays as it was: 6." in page


def test_an_amendment_without_any_change_takes_the_new_rule_over(alice, earlier, typed_visit):
    code = alice.log("2026-03-10", "arthritis rash")
    earlier(**TEN)
    alice.sign(code)
    typed = typed_visit("2026-03-10", "arthritis rash")
    answer = amend(alice, code, typed)
    assert answer.status_code == 303, answer.text
    row = alice.row(Assessment, instrument="sledai_2k")
    assert (row.rule_version, row.total) == (SLEDAI.version, 6)
    first, second = alice.rows(Signature)
    assert (first.version, second.version, second.meaning) == (1, 2, "amendment")
    page = shown(alice, code)
    assert "made by rule" not in page
    assert f"SLEDAI-2K, rule of the score {OLD} {SLEDAI.version}" in page
    # Once it is of the present rule, an amendment needs something to amend.
    again = amend(alice, code, typed)
    assert again.status_code == 422
    assert "Nothing is different from what was signed." in again.text
    assert alice.row(Visit).signed_version == 2


def test_an_open_visit_that_does_not_fit_is_answered_anew(alice, earlier):
    code = alice.log("2026-03-10", "arthritis rash")
    earlier(answers=[0] * 23)
    assert alice.send.client.get(f"/visits/{code}/change").status_code == 200
    alice.change(code, "2026-03-10", "rash")
    row = alice.row(Assessment, instrument="sledai_2k")
    assert (row.rule_version, row.total) == (SLEDAI.version, 2)


def test_a_signed_version_that_asked_other_questions_is_shown_as_it_is_stored():
    said = {"rule_version": OLD, "answers": [0, 1], "reasons": None, "historic_total": None}
    content = {"visited_on": None, "facts": {}, "steroid": None, "assessments": {"sledai_2k": said}}
    shown = {label_of(name): words for name, words in flat(content).items()}
    assert shown == {
        "Visit date": "–",
        "SLEDAI-2K, rule of the score": OLD,
        "SLEDAI-2K, answers as stored": "[0,1]",
    }
