"""What the page of a visit needs of the patient's other records, in one query.

The events that the visit found, what the flare index is judged from beside visits and medicines
(admissions, weights), and what responses are (flares, intercurrent events, conditions, biopsies).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from registry.database.types import Entered, Id
from registry.followup.emergence import RELATED_VERDICTS
from registry.followup.facts import BiopsyFact, ConditionFact, FlareFact, IntercurrentFact
from registry.followup.flare_index import Admission
from registry.models import (
    AdverseEvent,
    AdverseEventCausality,
    Biopsy,
    Condition,
    Course,
    Flare,
    Infusion,
    IntercurrentEvent,
    Visit,
)
from registry.partial_date import PartialDate
from registry.queries.patient_lists import parse_or_none
from registry.queries.scope import (
    PatientInReach,
    RowsOfPatient,
    columns,
    partial_columns,
    partial_from,
)

T = TypeVar("T")
STAY, LUPUS, NOT_RELATED = "hospitalisation", "lupus", frozenset({"unlikely", "not_related"})
_flare, _infusion = Flare.__table__, Infusion.__table__
_intercurrent, _course = IntercurrentEvent.__table__, Course.__table__
_condition, _biopsy = Condition.__table__, Biopsy.__table__
_event, _cause = AdverseEvent.__table__, AdverseEventCausality.__table__


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An adverse event that the visit found, as its page lists it."""

    id: UUID
    code: str
    state: str
    verbatim_term: str
    term: str | None
    serious: bool | None
    visit_id: UUID | None


@dataclass(frozen=True, slots=True)
class Around:
    """The records around one visit, as far as one person may see them."""

    events: tuple[FoundEvent, ...]  # found at the visit
    admissions: tuple[Admission, ...]
    weights: tuple[tuple[PartialDate, Decimal], ...]
    flares: tuple[FlareFact, ...] = ()  # by onset
    intercurrent: tuple[IntercurrentFact, ...] = ()  # by date
    conditions: tuple[ConditionFact, ...] = ()
    biopsies: tuple[BiopsyFact, ...] = ()  # by date


def around(session: Session, patient: PatientInReach, visit: Visit) -> Around:
    """Load them; one query."""
    rows = _AROUND.read(session, patient, visit=visit.id, stay=f"%{STAY}%")
    of: dict[str, list[Any]] = {}
    for row in rows:
        of.setdefault(row[0], []).append(row)
    events, flares = of.get("event", []), of.get("flare", [])
    found = sorted((_event_of(row) for row in events), key=lambda event: event.id)
    return Around(
        events=tuple(event for event in found if event.visit_id == visit.id),
        admissions=(*_of_flares(flares), *_of_events(events)),
        weights=tuple((PartialDate(*row[3:6]), row[11]) for row in of.get("weight", [])),
        flares=_sorted((_flare_of(row) for row in flares), lambda flare: flare.onset_on),
        intercurrent=_sorted(
            (_intercurrent_of(row) for row in of.get("intercurrent", [])), lambda event: event.on
        ),
        conditions=tuple(_condition_of(row) for row in of.get("condition", [])),
        biopsies=_sorted(
            (BiopsyFact(PartialDate(*row[3:6]), row[2]) for row in of.get("biopsy", [])),
            lambda biopsy: biopsy.taken_on,
        ),
    )


def _sorted(facts: Iterable[T], day: Callable[[T], PartialDate]) -> tuple[T, ...]:
    return tuple(sorted(facts, key=lambda fact: day(fact).earliest))


_NO_TEXT, _NO_KEY = cast(null(), Text), type_coerce(null(), Id)
_NO_NUMBER = type_coerce(cast(null(), Text), Entered)


