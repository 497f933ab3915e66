"""What an event cannot say, at the boundaries; severity is not seriousness."""

import pytest

from registry.adverse import rules
from registry.partial_date import PartialDate


def on(text):
    return PartialDate.parse(text, allow_time=True)


@pytest.mark.parametrize(
    ("term", "dictionary", "version", "grade", "fits"),
    [
        ("Syncope", "CTCAE", "5.0", 3, True),
        ("Syncope", "CTCAE", "5.0", 2, False),
        ("syncope", "CTCAE", "5.0", 4, False),
        ("Headache", "CTCAE", "5.0", 4, False),
        ("Headache", "CTCAE", "5.0", 3, True),
        ("Headache", "CTCAE", "6.0", 4, True),  # another version has other grades
        ("Headache", "MedDRA", "28.1", 4, True),
        ("Headache", None, None, 4, True),
        ("Fever of unknown origin", "CTCAE", "5.0", 1, True),  # one of the other 752 terms
        ("Headache", "CTCAE", "5.0", None, True),
    ],
)
def test_a_grade_exists_for_a_listed_term_or_is_refused(term, dictionary, version, grade, fits):
    wrong = rules.grade_that_does_not_exist(term, dictionary, version, grade)
    assert (wrong is None) is fits


def test_the_sentence_names_the_grades_that_exist():
    wrong = rules.grade_that_does_not_exist("hypoxia", "CTCAE", "5.0", 1)
    assert wrong == "Grade: “Hypoxia” has no grade 1 in CTCAE 5.0; it has 2, 3, 4, 5"


@pytest.mark.parametrize(
    ("grade", "outcome", "criteria", "wrong"),
    [
        (5, "fatal", ["death"], set()),
        (5, "fatal", [], {"seriousness_death"}),
        (5, None, ["death"], {"outcome"}),
        (5, "unknown", ["hospitalisation"], {"outcome", "seriousness_death"}),
        (4, "recovered", [], set()),
        (None, None, [], set()),
    ],
)
def test_grade_5_is_a_serious_death(grade, outcome, criteria, wrong):
    said = rules.fatal_together(grade, outcome, criteria)
    assert {name for name, sentence in said.items() if sentence} == wrong


@pytest.mark.parametrize(
    ("serious", "criteria", "refused"),
    [
        (False, ["death"], True),
        (False, [], False),
        (True, ["other"], False),
        (None, ["other"], False),
    ],
)
def test_a_criterion_makes_it_serious(serious, criteria, refused):
    assert bool(rules.criteria_without_serious(serious, criteria)) is refused


@pytest.mark.parametrize(
    ("onset", "end", "death", "wrong"),
    [
        ("2026-03-10", "2026-03-10", None, set()),
        ("2026-03-10", "2026-03-09", None, {"ended_on"}),
        ("2026-03", "2026-03-01", None, set()),  # it may have begun on the first
        ("2026-03", "2026-02", None, {"ended_on"}),
        ("2026-03-10", None, "2026-03-10", set()),
        ("2026-03-11", None, "2026-03-10", {"started_on"}),
        ("2026-03", None, "2026-03-10", set()),
        ("2026-03-10", "2026-03-12", "2026-03-11", {"ended_on"}),
        (None, "2026-03-12", None, set()),
        ("1959", None, None, {"started_on"}),
    ],
)
def test_dates_lie_in_order_and_within_the_life(onset, end, death, wrong):
    said = rules.dates(onset and on(onset), end and on(end), on("1960"), death and on(death))
    assert {name for name, sentence in said.items() if sentence} == wrong


def test_the_worst_grade_is_not_below_its_history():
    assert rules.worst_below_history(2, [1, 3])
    assert rules.worst_below_history(3, [1, 3]) is None
    assert rules.worst_below_history(None, [1, 3]) is None
    assert rules.worst_below_history(1, []) is None


@pytest.mark.parametrize(
    ("expected", "reference", "counts"),
    [(True, "IB 4.1", True), (True, None, False), (True, "", False), (False, "IB 4.1", False),
     (None, "IB 4.1", False)],
)  # fmt: skip
def test_without_a_reference_document_nothing_is_expected(expected, reference, counts):
    assert rules.counts_as_expected(expected, reference) is counts


def looks(**given):
    plain = {"grade": 2, "serious": False, "seriousness": (), "outcome": None, "ended": False}
    return " ".join(rules.second_looks(**(plain | given)))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"serious": True, "seriousness": ("hospitalisation",)}, "serious at grade 2"),
        ({"grade": 3}, "not serious at grade 3"),
        ({"serious": None}, "is not recorded"),
        ({"grade": None}, "No grade"),
        ({"grade": 3, "serious": True}, "no criterion says why"),
        ({"grade": 4, "serious": True, "seriousness": ("death",)}, "outcome is not fatal"),
        ({"grade": 3, "outcome": "fatal"}, "the grade is not 5"),
        ({"outcome": "fatal", "death_recorded": False}, "no death of the patient is recorded"),
        ({"outcome": "not_recovered", "ended": True}, "goes on"),
    ],
)
def test_what_is_unusual_is_said_and_never_blocked(given, sentence):
    assert sentence in looks(**given)


def test_where_severity_and_seriousness_agree_nothing_is_said():
    assert looks() == ""
    assert looks(grade=3, serious=True, seriousness=("hospitalisation",)) == ""
