from datetime import date

import pytest
from matplotlib.figure import Figure

from registry.plots import FIGURES
from registry.plots.adverse_events_by_term import MOST_TERMS, TermCounts, TermsData
from registry.plots.base import render

TERMS = FIGURES["adverse_events_by_term"]
FEVER = TermCounts("Fever", (3, 1, 0, 0, 0, 2), 9)
SEPSIS = TermCounts("Sepsis", (0, 0, 0, 1, 1, 0), 2)


def of(*terms, **changes):
    known = {"population": "course started", "n": 40, "cut_on": date(2026, 11, 22)}
    return TermsData(terms=terms, **(known | changes))


def drawn(data):
    figure = Figure(figsize=TERMS.size_inches)
    TERMS.draw(figure, data)
    return figure.axes[0]


def bars(axes):
    found = [patch for patch in axes.patches if patch.get_transform() != axes.transAxes]
    return [(p.get_x(), p.get_width()) for p in found if p.get_height() > 0.5]


def words(axes):
    return [text.get_text() for text in axes.texts]


def test_a_bar_is_cut_into_worst_grades():
    assert bars(drawn(of(FEVER, SEPSIS))) == [(0, 3), (3, 1), (4, 2), (0, 1), (1, 1)]


def test_patients_and_events_stand_beside_each_bar():
    assert {"6 (9)", "2 (2)"} <= set(words(drawn(of(FEVER, SEPSIS))))


def test_grades_are_written_and_not_only_coloured():
    assert [word for word in words(drawn(of(SEPSIS))) if word in {"4", "5"}].count("4") == 2


def test_a_missing_grade_is_hatched():
    axes = drawn(of(FEVER))
    assert [p.get_hatch() for p in axes.patches if p.get_height() > 0.5] == [None, None, "////"]


def test_more_terms_than_fit_are_counted_and_stay_in_the_table():
    many = [TermCounts(f"Term {n:02}", (1, 0, 0, 0, 0, 0), 1) for n in range(MOST_TERMS + 3)]
    data = of(*many)
    assert len(bars(drawn(data))) == MOST_TERMS
    assert "3 more in the table" in TERMS.caption(data)
    assert len(TERMS.table(data)[1]) == MOST_TERMS + 3


def test_the_words_say_n_and_what_was_found():
    data = of(SEPSIS, FEVER)
    assert "of 40 (course started)" in TERMS.caption(data)
    assert TERMS.alt(data) == (
        "the term with most patients was Sepsis, in 2 of 40, 2 of them at grade 3 or more; 2 terms "
        "in all."
    )
    assert TERMS.table(data)[1][0] == ("Sepsis", 2, 40, 0, 0, 0, 1, 1, 0, 2)


def test_nothing_on_record_is_said_and_not_called_safe():
    assert "no adverse event recorded" in words(drawn(of()))
    assert TERMS.alt(of()) == "no adverse event is on record among 40 patients."


@pytest.mark.parametrize("data", [of(), of(FEVER), of(FEVER, synthetic=True)])
@pytest.mark.parametrize("image_format", ["svg", "png", "pdf"])
def test_equal_data_give_equal_bytes(data, image_format):
    assert render(TERMS, data, image_format) == render(TERMS, data, image_format)


@pytest.mark.parametrize("term", ["$x^2$", "<script>", "a" * 300, "\0 term", "痛み"])
def test_a_hostile_term_is_drawn_as_text(term):
    assert b"<script>" not in render(TERMS, of(TermCounts(term, (1, 0, 0, 0, 0, 0), 1)), "svg")
