"""Every stored score, computed anew from the stored answers by the columns of its instrument."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, select

from registry.analysis.score_columns import Scores, by_distinct, score_texts
from registry.database.types import canonical_json, plain
from registry.exchange.stored_answers import TOTAL
from registry.instruments import INSTRUMENTS
from registry.instruments.base import Instrument, InvalidAnswerError, Occasion, Score
from registry.models import Assessment, Visit
from registry.models.derived import SCORE
from registry.partial_date import PartialDate
from registry.verification.findings import Check, Problems, Report, Rows
from registry.verification.rows import exact, loaded

_visit: Any = Visit.__table__
POINTS = ("total", "known_points", "max_possible")


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


def _scored(instrument: Instrument, rows: Rows) -> Problems:
    try:
        scores = _computed(instrument, rows)
    except InvalidAnswerError as error:
        if len(rows) == 1:
            yield rows[0], f"answers do not fit {instrument.version}: {error.message}"
            return
        half = len(rows) // 2
        yield from _scored(instrument, rows[:half])
        yield from _scored(instrument, rows[half:])
        return
    yield from _compared(instrument, rows, scores)


def _computed(instrument: Instrument, rows: Rows) -> Scores:
    """Score the answers; those whose rule asks for the day of the visit, with it."""
    if instrument.score_on is None:
        return score_texts(instrument, [row.answers for row in rows])

    def score(key: tuple[str, str | None]) -> Score:
        answers, day = key
        on = PartialDate.parse(day).exact if day else None
        return instrument.scored(
            instrument.from_row(loaded("answers", answers, list)), Occasion(on)
        )

    return by_distinct([(row.answers, row.visited_on) for row in rows], score)


def _compared(instrument: Instrument, rows: Rows, scores: Scores) -> Problems:
    for row, score in zip(rows, scores, strict=True):
        try:
            different = dict(_differences(row, score))
        except ValueError as error:
            yield row, str(error)
            continue
        if different:
            stored = " and ".join(f"{name} {was}" for name, (was, _) in different.items())
            gives = " and ".join(now for _, now in different.values())
            yield row, f"stored {stored}, rule {instrument.version} gives {gives}"


def _differences(row: Any, score: Score) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in POINTS:
        was, now = exact(getattr(row, name)), getattr(score, name)
        if was != now:
            yield name, (_words(was), _words(now))
    if bool(row.complete) != score.complete:
        yield "complete", (_words(bool(row.complete)), _words(score.complete))
    parts = {} if row.parts is None else loaded("parts", row.parts, dict)
    if parts != score.parts:
        yield from _of_parts(parts, json.loads(canonical_json(dict(score.parts))))


def _of_parts(
    was: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in sorted(was.keys() | now.keys()):
        if was.get(name) != now.get(name):
            yield f"part {name}", (_words(was.get(name)), _words(now.get(name)))


def _words(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{plain(value):f}"
    return "none" if value is None else canonical_json(value)
