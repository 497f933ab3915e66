"""Facts of every patient in reach, as of a day: what follow-up, summary and figures are made of.

Nineteen queries whatever the number of patients, streamed, named columns only. Voided rows are
left out, and so are visits that nobody signed (they are counted), the doses that such visits
state, and drafts of adverse events.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry.analysis.cut import as_of
from registry.followup import clocks
from registry.followup.facts import (
    AssessmentFact,
    ConsentFact,
    CourseFact,
    EndpointFact,
    EnrolmentFact,
    FlareFact,
    InfusionFact,
    IntercurrentFact,
    MedicineFact,
    PatientFacts,
    StatusFact,
    VisitFact,
)
from registry.instruments import INQUIRIES, QUESTIONS, UNSCORED
from registry.models import (
    Assessment,
    Consent,
    Course,
    Enrolment,
    Flare,
    Infusion,
    InfusionLot,
    IntercurrentEvent,
    Lot,
    Medication,
    Patient,
    PatientStatus,
    ReportedEndpoint,
    Site,
    Visit,
)
from registry.queries import safety_facts
from registry.queries.fact_rows import (
    Grouped,
    Key,
    Scope,
    by_first,
    named,
    of_patients,
    parsed,
    parsed_or_none,
    rows_in,
    streamed,
)
from registry.queries.final_visits import of_no_draft

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
_flare: Any = Flare.__table__
_intercurrent: Any = IntercurrentEvent.__table__
_site: Any = Site.__table__


def load_facts(
    session: Session, cut: date, *, reads: frozenset[int] | None = None
) -> tuple[PatientFacts, ...]:
    """Return the patients enrolled by the cut, by code; ``reads`` None is every site."""
    everywhere = Scope(reads, {})
    enrolments = by_first(rows_in(session, everywhere, _enrolments(), _enrolment))
    scope = Scope(reads, _own_only(enrolments, reads))
    parts = _parts(session, scope)
    facts = (
        as_of(_patient_facts(row, enrolments[row.id], parts, scope, cut), cut)
        for row in streamed(session, scope.within(_patients(), _patient.c.id))
        if row.id in enrolments
    )
    return tuple(fact for fact in facts if fact)


def _parts(session: Session, scope: Scope) -> Mapping[str, Grouped]:
    """Load every other table once, by patient, or by the row that it hangs on."""
    clinical = {
        "courses": (of_patients(_course, *_COURSE), _course),
        "infusions": (_infusions(), _infusion),
        "visits": (of_patients(_visit, *_VISIT), _visit),
        "medicines": (_medicines(), _medication),
        "endpoints": (of_patients(_endpoint, *_ENDPOINT), _endpoint),
        "flares": (of_patients(_flare, *_FLARE), _flare),
        "intercurrent": (_intercurrent_events(), _intercurrent),
    }
    parts = {
        name: by_first(row for row in rows_in(session, scope, *pair) if scope.sees(row))
        for name, pair in clinical.items()
    }
    for name, (columns, table) in _AS_ENTERED.items():
        # Of one day the later entered holds.
        statement = of_patients(table, *columns).order_by(table.c.id)
        parts[name] = by_first(rows_in(session, scope, statement, table))
    parts["lots"] = by_first(streamed(session, _lots()))
    parts |= safety_facts.parts(session, scope)
    parts["assessments"] = by_first(rows_in(session, scope, _assessments(), _assessment))
    return parts


# Of a partial date the text alone is read: the bounds follow from it, and one day is parsed once.
_PATIENT = (
    *("id", "code", "sex", "birth_date_text", "death_on_text", "death_cause"),
    *("last_known_alive_on_text", "sle_diagnosed_on_text"),
)
_ENROLMENT = ("patient_id", "site_id", "ascertainment", "from_on_text", "to_on_text")
_STATUS = ("status", "on_date_text", "reason")
_CONSENT = ("version", "decision", "decided_on_text")
_AS_ENTERED = {"statuses": (_STATUS, _status), "consents": (_CONSENT, _consent)}
_COURSE = ("site_id", "id", "code", "legal_basis", "started_on_text", "mobilised_on_text")
_INFUSION = (
    *("site_id", "id", "code", "course_id", "sequence", "cell_type", "tissue_source"),
    *("started_at_text", "premedication"),
)
_VISIT = (
    *("site_id", "id", "source", "signed_version", "code", "visited_on_text", "timepoint"),
    *("attendance", "contact_mode", "assessor"),
)
_ASSESSMENT = (
    *("visit_id", "instrument", "rule_version", "total", "known_points", "max_possible"),
    *("complete", "total_only", "parts", "answers"),
)
_MEDICINE = (
    *("site_id", "id", "drug", "started_on_text", "ended_on_text"),
    *("dose", "unit", "per_day", "daily_dose", "route", "pulse", "as_needed"),
)
_ENDPOINT = ("site_id", "definition", "timepoint", "state", "assessed_on_text", "origin")
_FLARE = ("site_id", "code", "onset_on_text", "ended_on_text", "severity", "organs", "admitted")
_INTERCURRENT = ("site_id", "type", "on_date_text", "planned", "reason")


def _patients() -> Select[Any]:
    columns = named(_patient, _PATIENT)
    return select(*columns).where(_patient.c.voided_at.is_(None)).order_by(_patient.c.code)


def _enrolments() -> Select[Any]:
    return (
        select(*named(_enrolment, _ENROLMENT), _site.c.code.label("site_code"))
        .join(_site, _site.c.id == _enrolment.c.site_id)
        .where(_enrolment.c.voided_at.is_(None))
        .order_by(_enrolment.c.from_on_earliest, _enrolment.c.id)
    )


def _infusions() -> Select[Any]:
    return (
        of_patients(_infusion, *_INFUSION)
        .add_columns(_site.c.code.label("site_code"))
        .join(_site, _site.c.id == _infusion.c.site_id)
    )


def _medicines() -> Select[Any]:
    rows = of_patients(_medication, *_MEDICINE)
    return rows.where(of_no_draft(_medication.c.visit_id))


def _intercurrent_events() -> Select[Any]:
    return (
        of_patients(_intercurrent, *_INTERCURRENT)
        .add_columns(_course.c.code.label("course_code"))
        .outerjoin(_course, _course.c.id == _intercurrent.c.course_id)
    )


def _lots() -> Select[Any]:
    return (
        select(*named(_used, ("infusion_id",)), _lot.c.code, _lot.c.product_name)
        .join(_lot, _lot.c.id == _used.c.lot_id)
        .order_by(_used.c.infusion_id, _used.c.ordinal)
    )


def _assessments() -> Select[Any]:
    return select(*named(_assessment, _ASSESSMENT)).where(_assessment.c.voided_at.is_(None))


def _own_only(enrolments: Grouped, reads: frozenset[int] | None) -> Mapping[Key, frozenset[int]]:
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
    unsigned = [parsed_or_none(v.visited_on_text) for v in mine["visits"] if not _is_final(v)]
    return PatientFacts(
        patient_id=row.code,
        sex=row.sex,
        birth_date=parsed_or_none(row.birth_date_text),
        enrolments=tuple(_enrolment_fact(enrolment) for enrolment in visible),
        statuses=_status_facts(mine["statuses"]),
        consents=tuple(_consent_fact(consent) for consent in mine["consents"]),
        courses=_course_facts(mine["courses"], mine["infusions"], parts["lots"]),
        visits=_visit_facts(final, parts["assessments"]),
        medicines=_medicine_facts(mine["medicines"]),
        endpoints=tuple(_endpoint_fact(endpoint) for endpoint in mine["endpoints"]),
        death_on=parsed_or_none(row.death_on_text),
        last_known_alive_on=parsed_or_none(row.last_known_alive_on_text),
        unsigned_visits=sum(day.earliest <= cut for day in unsigned if day),
        sle_diagnosed_on=parsed_or_none(row.sle_diagnosed_on_text),
        adverse_events=safety_facts.event_facts(mine["adverse_events"], parts),
        labs=safety_facts.lab_facts(mine["labs"]),
        conditions=safety_facts.condition_facts(mine["conditions"]),
        biopsies=safety_facts.biopsy_facts(mine["biopsies"]),
        death_cause=row.death_cause,
        flares=_flare_facts(mine["flares"]),
        intercurrent=_intercurrent_facts(mine["intercurrent"]),
    )


def _is_final(visit: Any) -> bool:
    """Whether it counts in a result: signed here, or imported."""
    return bool(visit.source == "import" or visit.signed_version > 0)


def _status_facts(rows: list[Any]) -> tuple[StatusFact, ...]:
    facts = (StatusFact(status, parsed(day), reason) for _, status, day, reason in rows)
    return tuple(sorted(facts, key=lambda fact: fact.on.earliest))


def _enrolment_fact(row: Any) -> EnrolmentFact:
    _, _, ascertainment, from_on, to_on, site_code = row
    return EnrolmentFact(site_code, parsed(from_on), parsed_or_none(to_on), ascertainment)


def _consent_fact(row: Any) -> ConsentFact:
    _, version, decision, decided_on = row
    return ConsentFact(version, decision, parsed(decided_on))


def _course_facts(
    courses: list[Any], infusions: list[Any], lots: Grouped
) -> tuple[CourseFact, ...]:
    """Return the courses in order of treatment; infusions without one make one of their own."""
    known = {course.id for course in courses}
    given: dict[Key, list[InfusionFact]] = defaultdict(list)
    for row in sorted(infusions, key=_infusion_order):
        course_id = row.course_id if row.course_id in known else None
        given[course_id].append(_infusion_fact(row, lots.get(row.id, [])))
    facts = [_course_fact(course, tuple(given[course.id])) for course in courses]
    if given[None]:
        facts.append(CourseFact("", 0, None, infusions=tuple(given[None])))
    return clocks.in_order_of_treatment(facts)


def _infusion_order(row: Any) -> tuple[date, int, str, str]:
    # Of one day and without a sequence, the text holds the time, at one site with one offset.
    text = row.started_at_text
    return parsed(text).earliest, row.sequence or 0, text, row.code


def _course_fact(row: Any, infusions: tuple[InfusionFact, ...]) -> CourseFact:
    _, _, _, code, legal_basis, started_on, mobilised_on = row
    dates = parsed_or_none(started_on), parsed_or_none(mobilised_on)
    return CourseFact(code, 0, *dates, legal_basis, infusions)


def _infusion_fact(row: Any, lots: list[Any]) -> InfusionFact:
    return InfusionFact(
        infusion_id=row.code,
        started_at=parsed(row.started_at_text),
        site_code=row.site_code,
        cell_type=row.cell_type,
        tissue_source=row.tissue_source,
        lots=tuple(lot.code for lot in lots),
        sequence=row.sequence,
        products=tuple(dict.fromkeys(lot.product_name for lot in lots if lot.product_name)),
        premedication=row.premedication,
    )


def _visit_facts(visits: list[Any], assessments: Grouped) -> tuple[VisitFact, ...]:
    facts = (_visit_fact(row, assessments.get(row.id, [])) for row in visits)
    return tuple(sorted(facts, key=lambda fact: (fact.visited_on or date.max, fact.visit_id)))


def _visit_fact(row: Any, assessments: list[Any]) -> VisitFact:
    _, _, _, _, _, code, day, timepoint, attendance, contact_mode, assessor = row
    visited_on = parsed_or_none(day)
    return VisitFact(
        visit_id=code,
        # A visit dated by month or year cannot be placed; the summary counts and names it.
        visited_on=visited_on.exact if visited_on else None,
        timepoint=timepoint,
        # An open visit has neither date nor attendance: nothing has happened yet.
        attendance=attendance or ("done" if visited_on else "not_expected"),
        final=True,
        contact_mode=contact_mode,
        assessor=assessor,
        assessments=tuple(_assessment_fact(row) for row in assessments if row[1] not in UNSCORED),
        questions=tuple(_assessment_fact(row) for row in assessments if row[1] in QUESTIONS),
        inquired=any(row[1] in INQUIRIES and row[6] for row in assessments),
    )


def _assessment_fact(row: Any) -> AssessmentFact:
    _, instrument, version, total, known, highest, complete, total_only, parts, answers = row
    result = (total, known, highest, complete, total_only)
    return AssessmentFact(instrument, version, *result, parts or {}, answers)


def _medicine_facts(rows: list[Any]) -> tuple[MedicineFact, ...]:
    """Return the medicines by their first day, those of one day as they were entered."""
    facts = (_medicine_fact(row) for row in sorted(rows, key=lambda row: row.id))
    return tuple(sorted(facts, key=lambda fact: fact.started_on.earliest))


def _medicine_fact(row: Any) -> MedicineFact:
    _, _, _, drug, started_on, ended_on, *dose = row
    return MedicineFact(drug, parsed(started_on), parsed_or_none(ended_on), *dose)


def _endpoint_fact(row: Any) -> EndpointFact:
    _, _, definition, timepoint, state, assessed_on, origin = row
    return EndpointFact(definition, timepoint, state, parsed_or_none(assessed_on), origin)


def _flare_facts(rows: list[Any]) -> tuple[FlareFact, ...]:
    facts = (_flare_fact(row) for row in rows)
    return tuple(sorted(facts, key=lambda fact: (fact.onset_on.earliest, fact.flare_id)))


def _flare_fact(row: Any) -> FlareFact:
    _, _, code, onset_on, ended_on, severity, organs, admitted = row
    listed = tuple(organ.strip() for organ in (organs or "").split(";") if organ.strip())
    dates = parsed(onset_on), parsed_or_none(ended_on)
    return FlareFact(code, *dates, severity, listed, admitted)


def _intercurrent_facts(rows: list[Any]) -> tuple[IntercurrentFact, ...]:
    facts = (
        IntercurrentFact(kind, parsed(on), course, planned, reason)
        for _, _, kind, on, planned, reason, course in rows
    )
    return tuple(sorted(facts, key=lambda fact: (fact.on.earliest, fact.type)))
