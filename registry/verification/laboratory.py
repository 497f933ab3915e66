"""The canonical value of every laboratory result, from what was entered."""

from collections.abc import Iterator
from decimal import Decimal, DecimalException
from functools import lru_cache
from typing import Any

from sqlalchemy import Table

from registry.laboratory.reading import RULE_VERSION, Canonical, canonical
from registry.models import LaboratoryResult
from registry.models.derived import CANONICAL
from registry.verification.findings import Check, Problems, Report, Rows

REMEMBERED = 20_000
ENTERED = ("analyte", "value", "unit", "comparator")
understood = lru_cache(REMEMBERED)(canonical)


def check(table: Table) -> Check | None:
    """Return the check of the results."""
    if table is not LaboratoryResult.__table__:
        return None
    return Check((*ENTERED, *CANONICAL), _problems)


def _problems(rows: Rows, report: Report) -> Problems:
    for row in rows:
        if row.rule_version not in {None, RULE_VERSION}:
            report.left_out[
                f"canonical values by rule {row.rule_version}; this version knows {RULE_VERSION}"
            ] += 1
            continue
        for problem in _judge(row):
            yield row, problem


def _judge(row: Any) -> Iterator[str]:
    rule = understood(row.analyte, row.value, row.unit, row.comparator)
    entered = " ".join(part for part in (row.analyte, row.comparator, row.value, row.unit) if part)
    if not _same(row, rule):
        stored = _words(row.canonical_value, row.canonical_unit)
        gives = _words(None if rule.value is None else f"{rule.value:f}", rule.unit)
        yield f"{entered}: stored {stored}, rule {RULE_VERSION} gives {gives}"


def _same(row: Any, rule: Canonical) -> bool:
    if (row.canonical_unit, row.rule_version) != (rule.unit, rule.version):
        return False
    if row.canonical_value is None or rule.value is None:
        return row.canonical_value is rule.value
    try:
        return Decimal(row.canonical_value) == rule.value
    except (DecimalException, TypeError, ValueError):
        return False


def _words(value: str | None, unit: str | None) -> str:
    return " ".join(str(part) for part in (value, unit) if part is not None) or "nothing"
