"""Take stored scores over to the present rules where nobody signed them; say what would change.

A final result (signed here, or imported) is never touched: only an amendment gives it a new
score. A historic total has no answers, and stays what somebody reported.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, case, select, type_coerce, update
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from registry.analysis.rescoring import Rescored, Stored, rescored
from registry.instruments import INSTRUMENTS
from registry.instruments.base import Instrument
from registry.models import Assessment, Patient, Visit
from registry.models.derived import SCORE
from registry.queries.fact_rows import BATCH
from registry.queries.final_visits import final
from registry.verification.rows import stored_result

_assessment: Any = Assessment.__table__
_visit: Any = Visit.__table__
_patient: Any = Patient.__table__
OUTCOMES = {"same": "would stay the same", "changed": "would change", "unfit": "do not fit"}


@dataclass(frozen=True, slots=True)
class Judged:
    """One stored score of another rule than the present one, and what the present one makes of it.

    ``row`` has the keys and codes of the assessment, its visit and its patient.
    """

    row: Any
    instrument: Instrument
    result: Rescored

    @property
    def final(self) -> bool:
        """Whether only an amendment may change it."""
        return bool(self.row.final)

    @property
    def outcome(self) -> str:
        """Return one of ``OUTCOMES``."""
        if self.result.score is None:
            return "unfit"
        return "changed" if self.result.changes else "same"

    def __str__(self) -> str:
        return f"{self.row.patient}, visit {self.row.visit}, {self.instrument.title}: {self.result}"


def in_words(counts: Mapping[str, int]) -> str:
    """Return how many scores have each outcome."""
    return ", ".join(f"{counts.get(outcome, 0)} {words}" for outcome, words in OUTCOMES.items())


def rescore(session: Session) -> Iterator[Judged]:
    """Yield every score of another rule; rewrite those of visits that are not final on the way.

    What does not fit the present rule stays as it is: the caller decides whether to keep the rest.
    """
    for batch in _batches(session, lock=True):
        _take_over(session, [one for one in batch if not one.final and one.result.score])
        yield from batch


def of_other_rules(session: Session) -> Iterator[Judged]:
    """Yield every score of another rule; write nothing."""
    for batch in _batches(session, lock=False):
        yield from batch


def _batches(session: Session, *, lock: bool) -> Iterator[list[Judged]]:
    statement = _of_other_rules()
    if lock:
        # Nobody signs a score while it is being replaced; SQLite has one writer anyway.
        statement = statement.with_for_update(of=_visit)
    after: list[Any] = []
    while rows := session.execute(statement.where(*after)).all():
        yield _judged(rows)
        after = [_assessment.c.id > rows[-1].id]


def _judged(rows: Sequence[Any]) -> list[Judged]:
    found: dict[Any, Judged] = {}
    readable: dict[str, list[tuple[Any, Stored]]] = defaultdict(list)
    for row in rows:
        try:
            readable[row.instrument].append((row, stored_result(row)))
        except ValueError as error:
            unread = Rescored(None, "what cannot be read", unfit=str(error))
            found[row.id] = Judged(row, INSTRUMENTS[row.instrument], unread)
    for code, pairs in readable.items():
        instrument = INSTRUMENTS[code]
        results = rescored(instrument, [stored for _, stored in pairs])
        for (row, _), result in zip(pairs, results, strict=True):
            found[row.id] = Judged(row, instrument, result)
    return [found[row.id] for row in rows]


def _take_over(session: Session, judged: Sequence[Judged]) -> None:
    """Write what follows from the answers; an answer that changed meanwhile was scored by then."""
    values = [
        {
            "key": one.row.id,
            "seen": one.row.row_version,
            "rule_version": one.instrument.version,
            **{name: getattr(score, name) for name in SCORE},
            "parts": dict(score.parts) or None,
        }
        for one in judged
        if (score := one.result.score)
    ]
    if values:
        session.connection().execute(_TAKE_OVER, values)


def _raw(name: str) -> Any:
    """Return a column as the driver has it: what no type can read is named, not raised."""
    return type_coerce(_assessment.c[name], NullType()).label(name)


def _of_other_rules() -> Select[Any]:
    """Select the scores with answers that another rule made, by key, a batch at a time."""
    present = {code: instrument.version for code, instrument in INSTRUMENTS.items()}
    return (
        select(
            *(_assessment.c[name] for name in ("id", "row_version", "instrument", "rule_version")),
            *(_raw(name) for name in ("answers", *SCORE)),
            _visit.c.visited_on_text.label("visited_on"),
            _visit.c.code.label("visit"),
            _patient.c.code.label("patient"),
            final().label("final"),
        )
        .join(_visit, _visit.c.id == _assessment.c.visit_id)
        .join(_patient, _patient.c.id == _visit.c.patient_id)
        .where(
            _assessment.c.voided_at.is_(None),
            _visit.c.voided_at.is_(None),
            _assessment.c.answers.is_not(None),
            # NULL, so never different, for an instrument that this program does not know.
            _assessment.c.rule_version != case(present, value=_assessment.c.instrument),
        )
        .order_by(_assessment.c.id)
        .limit(BATCH)
    )


# Sets every column that is given beside ``key`` and ``seen``.
_TAKE_OVER = (
    update(_assessment)
    .where(_assessment.c.id == bindparam("key"), _assessment.c.row_version == bindparam("seen"))
    # Whoever saves the visit at this very moment is told, instead of mixing two results.
    .values(row_version=_assessment.c.row_version + 1)
)
