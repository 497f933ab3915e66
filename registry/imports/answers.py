"""The step of an import that folds rows of answers into one assessment per visit and instrument.

A missing row is not assessed, reason not_recorded; scores come from the instrument itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from registry import rules
from registry.database.types import new_id
from registry.exchange import stored, tables
from registry.exchange.cells import CellError, read
from registry.exchange.columns import Column
from registry.exchange.follow_up import ASSESSMENTS
from registry.exchange.stored_answers import NOT_ASSESSED, NOT_RECORDED, TOTAL, assessment_rows
from registry.imports.known import Thing
from registry.imports.reading import Row
from registry.imports.report import Change
from registry.imports.run import BATCH, Check, Run
from registry.imports.staged import Values
from registry.instruments import INSTRUMENTS
from registry.instruments.base import Instrument, InvalidAnswerError, Item, Occasion
from registry.partial_date import PartialDate

FILE = ASSESSMENTS
NAMES: dict[str, Instrument] = {
    name: instrument
    for instrument in INSTRUMENTS.values()
    for name in (instrument.code, instrument.key, *instrument.aliases)
}
VERSION = FILE.names.index("version")
REMOTE = frozenset({"phone", "video"})
_NUMBER = Column("value", "number", "")
Key = tuple[str, str]  # visit, instrument


@dataclass(slots=True)
class Fold:
    """The rows of one visit and instrument so far."""

    line: int
    instrument: Instrument
    version: str | None
    assessed_on: PartialDate | None
    answers: dict[str, Any] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    total: Any = None


class Folding:
    """Collects rows in whatever order they come."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.folds: dict[Key, Fold] = {}
        self._items = {
            code: {item.code: item for item in instrument.items}
            for code, instrument in INSTRUMENTS.items()
        }
        self._parsed: dict[tuple[str, str, str], Any] = {}

    def add(self, row: Row) -> None:
        values = row.values
        instrument = NAMES.get(values["instrument"] or "")
        if instrument is None or not instrument.stored:
            self._check(row).error("instrument", _unknown(instrument))
            return
        key = values["visit_id"], instrument.code
        fold = self.folds.get(key)
        if fold is None:
            version, on = values.get("version"), values.get("assessed_on")
            fold = self.folds[key] = Fold(row.line, instrument, version, on)
            if version not in {None, instrument.version}:
                rule = (
                    f"answers are scored by the present rule, {instrument.version}; a total is kept"
                )
                self._check(row).warn("version", rule)
        elif (fold.version, fold.assessed_on) != (values.get("version"), values.get("assessed_on")):
            rule = f"differs from line {fold.line}, which is the same assessment"
            same = fold.version == values.get("version")
            self._check(row).error("assessed_on" if same else "version", rule)
        if not row.broken:
            self._item(row, fold)

    def _check(self, row: Row) -> Check:
        return self.run.check(FILE, row)

    def _item(self, row: Row, fold: Fold) -> None:
        values, instrument = row.values, fold.instrument
        code, text = values["item"], values["value"]
        if code in fold.answers or (code == TOTAL and fold.total is not None):
            self._check(row).error("item", "this item of the visit stands twice in the file")
            return
        try:
            if code == TOTAL and instrument.kind == "items" and instrument.totalled:
                fold.total = _total(instrument, text)
            else:
                fold.answers[code] = self._answer(instrument, code, text)
        except InvalidAnswerError as error:
            wrong = "item" if error.code == "unknown_item" else "value"
            self._check(row).error(wrong, error.message)
        except CellError as error:
            self._check(row).error("value", str(error))
        if values.get("reason"):
            fold.reasons[code] = values["reason"]
        if fold.total is not None and fold.answers:
            self._check(row).error("item", "a total stands alone, without items beside it")

    def _answer(self, instrument: Instrument, code: str, text: str) -> Any:
        key = instrument.code, code, text
        if key not in self._parsed:
            item = self._items[instrument.code].get(code) or instrument.item(code)
            self._parsed[key] = _parse(item, text)
        return self._parsed[key]


