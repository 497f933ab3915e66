"""Visits at which damage was counted, as the facts of a patient hold them."""

from datetime import date
from decimal import Decimal

from registry.followup.facts import AssessmentFact, VisitFact
from registry.instruments.base import Occasion
from registry.instruments.slicc_damage import INSTRUMENT

CODES = [item.code for item in INSTRUMENT.items]


def a_count(on, name="", **answers):
    """Build a visit at which damage was counted; what is not named is absent."""
    day = date.fromisoformat(on)
    answers = INSTRUMENT.check(dict.fromkeys(CODES, 0) | answers)
    score = INSTRUMENT.scored(answers, Occasion(day))
    fact = AssessmentFact(
        *(INSTRUMENT.code, INSTRUMENT.version, score.total, score.known_points),
        *(score.max_possible, score.complete),
        parts=score.parts,
        answers=INSTRUMENT.to_row(answers),
    )
    return VisitFact(name or f"V{on}", day, None, "done", final=True, assessments=(fact,))


def a_total(on, total):
    value = Decimal(total)
    fact = AssessmentFact(
        INSTRUMENT.code, INSTRUMENT.version, value, None, None, complete=True, total_only=True
    )
    return VisitFact(
        f"V{on}", date.fromisoformat(on), None, "done", final=True, assessments=(fact,)
    )
