"""Verifies what is stored: derived columns, scores, signatures and what holds between rows.

It only reads: a result that would change is reported, never changed. One pass over each table, in
batches, so that memory does not grow with the registry.
"""

from collections.abc import Iterator

from sqlalchemy import Table
from sqlalchemy.orm import Session

from registry.audit.shape import UNAUDITED
from registry.models import AuditEntry
from registry.verification import between, dates, documents, laboratory, scores, voided
from registry.verification.findings import Check, Finding, Report
from registry.verification.naming import found
from registry.verification.rows import batches

__all__ = ["Finding", "Report", "verify"]

MAKERS = (dates.check, voided.check, scores.check, laboratory.check, documents.check)


def verify(session: Session, report: Report) -> Iterator[Finding]:
    """Yield every disagreement as it is found; count in ``report`` what was read.

    Call it in one snapshot.
    """
    for table in AuditEntry.metadata.sorted_tables:
        if table.name not in UNAUDITED:
            yield from _of_table(session, table, report)
    yield from between.problems(session)


def _of_table(session: Session, table: Table, report: Report) -> Iterator[Finding]:
    checks = [check for make in MAKERS if (check := make(table)) is not None]
    report.rows[table.name] = 0
    beside = {name: column for check in checks for name, column in check.beside.items()}
    for batch in batches(session, table, _columns(checks), beside):
        report.rows[table.name] += len(batch)
        for check in checks:
            for row, problem in check.problems(batch, report):
                yield found(session, table, row.id, problem)


def _columns(checks: list[Check]) -> list[str]:
    return list(dict.fromkeys(name for check in checks for name in check.columns))