def _unknown(instrument: Instrument | None) -> str:
    if instrument is not None:
        return f"{instrument.title} is computed from other answers, never imported"
    known = (code for code, found in INSTRUMENTS.items() if found.stored)
    return f"is no instrument; known are {', '.join(known)}"


def _parse(item: Item, text: str) -> Any:
    if item.kind == "number" and text != NOT_ASSESSED:
        read(_NUMBER, text)
    return item.parse(text)


def _total(instrument: Instrument, text: str) -> Any:
    return instrument.validate_total(read(_NUMBER, text))


# --- from folds to records ------------------------------------------------------------------


def stage_assessments(run: Run) -> None:
    folding = Folding(run)
    for batch in run.batches(FILE):
        for row in batch:
            folding.add(row)
    remaining = iter(folding.folds.items())
    while batch_of := list(islice(remaining, BATCH)):
        run.known.load_visits(visit for (visit, _), _ in batch_of)
        old = _stored(run, [run.known.visits.get(visit) for (visit, _), _ in batch_of])
        for (visit, _), fold in batch_of:
            _settle(run, visit, fold, old)


def _stored(run: Run, visits: list[Thing | None]) -> dict[Any, tuple[Any, dict[str, Any]]]:
    """Return the stored assessments by visit and instrument: their key and rows by item."""
    ids = list({visit.id for visit in visits if visit is not None and "draft" in visit.facts})
    found: dict[Any, tuple[Any, dict[str, Any]]] = {}
    for key, cells in stored.records(run.session, FILE, ids, None) if ids else ():
        found.setdefault(cells[:2], (key, {}))[1][cells[2]] = cells
    return found


def _settle(run: Run, visit: str, fold: Fold, old: dict[Any, tuple[Any, dict[str, Any]]]) -> None:
    row = Row(fold.line, {"visit_id": visit, "assessed_on": fold.assessed_on}, broken=False)
    check = run.check(FILE, row)
    found = check.thing("visit_id", run.known.visits.get(visit), "visits.csv")
    if found is None:
        return
    _check_visit(check, found)
    _check_days(check, fold, found)
    for sentence in fold.instrument.refused(fold.answers).values():
        check.error("value", sentence)
    values = _values(fold, found)
    _check_complete(check, fold, found, values)
    before = old.get((visit, fold.instrument.code))
    if before is None:
        if found.facts.get("signed"):
            check.error("visit_id", "was signed here; amend it on its page")
        check.insert(values)
        _raise_version(check, found)
    else:
        _replace(check, fold, found, values, before)


def _raise_version(check: Check, visit: Thing) -> None:
    """Let a form that shows the visit as it was meet a conflict, not undo what the file says."""
    if check.ok and "draft" in visit.facts:  # it is stored already
        check.run.staged.update(tables.VISIT, visit.id, {})


def _check_visit(check: Check, visit: Thing) -> None:
    check.not_future("assessed_on")
    check.within_life(visit.person, "assessed_on")
    if visit.facts.get("attendance") in {"missed", "not_expected"}:
        check.error("visit_id", "a visit that did not take place has no assessments")


def _check_days(check: Check, fold: Fold, visit: Thing) -> None:
    birth = visit.person.birth if visit.person else None
    for item in fold.instrument.items:
        for day in item.days(fold.answers.get(item.code)):
            wrong = rules.in_the_future(day, check.run.today) or rules.outside_life(
                day, birth, None
            )
            if wrong:
                check.error("value", f"{item.label}: {wrong}")


def _check_complete(check: Check, fold: Fold, visit: Thing, values: Values) -> None:
    remote = visit.facts.get("contact_mode") in REMOTE
    if remote and values["complete"] and fold.instrument.examined:
        check.warn("visit_id", "a remote contact cannot give every item of this instrument")


