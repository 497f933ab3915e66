"""What is averaged: totals, or scales by themselves, each with its direction."""

from decimal import Decimal

import pytest

from registry.analysis.measures import direction_of, measured
from registry.analysis.readings import readings
from registry.followup.facts import AssessmentFact, VisitFact
from registry.instruments import INSTRUMENTS


def visit(instrument, answers):
    declared = INSTRUMENTS[instrument]
    score = declared.score(declared.check(answers))
    fact = AssessmentFact(
        instrument, declared.version, score.total, score.known_points, score.max_possible,
        score.complete, parts=score.parts, answers=declared.to_row(answers),
    )  # fmt: skip
    return VisitFact("V-1", None, None, "done", final=True, assessments=(fact,))


def test_what_has_no_total_is_read_scale_by_scale_and_never_as_a_total():
    found = readings(visit("clasi", {"activity": Decimal(12), "damage": Decimal(3)}))
    assert {code: reading.total for (code, _), reading in found.items()} == {
        "clasi.activity": 12,
        "clasi.damage": 3,
    }


def test_a_scale_without_its_half_is_incomplete_and_has_no_bounds():
    found = readings(visit("rand_36", {"q20": "2", "q32": "4", "q21": "3"}))
    by_code = {code: reading for (code, _), reading in found.items()}
    assert by_code["rand_36.social"].total == 75
    assert by_code["rand_36.pain"].total == Decimal(60)
    assert (by_code["rand_36.energy"].total, by_code["rand_36.energy"].bounds) == (None, None)


@pytest.mark.parametrize(
    ("code", "direction"),
    [
        ("bilag_2004", "high_bad"), ("facit_fatigue", "high_good"),
        ("lupus_impact_tracker", "high_bad"), ("rand_36.pain", "high_good"),
        ("promis_29.fatigue", "high_bad"), ("promis_29.physical_function", "high_good"),
        ("lupusqol.body_image", "high_good"), ("never_heard_of", "none"), ("rand_36", "none"),
        ("rand_36.no_scale", "none"),
    ],
)  # fmt: skip
def test_each_measure_says_which_end_is_bad(code, direction):
    assert direction_of(code) == direction


def test_a_scale_is_named_with_its_instrument_and_keeps_its_range():
    found = measured("promis_29.fatigue")
    assert (found.title, found.minimum, found.maximum) == ("PROMIS-29: Fatigue", 10, 90)
