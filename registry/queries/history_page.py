"""Everything the page of baseline and history shows, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Select,
    Text,
    bindparam,
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

from registry.database.types import Entered
from registry.followup import baseline
from registry.followup.baseline import LABORATORY
from registry.followup.facts import (
    AssessmentFact,
    ConditionFact,
    CourseFact,
    LabFact,
    PatientFacts,
    VisitFact,
)
from registry.laboratory.analytes import ANALYTES, code_of, spellings
from registry.models import (
    Assessment,
    Biopsy,
    Condition,
    Infusion,
    LaboratoryResult,
    Pregnancy,
    Visit,
)
from registry.partial_date import PartialDate
from registry.queries.final_visits import of_no_draft
from registry.queries.patient_facts import facts_of, medicine_fact
from registry.queries.patient_page import (
    MedicationRow,
    PatientPageRows,
    medicines_and_statements_of,
    state_of,
)
from registry.queries.scope import (
    PatientInReach,
    RowsOfPatient,
    columns,
    partial_columns,
    partial_from,
)
from registry.queries.treatment import CourseRow, courses_of, infusions_of

_condition, _biopsy, _pregnancy = Condition.__table__, Biopsy.__table__, Pregnancy.__table__
_infusion, _visit, _assessment = Infusion.__table__, Visit.__table__, Assessment.__table__
_lab = LaboratoryResult.__table__


@dataclass(frozen=True, slots=True)
class PastRow:
    """A condition, biopsy or pregnancy, or a weight taken for an infusion."""

    kind: str
    id: UUID
    site_id: int
    words: str  # condition, classes, outcome
    on: PartialDate | None
    until: PartialDate | None
    active: bool | None
    detail: str | None  # detail, scheme
    first: Decimal | None  # activity index, weight in kg
    second: Decimal | None  # chronicity index


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One visit before the treatment with what was assessed at it."""

    code: str
    visited_on: PartialDate | None
    contact_mode: str | None
    assessor: str | None
    state: str  # signed, amended, unsigned
    fact: VisitFact


@dataclass(frozen=True, slots=True)
class HistoryRows:
    """The rows of the page, and the facts that rules read."""

    facts: PatientFacts
    courses: tuple[CourseRow, ...]
    past: tuple[PastRow, ...]
    medications: tuple[MedicationRow, ...]
    scores: tuple[ScoreRow, ...]

    def of(self, kind: str) -> tuple[PastRow, ...]:
        """Return the rows of one kind, oldest first."""
        return tuple(row for row in self.past if row.kind == kind)

    @property
    def reason(self) -> str | None:
        """The reason for the first course, as it was given."""
        first = self.facts.courses[0].course_id if self.facts.courses else None
        return next((row.reason for row in self.courses if row.code == first), None)


_NO_DATE = (cast(null(), Text), cast(null(), Date), cast(null(), Date))
_NO_TEXT, _NO_YES = cast(null(), Text), cast(null(), Boolean)
_NO_NUMBER = type_coerce(cast(null(), Text), Entered)


def _dated(table: FromClause, name: str, instead: str = "") -> tuple[ColumnElement[Any], ...]:
    parts = partial_columns(table, name)
    if not instead:
        return parts
    both = zip(parts, partial_columns(table, instead), strict=True)
    return tuple(func.coalesce(part, other) for part, other in both)


def _kind(table: FromClause, *rest: ColumnElement[Any], kind: str = "") -> Select[Any]:
    """Return one part of the union; its columns are those of PastRow."""
    name = literal(kind or table.description)
    return select(name.label("kind"), *columns(table, "id", "site_id"), *rest).where(
        table.c.patient_id == bindparam("patient_id"), table.c.voided_at.is_(None)
    )