def _values(fold: Fold, visit: Thing) -> Values:
    on = fold.assessed_on
    place = {name: visit.facts.get(name) for name in ("enrolment_id", "site_id")}
    return {
        "id": new_id(),
        "source": "import",
        "row_version": 1,
        "visit_id": visit.id,
        "patient_id": visit.person.id if visit.person else None,
        **place,
        "instrument": fold.instrument.code,
        "rule_version": _rule_of(fold),
        "assessed_on_text": on.text if on else None,
        "assessed_on_earliest": on.earliest if on else None,
        "assessed_on_latest": on.latest if on else None,
        **(_of_total(fold) if fold.total is not None else _of_items(fold, _day(visit))),
    }


def _rule_of(fold: Fold) -> str:
    """Return the rule of the result: no rule made a historic total, so it keeps what is said."""
    return (fold.total is not None and fold.version) or fold.instrument.version


def _day(visit: Thing) -> date | None:
    visited_on = visit.facts.get("visited_on")
    return visited_on.exact if visited_on else None


def _of_total(fold: Fold) -> Values:
    return {
        "answers": None,
        "reasons": fold.reasons or None,
        "total": fold.total,
        "known_points": None,
        "max_possible": None,
        "complete": True,
        "parts": None,
        "total_only": True,
    }


def _of_items(fold: Fold, on: date | None) -> Values:
    instrument = fold.instrument
    score = instrument.scored(fold.answers, Occasion(on))
    reasons = {
        item.code: NOT_RECORDED for item in instrument.items if fold.answers.get(item.code) is None
    } | fold.reasons
    return {
        "answers": instrument.to_row(fold.answers),
        "reasons": reasons or None,
        "total": score.total,
        "known_points": score.known_points,
        "max_possible": score.max_possible,
        "complete": score.complete,
        "parts": dict(score.parts) or None,
        "total_only": False,
    }


@dataclass(frozen=True, slots=True)
class _AsStored:
    """The shape in which ``assessment_rows`` reads a record."""

    visit_code: str
    instrument: str
    rule_version: str
    assessed_on_text: str | None
    answers: Any
    reasons: Any
    total: Any
    total_only: bool


def _rows(visit: str, values: Values) -> Iterator[tuple[str, ...]]:
    names = _AsStored.__slots__[1:]
    return assessment_rows(_AsStored(visit, *(values[name] for name in names)))


def _replace(
    check: Check, fold: Fold, visit: Thing, values: Values, before: tuple[Any, dict[str, Any]]
) -> None:
    key, old = before
    code = check.row["visit_id"]
    # What is stored was scored when it came; the same answers are no change, whatever the rule.
    rule = fold.version or next(iter(old.values()))[VERSION]
    new = {cells[2]: cells for cells in _rows(code, values | {"rule_version": rule})}
    changed = sorted(item for item in old.keys() | new.keys() if old.get(item) != new.get(item))
    counts = check.run.report.counts[FILE.name]
    if not changed:
        counts.unchanged += 1
        return
    if visit.facts.get("signed") or visit.facts.get("draft"):
        check.error("visit_id", "was entered here; correct it on its page")
    for item in changed:
        was, now = _told(old.get(item)), _told(new.get(item))
        _tell(check, f"{code} {fold.instrument.code}", item, was, now)
    if check.ok:
        counts.changed += 1
        kept = {"id", "patient_id", "enrolment_id", "site_id", "visit_id", "source", "row_version"}
        replaced = {name: value for name, value in values.items() if name not in kept}
        check.run.staged.update(tables.ASSESSMENT, key, replaced)
        _raise_version(check, visit)


def _tell(check: Check, label: str, item: str, was: str, now: str) -> None:
    report = check.run.report
    if check.run.update:
        report.changes.append(Change(FILE.name, label, item, was, now))
        return
    check.errors += 1
    rule = f"differs from the stored “{was}”; give a reason (--update REASON) to replace it"
    report.error(FILE.name, check.row.line, item, now, rule)


def _told(cells: tuple[str, ...] | None) -> str:
    return " ".join(cell for cell in cells[3:] if cell) if cells else ""