def _flag(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return yes, no or nothing as text: two engines write booleans in two ways."""
    return case((column.is_(True), "yes"), (column.is_(False), "no"), else_=_NO_TEXT)


def _part(kind: str, table: Any, *rest: ColumnElement[Any]) -> tuple[Any, Select[Any]]:
    """Return one part: kind, key, code, date, yes or no, four texts, a number, a visit."""
    mine = (table.c.patient_id == bindparam("patient_id"), table.c.voided_at.is_(None))
    return table, select(literal(kind).label("kind"), table.c.id, *rest).where(*mine)


def _verdict(assessor: str) -> ColumnElement[Any]:
    """Return what an assessor says of lupus as the cause of an event."""
    return (
        select(_cause.c.verdict)
        .where(
            _cause.c.event_id == _event.c.id,
            _cause.c.cause == LUPUS,
            _cause.c.assessor == assessor,
            _cause.c.voided_at.is_(None),
        )
        .limit(1)
        .scalar_subquery()
    )


def _parts() -> Iterable[tuple[Any, Select[Any]]]:
    # Flares first: of the first part PostgreSQL learns what each column holds.
    yield _part(
        "flare", _flare, _flare.c.code, *partial_columns(_flare, "onset_on"),
        _flag(_flare.c.admitted), *columns(_flare, "severity", "organs", "ended_on_text"),
        _NO_TEXT, _NO_NUMBER, _flare.c.visit_id,
    )  # fmt: skip
    yield _part(
        "intercurrent", _intercurrent, _intercurrent.c.type,
        *partial_columns(_intercurrent, "on_date"), _flag(_intercurrent.c.planned),
        _intercurrent.c.reason, _course_code(), _NO_TEXT, _NO_TEXT, _NO_NUMBER, _NO_KEY,
    )  # fmt: skip
    yield _part(
        "condition", _condition, _condition.c.condition, *partial_columns(_condition, "onset_on"),
        _flag(_condition.c.active), _condition.c.ended_on_text, _NO_TEXT, _NO_TEXT, _NO_TEXT,
        _NO_NUMBER, _NO_KEY,
    )  # fmt: skip
    yield _part(
        "biopsy", _biopsy, _biopsy.c.classes, *partial_columns(_biopsy, "taken_on"),
        _NO_TEXT, _NO_TEXT, _NO_TEXT, _NO_TEXT, _NO_TEXT, _NO_NUMBER, _NO_KEY,
    )  # fmt: skip
    table, found = _part(
        "event", _event, _event.c.code, *partial_columns(_event, "started_on"),
        _flag(_event.c.serious), *columns(_event, "state", "verbatim_term", "term"),
        _stay_for_lupus(), _NO_NUMBER, _event.c.visit_id,
    )  # fmt: skip
    yield (
        table,
        found.where(
            or_(
                _event.c.visit_id == bindparam("visit"),
                _event.c.seriousness.like(bindparam("stay")),
            )
        ),
    )
    table, weights = _part(
        "weight", _infusion, _infusion.c.code, *_weighed(), _NO_TEXT, _NO_TEXT, _NO_TEXT,
        _NO_TEXT, _NO_TEXT, _infusion.c.weight_kg, _NO_KEY,
    )  # fmt: skip
    yield table, weights.where(_infusion.c.weight_kg.is_not(None))


def _course_code() -> ColumnElement[Any]:
    return select(_course.c.code).where(_course.c.id == _intercurrent.c.course_id).scalar_subquery()


def _stay_for_lupus() -> ColumnElement[Any]:
    """Return the verdicts on lupus of an event with a stay in hospital, joined by ;."""
    both = [func.coalesce(_verdict(assessor), "") for assessor in ("reporter", "reviewer")]
    said = both[0].op("||")(";").op("||")(both[1])
    return case((_event.c.seriousness.like(bindparam("stay")), said), else_=_NO_TEXT)


def _weighed() -> tuple[ColumnElement[Any], ...]:
    """Return the day of the weight, or that of the infusion where none is given."""
    pairs = zip(
        partial_columns(_infusion, "weighed_on"),
        partial_columns(_infusion, "started_at"),
        strict=True,
    )
    return tuple(func.coalesce(*pair) for pair in pairs)


def _statement() -> RowsOfPatient:
    parts = tuple(_parts())
    made_there: Any = bindparam("row_sites", expanding=True)
    return RowsOfPatient(
        union_all(*(part for _, part in parts)),
        union_all(*(part.where(table.c.site_id.in_(made_there)) for table, part in parts)),
    )


_AROUND = _statement()
_YES_NO: Mapping[str | None, bool | None] = {"yes": True, "no": False, None: None}

# Built by place, in the order of the query.


def _event_of(row: Sequence[Any]) -> FoundEvent:
    _, key, code, _, _, _, serious, state, verbatim, term, *_, visit_id = row
    return FoundEvent(key, code, state, verbatim, term, _YES_NO[serious], visit_id)


def _flare_of(row: Sequence[Any]) -> FlareFact:
    severity, organs, ended_on = row[7:10]
    listed = tuple(organ.strip() for organ in (organs or "").split(";") if organ.strip())
    dates = PartialDate(*row[3:6]), parse_or_none(ended_on)
    return FlareFact(row[2], *dates, severity, listed, _YES_NO[row[6]])


def _intercurrent_of(row: Sequence[Any]) -> IntercurrentFact:
    planned, reason, course = row[6:9]
    return IntercurrentFact(row[2], PartialDate(*row[3:6]), course, _YES_NO[planned], reason)


def _condition_of(row: Sequence[Any]) -> ConditionFact:
    active, ended_on = row[6:8]
    return ConditionFact(
        row[2], partial_from(*row[3:6]), parse_or_none(ended_on), active=_YES_NO[active]
    )


def _of_flares(rows: Iterable[Sequence[Any]]) -> Iterable[Admission]:
    """Yield what the flares say of admissions; one that does not say says nothing."""
    for row in rows:
        admitted = _YES_NO[row[6]]
        if admitted is not None:
            yield Admission(PartialDate(*row[3:6]), True, stayed=admitted)


def _of_events(rows: Iterable[Sequence[Any]]) -> Iterable[Admission]:
    """Yield the stays in hospital of reported events, with what is said of lupus as their cause."""
    for row in rows:
        state, said = row[7], row[10]
        if state != "draft" and said is not None:
            yield Admission(partial_from(*row[3:6]), _for_lupus(said.split(";")))


def _for_lupus(verdicts: Iterable[str]) -> bool | None:
    given = {verdict for verdict in verdicts if verdict}
    if given & RELATED_VERDICTS:
        return True
    return False if given and given <= NOT_RELATED else None