_PARTS = (
    (
        _condition,
        _kind(
            _condition, _condition.c.condition,
            *_dated(_condition, "onset_on"), *_dated(_condition, "ended_on"),
            *columns(_condition, "active", "detail"), _NO_NUMBER, _NO_NUMBER,
        ),
    ),
    (
        _biopsy,
        _kind(
            _biopsy, _biopsy.c.classes, *_dated(_biopsy, "taken_on"), *_NO_DATE, _NO_YES,
            *columns(_biopsy, "scheme", "activity_index", "chronicity_index"),
        ),
    ),
    (
        _pregnancy,
        _kind(
            _pregnancy, _pregnancy.c.outcome,
            *_dated(_pregnancy, "began_on"), *_dated(_pregnancy, "ended_on"),
            _NO_YES, _NO_TEXT, _NO_NUMBER, _NO_NUMBER,
        ),
    ),
    (
        _infusion,
        _kind(
            _infusion, _NO_TEXT, *_dated(_infusion, "weighed_on", "started_at"), *_NO_DATE,
            _NO_YES, _NO_TEXT, _infusion.c.weight_kg, _NO_NUMBER, kind="weight",
        ).where(_infusion.c.weight_kg.is_not(None)),
    ),
)  # fmt: skip
_PAST = RowsOfPatient(
    union_all(*(part for _, part in _PARTS)),
    union_all(
        *(
            part.where(table.c.site_id.in_(bindparam("row_sites", expanding=True)))
            for table, part in _PARTS
        )
    ),
)
_SCORES = RowsOfPatient.prepared(
    select(
        _visit.c.code,
        *partial_columns(_visit, "visited_on"),
        *columns(_visit, "timepoint", "attendance", "contact_mode", "assessor"),
        *columns(_visit, "signed_version", "source"),
        *columns(_assessment, "instrument", "rule_version", "total", "known_points"),
        *columns(_assessment, "max_possible", "complete", "total_only"),
    )
    .outerjoin(
        _assessment,
        (_assessment.c.visit_id == _visit.c.id) & _assessment.c.voided_at.is_(None),
    )
    .where(_visit.c.visited_on_earliest <= bindparam("last"))
    .order_by(*columns(_visit, "visited_on_earliest", "id"), _assessment.c.instrument),
    _visit,
)
_LABS = RowsOfPatient.prepared(
    select(
        _lab.c.analyte,
        *partial_columns(_lab, "collected_on"),
        *columns(_lab, "value", "unit", "comparator", "state", "lower_limit", "upper_limit"),
        *columns(_lab, "canonical_value", "canonical_unit"),
    )
    .where(
        or_(
            *(_lab.c.analyte.startswith(code, autoescape=True) for code in LABORATORY),
            func.lower(_lab.c.analyte).in_(spellings(filter(baseline.analyte_of, ANALYTES))),
        ),
        _lab.c.collected_on_earliest <= bindparam("last"),
        _lab.c.collected_on_latest >= bindparam("first"),
        of_no_draft(_lab.c.visit_id),
    )
    .order_by(*columns(_lab, "analyte", "collected_on_earliest", "id")),
    _lab,
)


def courses_in_order(session: Session, patient: PatientInReach) -> tuple[CourseFact, ...]:
    """Return the courses in order of treatment, from two queries."""
    return _bare_facts(session, patient, courses_of(session, patient)).courses


def history_rows(session: Session, patient: PatientInReach, today: date) -> HistoryRows:
    """Load the page: six queries beside the patient and the signed-in user."""
    courses = courses_of(session, patient)
    facts = _bare_facts(session, patient, courses)
    window = baseline.window(facts.courses[0] if facts.courses else None, today)
    past = _past(session, patient)
    medications = medicines_and_statements_of(session, patient)
    scores = _scores(_SCORES.read(session, patient, last=window.last))
    facts = replace(
        facts,
        visits=tuple(row.fact for row in scores),
        unsigned_visits=sum(not row.fact.final for row in scores),
        medicines=tuple(medicine_fact(row) for row in medications if row.counts),
        labs=_labs(_LABS.read(session, patient, first=window.first, last=window.last)),
        conditions=tuple(
            ConditionFact(row.words, row.on, row.until, row.active)
            for row in past
            if row.kind == "condition"
        ),
    )
    return HistoryRows(facts, courses, past, medications, scores)


def _bare_facts(
    session: Session, patient: PatientInReach, courses: tuple[CourseRow, ...]
) -> PatientFacts:
    infusions = infusions_of(session, patient)
    rows = PatientPageRows(
        statuses=(), consents=(), courses=courses, infusions=infusions, visits=(), medications=()
    )
    return facts_of(patient, rows)


def _past(session: Session, patient: PatientInReach) -> tuple[PastRow, ...]:
    rows = [_past_row(row) for row in _PAST.read(session, patient)]
    rows.sort(key=lambda row: (row.on.earliest if row.on else date.min, row.words, str(row.id)))
    return tuple(rows)


def _past_row(row: Any) -> PastRow:
    kind, key, site_id, words, *rest = row
    on, until = partial_from(*rest[:3]), partial_from(*rest[3:6])
    return PastRow(kind, key, site_id, words or "", on, until, *rest[6:])


def _scores(rows: Iterable[Any]) -> tuple[ScoreRow, ...]:
    groups: dict[str, list[Any]] = defaultdict(list)  # one row per assessment; the order is kept
    for row in rows:
        groups[row[0]].append(row)
    return tuple(_score_row(group) for group in groups.values())


def _score_row(group: list[Any]) -> ScoreRow:
    code, *dates = group[0][:4]
    timepoint, attendance, contact_mode, assessor, signed_version, source = group[0][4:10]
    on, state = partial_from(*dates), state_of(signed_version, source)
    fact = VisitFact(
        visit_id=code,
        visited_on=on.exact if on else None,
        timepoint=timepoint,
        attendance=attendance or "done",
        final=state != "unsigned",
        contact_mode=contact_mode,
        assessor=assessor,
        assessments=tuple(AssessmentFact(*row[10:]) for row in group if row[10] is not None),
    )
    return ScoreRow(code, on, contact_mode, assessor, state, fact)


def _labs(rows: Iterable[Any]) -> tuple[LabFact, ...]:
    return tuple(_lab_fact(*row) for row in rows)


def _lab_fact(analyte: str, text: str, first: date, last: date, *rest: Any) -> LabFact:
    value, unit, comparator, state, lower, upper, canonical, canonical_unit = rest
    return LabFact(
        analyte=code_of(analyte),
        collected_on=PartialDate(text, first, last),
        value=canonical,
        unit=canonical_unit if canonical is not None else unit,
        comparator=comparator,
        state=state,
        text=value,
        lower_limit=lower,
        upper_limit=upper,
    )
