"""Verifies the trail: every seal, the chain between them, and the tables against their entries.

What this cannot see is a whole tail that was removed together with the rows it wrote: give it an
anchor, a head that was printed earlier and kept outside the database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text

from registry.audit.context import MIGRATION_ACTOR
from registry.audit.fold import compare
from registry.audit.seal import ENTRY, ENTRY_COLUMNS, HEAD, Seal, digest
from registry.audit.triggers import trigger_drift
from registry.models.audit_entry import AuditTx

SEAL = AuditTx.__table__
_STREAMED = {"yield_per": 1000}


class Anchor(NamedTuple):
    """A head of the chain as it was printed or logged earlier."""

    seq: int
    mac: str


BEGINNING = Anchor(0, "")


@dataclass(slots=True)
class Report:
    """What was read, where the chain ends, and everything that is wrong."""

    seals: int = 0
    entries: int = 0
    head: Anchor = BEGINNING
    findings: list[str] = field(default_factory=list)


def verify(connection: Connection, key: bytes, anchors: Iterable[Anchor] = ()) -> Report:
    """Read the whole trail and all audited tables; call it in one snapshot."""
    drift = trigger_drift(connection)
    if drift == ["the trail tables are missing"]:
        return Report(findings=drift)
    report = Report(findings=drift)
    macs = _verify_seals(connection, key, report)
    _verify_head(connection, report)
    report.findings += [
        f"anchor {anchor.seq} is not in the chain: entries were removed or replaced since"
        for anchor in anchors
        if anchor.seq and macs.get(anchor.seq) != anchor.mac
    ]
    report.findings += _unsealed(connection)
    report.findings += _broken_histories(connection)
    report.findings += compare(connection)
    return report


def _verify_seals(connection: Connection, key: bytes, report: Report) -> dict[int, str]:
    entries = _entries_by_seal(connection)
    sealed: dict[int, tuple[int, str]] = {seq: digest(found) for seq, found in entries}
    previous, macs = BEGINNING, dict[int, str]()
    for row in connection.execute(select(SEAL).order_by(SEAL.c.seq)):
        stored = Seal(**{name: getattr(row, name) for name in Seal.__dataclass_fields__})
        report.findings += _faults(stored, row.mac, key, previous, sealed.get(row.seq, (0, "")))
        previous = Anchor(row.seq, row.mac)
        macs[row.seq] = row.mac
        report.entries += stored.n
    report.seals, report.head = len(macs), previous
    return macs


def _faults(
    stored: Seal, mac: str, key: bytes, previous: Anchor, entries: tuple[int, str]
) -> Iterator[str]:
    if stored.seq != previous.seq + 1:
        yield f"seal {previous.seq + 1} is missing before seal {stored.seq}"
    elif stored.prev != previous.mac:
        yield f"seal {stored.seq} does not follow seal {previous.seq}"
    if (stored.n, stored.digest) != entries:
        yield f"the entries of seal {stored.seq} are not those that were sealed"
    if stored.mac(key) != mac:
        yield f"seal {stored.seq} was changed, or made with another key"


def _entries_by_seal(connection: Connection) -> Iterator[tuple[int, Iterator[Any]]]:
    rows = connection.execute(
        select(SEAL.c.seq, *ENTRY_COLUMNS)
        .join_from(ENTRY, SEAL, ENTRY.c.tx == SEAL.c.tx)
        .order_by(SEAL.c.seq, ENTRY.c.id),
        execution_options=_STREAMED,
    )
    for seq, group in groupby(rows, key=lambda row: row.seq):
        yield seq, (tuple(row)[1:] for row in group)


def _verify_head(connection: Connection, report: Report) -> None:
    stored = connection.execute(select(HEAD.c.seq, HEAD.c.mac)).all()
    if [tuple(head) for head in stored] != [tuple(report.head)]:
        report.findings.append("the head of the chain is not its last seal")


def _unsealed(connection: Connection) -> list[str]:
    orphans = connection.scalars(
        text("SELECT id FROM audit_entry WHERE tx NOT IN (SELECT tx FROM audit_tx) ORDER BY id")
    )
    return [f"entry {orphan} belongs to no seal" for orphan in orphans]


# A migration changes the shape of rows without an entry per step, so its own entries may differ.
_BROKEN = text("""
SELECT tbl, row_id, id FROM (
  SELECT e.*, lag(new) OVER (PARTITION BY tbl, row_id ORDER BY id) AS before FROM audit_entry AS e
) AS story
 WHERE op = 'U' AND before IS DISTINCT FROM old
   AND tx NOT IN (SELECT tx FROM audit_tx WHERE actor = :migration)
 ORDER BY id
""")


def _broken_histories(connection: Connection) -> list[str]:
    rows = connection.execute(_BROKEN, {"migration": MIGRATION_ACTOR})
    return [
        f"{tbl} {row_id} had been changed without an entry before entry {number}"
        for tbl, row_id, number in rows
    ]
