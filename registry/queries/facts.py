"""Facts of every patient in reach, as of a day: what follow-up, summary and figures are made of.

Eleven queries whatever the number of patients, streamed, named columns only. Voided rows are
left out, and so are visits that nobody signed (they are counted).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, select
from sqlalchemy.orm import Session

from registry.analysis.cut import as_of
from registry.followup import clocks
from registry.followup.facts import (
    AssessmentFact,
    ConsentFact,
    CourseFact,
    EndpointFact,
    EnrolmentFact,
    InfusionFact,
    MedicineFact,
    PatientFacts,
    StatusFact,
    VisitFact,
)
from registry.models import (
    Assessment,
    Consent,
    Course,
    Enrolment,
    Infusion,
    InfusionLot,
    Lot,
    Medication,
    Patient,
    PatientStatus,
    ReportedEndpoint,
    Site,
    Visit,
)
from registry.partial_date import PartialDate
from registry.queries.scope import certain_partial, partial_of

BATCH = 2_000

_patient: Any = Patient.__table__
_enrolment: Any = Enrolment.__table__
_status: Any = PatientStatus.__table__
_consent: Any = Consent.__table__
_course: Any = Course.__table__
_infusion: Any = Infusion.__table__
_used: Any = InfusionLot.__table__
_lot: Any = Lot.__table__
_visit: Any = Visit.__table__
_assessment: Any = Assessment.__table__
_medication: Any = Medication.__table__
_endpoint: Any = ReportedEndpoint.__table__
_site: Any = Site.__table__

Grouped = Mapping[UUID, list[Any]]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows one person may count; the site of the open enrolment reads all of a patient."""

    reads: frozenset[int] | None
    own_only: Mapping[UUID, frozenset[int]]  # patients of whom only a former site's rows are seen

    def within(self, statement: Select[Any], patient_id: Any) -> Select[Any]:
        """Narrow a statement to the patients who are or were enrolled at the sites."""
        if self.reads is None:
            return statement
        here = _enrolment.c.site_id.in_(self.reads) & _enrolment.c.voided_at.is_(None)
        return statement.where(patient_id.in_(select(_enrolment.c.patient_id).where(here)))

    def sees(self, row: Any) -> bool:
        """Whether a clinical row may be counted."""
        own = self.own_only.get(row.patient_id)
        return own is None or row.site_id in own


def load_facts(
    session: Session, cut: date, *, reads: frozenset[int] | None = None
) -> tuple[PatientFacts, ...]:
    """Return the patients enrolled by the cut, by code; ``reads`` None is every site."""
    everywhere = Scope(reads, {})
    enrolments = _by_patient(_rows(session, everywhere, _enrolments(), _enrolment))
    scope = Scope(reads, _own_only(enrolments, reads))
    parts = _parts(session, scope)
    facts = (
        as_of(_patient_facts(row, enrolments[row.id], parts, scope, cut), cut)
        for row in _stream(session, scope.within(_patients(), _patient.c.id))
        if row.id in enrolments
    )
    return tuple(fact for fact in facts if fact)


def _parts(session: Session, scope: Scope) -> Mapping[str, Grouped]:
    """Load every other table once, by patient, or by the row that it hangs on."""
    clinical = {
        "courses": (_courses(), _course),
        "infusions": (_infusions(), _infusion),
        "visits": (_of(_visit, *_VISIT), _visit),
        "medicines": (_of(_medication, *_MEDICINE), _medication),
        "endpoints": (_of(_endpoint, *_ENDPOINT), _endpoint),
    }
    parts = {
        name: _by_patient(row for row in _rows(session, scope, *pair) if scope.sees(row))
        for name, pair in clinical.items()
    }
    for name, (columns, table) in _AS_ENTERED.items():
        statement = _of(table, *columns).order_by(table.c.id)  # of one day the later entered holds
        parts[name] = _by_patient(_rows(session, scope, statement, table))
    parts["lots"] = _grouped(_stream(session, _lots()), "infusion_id")
    assessed = _rows(session, scope, _of(_assessment, *_ASSESSMENT), _assessment)
    parts["assessments"] = _grouped(assessed, "visit_id")
    return parts


def partial_columns(name: str) -> tuple[str, str, str]:
    """Return the keys of the three columns of a partial date."""
    return f"{name}_text", f"{name}_earliest", f"{name}_latest"


