"""When a visit is final, as a condition of a query; what hangs on another one counts nowhere."""

from typing import Any

from sqlalchemy import ColumnElement, not_, select

from registry.models import Visit

_visit: Any = Visit.__table__


def final(visit: Any = _visit) -> ColumnElement[bool]:
    """Whether the visit is signed here or imported."""
    is_final: ColumnElement[bool] = (visit.c.source == "import") | (visit.c.signed_version > 0)
    return is_final


def of_no_draft(visit_id: Any) -> ColumnElement[bool]:
    """Whether a row belongs to no visit, or to a final one."""
    visit = _visit.alias("draft")
    return ~select(visit.c.id).where(visit.c.id == visit_id, not_(final(visit))).exists()
