"""The settings of rules in words."""

import re

from registry.analysis.definitions import definitions
from registry.views.rule_words import settings_words


def test_codes_become_words_and_switches_yes_or_no():
    given = {"responder": "sri_4 at month_12", "method": "clopper_pearson", "final_only": True}
    assert settings_words(given) == (
        "responder: SRI-4 at month 12; method: Clopper-Pearson (exact); final only: yes"
    )
    assert settings_words({}) == "–"


def test_no_rule_of_a_summary_shows_a_code():
    lines = [settings_words(rule["settings"]) for rule in definitions().values()]
    assert [line for line in lines if re.search(r"[a-z]_[a-z0-9]", line)] == []