_PATIENT = (
    *("id", "code", "sex", *partial_columns("birth_date"), *partial_columns("death_on")),
    *(*partial_columns("last_known_alive_on"), *partial_columns("sle_diagnosed_on")),
)
_ENROLMENT = ("id", "patient_id", "site_id", "ascertainment")
_STATUS = ("status", "reason", *partial_columns("on_date"))
_CONSENT = ("version", "decision", *partial_columns("decided_on"))
_AS_ENTERED = {"statuses": (_STATUS, _status), "consents": (_CONSENT, _consent)}
_VISIT = (
    *("id", "site_id", "code", *partial_columns("visited_on"), "timepoint", "attendance"),
    *("contact_mode", "assessor", "source", "signed_version"),
)
_ASSESSMENT = (
    *("visit_id", "instrument", "rule_version", "total", "known_points", "max_possible"),
    *("complete", "total_only", "parts"),
)
_DOSE = ("dose", "unit", "per_day", "daily_dose", "route", "pulse", "as_needed")
_MEDICINE = (
    *("id", "site_id", "drug", *_DOSE),
    *(*partial_columns("started_on"), *partial_columns("ended_on")),
)
_ENDPOINT = (
    *("site_id", "definition", "timepoint", "state", "origin", *partial_columns("assessed_on")),
)


def _of(table: Any, *names: str) -> Select[Any]:
    """Select the named columns and the patient of the rows that are not voided."""
    columns = [table.c[name] for name in ("patient_id", *names)]
    return select(*columns).where(table.c.voided_at.is_(None))


def _patients() -> Select[Any]:
    columns = [_patient.c[name] for name in _PATIENT]
    return select(*columns).where(_patient.c.voided_at.is_(None)).order_by(_patient.c.code)


def _enrolments() -> Select[Any]:
    names = (*_ENROLMENT, *partial_columns("from_on"), *partial_columns("to_on"))
    return (
        select(*[_enrolment.c[name] for name in names], _site.c.code.label("site_code"))
        .join(_site, _site.c.id == _enrolment.c.site_id)
        .where(_enrolment.c.voided_at.is_(None))
        .order_by(_enrolment.c.from_on_earliest, _enrolment.c.id)
    )


def _courses() -> Select[Any]:
    dates = (*partial_columns("started_on"), *partial_columns("mobilised_on"))
    return _of(_course, "id", "site_id", "code", "legal_basis", *dates)


def _infusions() -> Select[Any]:
    names = ("id", "site_id", "code", "course_id", "sequence", "cell_type", "tissue_source")
    return (
        _of(_infusion, *names, *partial_columns("started_at"))
        .add_columns(_site.c.code.label("site_code"))
        .join(_site, _site.c.id == _infusion.c.site_id)
    )


def _lots() -> Select[Any]:
    return (
        select(_used.c.infusion_id, _lot.c.code)
        .join(_lot, _lot.c.id == _used.c.lot_id)
        .order_by(_used.c.infusion_id, _used.c.ordinal)
    )


def _rows(session: Session, scope: Scope, statement: Select[Any], table: Table) -> Iterator[Any]:
    return _stream(session, scope.within(statement, table.c.patient_id))


def _stream(session: Session, statement: Select[Any]) -> Iterator[Any]:
    return iter(session.execute(statement.execution_options(yield_per=BATCH)))


def _by_patient(rows: Iterable[Any]) -> Grouped:
    return _grouped(rows, "patient_id")


def _grouped(rows: Iterable[Any], key: str) -> Grouped:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _own_only(enrolments: Grouped, reads: frozenset[int] | None) -> Mapping[UUID, frozenset[int]]:
    """Return, per patient who has moved on, the sites whose own rows are still theirs to read."""
    if reads is None:
        return {}
    restricted = {}
    for patient_id, rows in enrolments.items():
        still_open = [row.site_id for row in rows if row.to_on_text is None]
        if not still_open or still_open[-1] not in reads:
            restricted[patient_id] = frozenset(r.site_id for r in rows) & reads
    return restricted


def _patient_facts(
    row: Any,
    enrolments: list[Any],
    parts: Mapping[str, Grouped],
    scope: Scope,
    cut: date,
) -> PatientFacts:
    mine = {name: grouped.get(row.id, []) for name, grouped in parts.items()}
    visible = [e for e in enrolments if scope.sees(e)]
    final = [visit for visit in mine["visits"] if _is_final(visit)]
    unsigned = [visit for visit in mine["visits"] if not _is_final(visit)]
    return PatientFacts(
        patient_id=row.code,
        sex=row.sex,
        birth_date=partial_of(row, "birth_date"),
        enrolments=tuple(_enrolment_fact(enrolment) for enrolment in visible),
        statuses=_in_time(StatusFact(r.status, _on(r), r.reason) for r in mine["statuses"]),
        consents=tuple(_consent_fact(consent) for consent in mine["consents"]),
        courses=_course_facts(mine["courses"], mine["infusions"], parts["lots"]),
        visits=_visit_facts(final, parts["assessments"]),
        medicines=tuple(_medicine_fact(m) for m in sorted(mine["medicines"], key=_started)),
        endpoints=tuple(_endpoint_fact(endpoint) for endpoint in mine["endpoints"]),
        death_on=partial_of(row, "death_on"),
        last_known_alive_on=partial_of(row, "last_known_alive_on"),
        unsigned_visits=sum(v.visited_on_earliest <= cut for v in unsigned if v.visited_on_text),
        sle_diagnosed_on=partial_of(row, "sle_diagnosed_on"),
    )


