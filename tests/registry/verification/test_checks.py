"""What is derived is listed once, and each column of the list is checked by somebody."""

from datetime import date

import pytest

from registry.audit.shape import UNAUDITED
from registry.database.base import Base
from registry.models.derived import DERIVED, DERIVED_NAMES
from registry.verification import MAKERS
from registry.verification.dates import disagreement

TABLES = {table.name: table for table in Base.metadata.sorted_tables}


def test_the_days_of_every_partial_date_are_derived():
    days = {
        (table.name, column.key)
        for table in TABLES.values()
        for column in table.columns
        if column.key.endswith(("_earliest", "_latest"))
    }
    listed = {(table, name) for table, names in DERIVED.items() for name in names}
    assert days < listed
    assert {name for _, name in listed - days} == {
        *("total", "known_points", "max_possible", "complete", "parts"),
        *("canonical_value", "canonical_unit", "rule_version"),
    }


def test_what_is_typed_is_not_derived():
    assert not {"answers", "reasons", "value", "unit", "birth_date_text"} & DERIVED_NAMES


@pytest.mark.parametrize("name", sorted(DERIVED))
def test_every_derived_column_is_read_by_a_check(name):
    assert name not in UNAUDITED
    checks = [check for make in MAKERS if (check := make(TABLES[name]))]
    assert DERIVED[name] <= {column for check in checks for column in check.columns}


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02-29T10:30+01:00", "2024-02-29", "2024-02-29"),
        (None, None, None),
    ],
)
def test_days_that_follow_from_the_text_are_right_on_either_database(text, earliest, latest):
    assert disagreement(text, earliest, latest) is None


def test_a_time_never_moves_to_another_day():
    assert disagreement("2024-05-17T23:30-08:00", "2024-05-18", "2024-05-18") == (
        "2024-05-17T23:30-08:00: stored 2024-05-18 to 2024-05-18, "
        "the text means 2024-05-17 to 2024-05-17"
    )
