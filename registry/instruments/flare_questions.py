"""The questions that the SELENA flare index asks beside scores, results and medicines.

Unit: none: each answer decides a criterion, nothing is added up.  Window: since the last visit with
a SLEDAI-2K, whose answers stand beside those of today.
Source: the criteria of the index that no item, result or medicine tells.  Petri M et al. Lupus
1999;8:685-91, doi 10.1191/096120399680411281.  The wording is the registry's.
"""

from registry.instruments._questions import EFFICACY_VISITS, NOTHING, open_questions, question
from registry.instruments.base import Instrument

ITEMS = (
    question(
        "lupus_worse",
        "Lupus worse in any organ",
        "Something of lupus that was there at the last visit is worse now, or has become of "
        "another kind, in the clinician’s judgement. Haemolytic anaemia has its own question.",
        exclude="what is new: the score and its items say that",
    ),
    question(
        "admitted_for_lupus",
        "Stay in hospital for lupus",
        "At least one night, because lupus was active.",
        exclude="the stay for the planned treatment; side effects and infections",
    ),
)


score = open_questions(ITEMS)

INSTRUMENT = Instrument(
    code="flare_questions",
    key="FLARE_QUESTIONS",
    version="registry/1",
    title="Questions for the flare index",
    items=ITEMS,
    maximum=NOTHING,
    score=score,
    source=(
        "After Petri M et al. Lupus 1999;8:685-91, doi 10.1191/096120399680411281; "
        "the registry’s own words"
    ),
    licence="Free to use.",
    window="since the last visit with a SLEDAI-2K",
    kind="questions",
    unit="answers, never a score",
    asked="optional",
    due_at=EFFICACY_VISITS,
    subject="change",
    direction="none",
)