def _is_final(visit: Any) -> bool:
    """Whether it counts in a result: signed here, or imported."""
    return bool(visit.signed_version > 0 or visit.source == "import")


def _on(row: Any) -> PartialDate:
    return certain_partial(row, "on_date")


def _in_time(statuses: Iterable[StatusFact]) -> tuple[StatusFact, ...]:
    return tuple(sorted(statuses, key=lambda fact: fact.on.earliest))


def _started(row: Any) -> tuple[date, UUID]:
    return row.started_on_earliest, row.id


def _enrolment_fact(row: Any) -> EnrolmentFact:
    from_on, to_on = certain_partial(row, "from_on"), partial_of(row, "to_on")
    return EnrolmentFact(row.site_code, from_on, to_on, row.ascertainment)


def _consent_fact(row: Any) -> ConsentFact:
    return ConsentFact(row.version, row.decision, certain_partial(row, "decided_on"))


def _course_facts(
    courses: list[Any], infusions: list[Any], lots: Grouped
) -> tuple[CourseFact, ...]:
    """Return the courses in order of treatment; infusions without one make one of their own."""
    known = {course.id for course in courses}
    given: dict[UUID | None, list[InfusionFact]] = defaultdict(list)
    for row in sorted(infusions, key=_infusion_order):
        course_id = row.course_id if row.course_id in known else None
        given[course_id].append(_infusion_fact(row, lots.get(row.id, [])))
    facts = [_course_fact(course, tuple(given[course.id])) for course in courses]
    if given[None]:
        facts.append(CourseFact("", 0, None, infusions=tuple(given[None])))
    return clocks.in_order_of_treatment(facts)


def _infusion_order(row: Any) -> tuple[date, int, str, str]:
    # Of one day and without a sequence, the text holds the time, at one site with one offset.
    return row.started_at_earliest, row.sequence or 0, row.started_at_text, row.code


def _course_fact(row: Any, infusions: tuple[InfusionFact, ...]) -> CourseFact:
    dates = partial_of(row, "started_on"), partial_of(row, "mobilised_on")
    return CourseFact(row.code, 0, *dates, row.legal_basis, infusions)


def _infusion_fact(row: Any, lots: list[Any]) -> InfusionFact:
    return InfusionFact(
        infusion_id=row.code,
        started_at=certain_partial(row, "started_at"),
        site_code=row.site_code,
        cell_type=row.cell_type,
        tissue_source=row.tissue_source,
        lots=tuple(lot.code for lot in lots),
        sequence=row.sequence,
    )


def _visit_facts(visits: list[Any], assessments: Grouped) -> tuple[VisitFact, ...]:
    facts = (_visit_fact(row, assessments.get(row.id, [])) for row in visits)
    return tuple(sorted(facts, key=lambda fact: (fact.visited_on or date.max, fact.visit_id)))


def _visit_fact(row: Any, assessments: list[Any]) -> VisitFact:
    visited_on = partial_of(row, "visited_on")
    return VisitFact(
        visit_id=row.code,
        # A visit dated by month or year cannot be placed; the summary counts and names it.
        visited_on=visited_on.exact if visited_on else None,
        timepoint=row.timepoint,
        # An open visit has neither date nor attendance: nothing has happened yet.
        attendance=row.attendance or ("done" if visited_on else "not_expected"),
        final=True,
        contact_mode=row.contact_mode,
        assessor=row.assessor,
        assessments=tuple(_assessment_fact(assessment) for assessment in assessments),
    )


def _assessment_fact(row: Any) -> AssessmentFact:
    numbers = (row.total, row.known_points, row.max_possible)
    flags = (row.complete, row.total_only)
    return AssessmentFact(row.instrument, row.rule_version, *numbers, *flags, row.parts or {})


def _medicine_fact(row: Any) -> MedicineFact:
    return MedicineFact(
        row.drug,
        certain_partial(row, "started_on"),
        partial_of(row, "ended_on"),
        **{name: getattr(row, name) for name in _DOSE},
    )


def _endpoint_fact(row: Any) -> EndpointFact:
    names = (row.definition, row.timepoint, row.state)
    return EndpointFact(*names, partial_of(row, "assessed_on"), row.origin)
