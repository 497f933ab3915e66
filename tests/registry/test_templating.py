"""Filters write values the way a clinician reads them, and never hide a missing one."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from registry import templating
from registry.partial_date import PartialDate


@pytest.fixture
def app(tmp_path):
    app = Flask(__name__, static_folder=str(tmp_path), static_url_path="/static")
    templating.init_app(app)
    return app


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 11, 22), "22 Nov 2026"),
        (PartialDate.parse("2026-11-02"), "2 Nov 2026"),
        (PartialDate.parse("2026-11"), "Nov 2026"),
        ("2026", "2026"),
        ("2024-05-17T10:30+01:00", "17 May 2024 10:30"),
        (datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=-2))), "23 Nov 2026"),
        (None, "not recorded"),
        ("", "not recorded"),
        ("last spring", "last spring"),
    ],
)
def test_date_shows_as_much_as_is_known(value, shown):
    assert templating.show_date(value) == shown


def test_moment_names_its_zone():
    assert templating.show_moment(datetime(2026, 11, 22, 9, 5, tzinfo=UTC)) == (
        "22 Nov 2026 09:05 UTC"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("7.50"), "7.5"),
        (Decimal("100"), "100"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.0"), "0"),
        (-8, "−8"),
        (0, "0"),
        (None, "not recorded"),
        ("<10", "<10"),
    ],
)
def test_number_has_no_trailing_zeros(value, shown):
    assert templating.show_number(value) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_number_keeps_its_value_whatever_its_exponent(value):
    assert Decimal(templating.show_number(value).replace("−", "-")) == value


@pytest.mark.parametrize(
    ("value", "shown"), [(5, "+5"), (-8, "−8"), (0, "0"), (None, "not recorded")]
)
def test_change_carries_its_sign(value, shown):
    assert templating.show_change(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("not_assessed", "Not assessed"),
        ("car_t", "CAR-T cells"),
        ("remote_contact", "Remote contact"),
        ("month_12", "Month 12"),
        (None, "not recorded"),
    ],
)
def test_code_reads_as_words(value, shown):
    assert templating.show_code(value) == shown


def test_zero_and_false_are_recorded_values():
    assert templating.recorded(0) == 0
    assert templating.recorded(False) is False
    assert templating.recorded("") == "not recorded"


def test_asset_address_changes_with_the_content(app, tmp_path):
    app.debug = True  # otherwise files change only with the software, and are looked at once
    (tmp_path / "a.css").write_text("a{}")
    with app.test_request_context():
        before = templating.asset("a.css")
        (tmp_path / "a.css").write_text("a{b:c}")
        after = templating.asset("a.css")
    assert before.startswith("/static/a.css?v=")
    assert before != after


def test_a_misspelt_name_in_a_template_is_an_error(app):
    with app.test_request_context(), pytest.raises(UndefinedError):
        render_template_string("{{ pateint }}")


def test_a_name_that_was_not_given_shows_as_not_recorded(app):
    with app.test_request_context():
        assert render_template_string("{{ row.x | date }}", row={}) == "not recorded"


def test_a_fragment_is_drawn_once_per_key_and_again_for_another(app):
    source = "{% macro row(x) %}<b>{{ x }}</b>{% endmacro %}"
    template = app.jinja_env.from_string(source).module
    with app.test_request_context():
        drawn = [templating.fragment((k,), template.row, x) for k, x in [(1, 1), (1, 2), (2, 2)]]
    assert drawn == ["<b>1</b>", "<b>1</b>", "<b>2</b>"]


def test_fragments_never_grow_without_bound(app, monkeypatch):
    monkeypatch.setattr(templating, "MOST_FRAGMENTS", 2)
    monkeypatch.setattr(templating, "_FRAGMENTS", {})
    for key in range(9):
        templating.fragment((key,), str, key)
    assert len(templating._FRAGMENTS) <= 2


def test_cells_show_markup_as_text_and_say_what_is_missing():
    drawn = templating.cells(["<b>", None, 0], ["", "numeric", ""])
    assert drawn == (
        '<td class="govuk-table__cell">&lt;b&gt;</td>'
        '<td class="govuk-table__cell govuk-table__cell--numeric">not recorded</td>'
        '<td class="govuk-table__cell">0</td>'
    )


def test_many_addresses_of_one_route_are_those_that_flask_writes(app):
    app.add_url_rule("/patients/<code>/visits", "visits", lambda code: code)
    with app.test_request_context():
        address = templating.addresses("visits", "code")
        assert address("P-1") == "/patients/P-1/visits"
        assert address("ä b?") == "/patients/%C3%A4%20b%3F/visits"
