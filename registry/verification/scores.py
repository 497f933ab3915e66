"""Every stored score, computed anew from the stored answers by the columns of its instrument."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table, select

from registry.analysis.rescoring import POINTS, rescored
from registry.exchange.stored_answers import TOTAL
from registry.instruments import INSTRUMENTS
from registry.instruments.base import Instrument
from registry.models import Assessment, Visit
from registry.models.derived import SCORE
from registry.verification.findings import Check, Problems, Report, Rows
from registry.verification.rows import exact, loaded, stored_result

_visit: Any = Visit.__table__


def check(table: Table) -> Check | None:
    """Return the check of the assessments."""
    if table is not Assessment.__table__:
        return None
    asked = ("instrument", "rule_version", "answers", "reasons", "total_only")
    day = select(_visit.c.visited_on_text).where(_visit.c.id == table.c.visit_id)
    return Check((*asked, *SCORE), _problems, {"visited_on": day.scalar_subquery()})


def _problems(rows: Rows, report: Report) -> Problems:
    by_rule: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        by_rule[row.instrument, row.rule_version].append(row)
    for (code, version), found in by_rule.items():
        instrument = INSTRUMENTS.get(code)
        why = _not_judged(instrument, version)
        if instrument is None or why:
            report.left_out[f"results of {code} {version}: {why}"] += len(found)
        else:
            yield from _of_rule(instrument, found)


def _not_judged(instrument: Instrument | None, version: str) -> str | None:
    """Return why this version of the program cannot compute a result anew; None where it can."""
    if instrument is None:
        return "this version of the program has no such instrument"
    if instrument.version != version:
        return f"this version of the program knows {instrument.version}"
    return None


def _of_rule(instrument: Instrument, rows: Rows) -> Problems:
    with_answers = []
    for row in rows:
        yield from ((row, problem) for problem in _unfit(instrument, row))
        if row.total_only:
            yield from ((row, problem) for problem in _historic(instrument, row))
        elif row.answers is None:
            yield row, "has neither answers nor a historic total"
        else:
            with_answers.append(row)
    yield from _scored(instrument, with_answers)


def _unfit(instrument: Instrument, row: Any) -> Iterator[str]:
    """Yield what is wrong with the reasons: an object, item code to words."""
    if row.reasons is None:
        return
    try:
        reasons = loaded("reasons", row.reasons, dict)
    except ValueError as error:
        yield str(error)
        return
    known = {item.code for item in instrument.items} | ({TOTAL} if row.total_only else set())
    wrong = sorted(reasons.keys() - known)
    if wrong or not all(isinstance(reason, str) for reason in reasons.values()):
        yield f"reasons do not fit {instrument.title} {instrument.version}: {row.reasons[:80]}"


def _historic(instrument: Instrument, row: Any) -> Iterator[str]:
    derived = [name for name in (*POINTS[1:], "parts", "answers") if getattr(row, name) is not None]
    if derived or not row.complete:
        yield f"a historic total has {', '.join(derived) or 'gaps'}"
    try:
        instrument.validate_total(exact(row.total))
    except ValueError as error:
        yield f"historic total: {error}"


def _scored(instrument: Instrument, rows: list[Any]) -> Problems:
    judged, stored = [], []
    for row in rows:
        try:
            stored.append(stored_result(row))
        except ValueError as error:
            yield row, str(error)
        else:
            judged.append(row)
    for row, found in zip(judged, rescored(instrument, stored), strict=True):
        if found.score is None:
            yield row, f"answers do not fit {instrument.version}: {found.unfit}"
        elif found.changes:
            was = " and ".join(f"{name} {old}" for name, (old, _) in found.changes.items())
            gives = " and ".join(new for _, new in found.changes.values())
            yield row, f"stored {was}, rule {instrument.version} gives {gives}"
