"""Print the data dictionary: python docs/build_dictionary.py > docs/data-dictionary.md."""

import sys
from collections.abc import Iterator

from sqlalchemy import CheckConstraint, Column, Table

import registry.models
from registry.database.base import Base


def dictionary() -> str:
    """Return the dictionary as Markdown, tables by name."""
    lines = [
        "# Data dictionary",
        "",
        "Generated from the models by `docs/build_dictionary.py`; a test keeps it equal to them.",
        "Partial dates are three columns: the text as typed, the first and last day it can be.",
    ]
    documented = {
        mapper.local_table.name: (mapper.class_.__doc__ or "").strip().splitlines()[0]
        for mapper in registry.models.Patient.registry.mappers
    }
    for table in sorted(Base.metadata.tables.values(), key=lambda t: t.name):
        lines += ["", f"## {table.name}", "", documented.get(table.name, ""), ""]
        lines += ["| Column | Type | Empty | Refers to | Meaning |", "|---|---|---|---|---|"]
        lines += list(_columns(table))
        rules = sorted(str(c.sqltext) for c in table.constraints if isinstance(c, CheckConstraint))
        lines += ["", *(f"- `{rule}`" for rule in rules)] if rules else []
    return "\n".join(lines) + "\n"


def _columns(table: Table) -> Iterator[str]:
    for column in table.columns:
        points_at = ", ".join(sorted(key.target_fullname for key in column.foreign_keys))
        empty = "yes" if column.nullable else "no"
        meaning = (column.comment or "").replace("|", "\\|")
        yield f"| {column.name} | {_type(column)} | {empty} | {points_at} | {meaning} |"


def _type(column: Column[object]) -> str:
    name = type(column.type).__name__
    scale = getattr(column.type, "scale", None)
    return f"{name}({scale})" if name == "Exact" else name


if __name__ == "__main__":
    sys.stdout.write(dictionary())
