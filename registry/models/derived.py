"""What is computed from other columns and stored beside them: the one list of it.

Nobody types these. They are left out of signatures and of history screens, and
``registry verify`` computes them anew.
"""

from collections.abc import Mapping

from sqlalchemy import Table

from registry import models
from registry.database.base import Base

SCORE = ("total", "known_points", "max_possible", "complete", "parts")
CANONICAL = ("canonical_value", "canonical_unit", "rule_version")


def partial_dates(table: Table) -> tuple[str, ...]:
    """Return the partial dates of a table; the two days of each follow from its text."""
    named = (column.key.removesuffix("_earliest") for column in table.columns)
    return tuple(name for name in named if f"{name}_earliest" in table.c)


def _derived(table: Table) -> frozenset[str]:
    days = (f"{name}_{end}" for name in partial_dates(table) for end in ("earliest", "latest"))
    return frozenset((*days, *_BESIDES.get(table.name, ())))


_BESIDES = {
    models.Assessment.__tablename__: SCORE,
    models.LaboratoryResult.__tablename__: CANONICAL,
}
# Columns by the name of their table.
DERIVED: Mapping[str, frozenset[str]] = {
    table.name: found for table in Base.metadata.sorted_tables if (found := _derived(table))
}
DERIVED_NAMES = frozenset().union(*DERIVED.values())
