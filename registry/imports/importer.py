"""Check or import one folder: everything is reported at once, everything is stored or nothing."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.errors import ConflictError
from registry.exchange.files import FILES, REQUIRED
from registry.imports import (
    adjuncts,
    adverse_events,
    answers,
    course_of_disease,
    follow_up,
    history,
    laboratory,
    lot_tests,
    lots,
    medications,
    people,
    treatment,
)
from registry.imports.known import Known
from registry.imports.reading import Progress
from registry.imports.report import Report
from registry.imports.run import Run
from registry.imports.source import Source
from registry.imports.staged import Staged
from registry.models.audit_entry import AuditHead
from registry.operations.event_versions import keep_changes, keep_firsts

HEAD = AuditHead.__table__
STEPS: tuple[Callable[[Run], None], ...] = (
    people.stage_sites,
    people.stage_patients,
    people.stage_enrolments,
    people.stage_statuses,
    people.stage_consents,
    history.stage_conditions,
    history.stage_biopsies,
    history.stage_pregnancies,
    lots.stage_lots,
    lot_tests.stage_lot_tests,
    treatment.stage_courses,
    treatment.stage_infusions,
    adjuncts.stage_adjuncts,
    follow_up.stage_visits,
    answers.stage_assessments,
    laboratory.stage_labs,
    medications.stage_medications,
    course_of_disease.stage_flares,
    course_of_disease.stage_intercurrent_events,
    follow_up.stage_endpoints,
    adverse_events.stage_adverse_events,
    course_of_disease.stage_contacts,
)


def silent(_file: str, _rows: int) -> None:
    """Tell nobody how far it is."""


def check_folder(
    source: Source,
    session: Session,
    today: date,
    *,
    update: bool = False,
    progress: Progress = silent,
) -> Report:
    """Report everything that is wrong or unusual; store nothing."""
    report, staged = _stage(source, session, today, update, progress)
    staged.close()
    return report


def import_folder(  # noqa: PLR0913 - who, what, when, and how it is told
    engine: Engine,
    source: Source,
    context: Context,
    today: date,
    *,
    update: bool = False,
    progress: Progress = silent,
    before_write: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Store the whole folder in one transaction, or nothing when the report has errors.

    ``before_write`` is told the report, with what an update replaces, before anything is stored.
    """
    with reading(engine) as session:
        head = _head(session)
        report, staged = _stage(source, session, today, update, progress)
    try:
        if report.ok and report.writes:
            before_write(report)
            with writing(engine, context) as session:
                if _head(session) != head:
                    # Somebody saved while the files were read: what was compared is outdated.
                    raise ConflictError(
                        "somebody else saved while the files were read; nothing was stored. "
                        "Import again"
                    )
                keep_firsts(session, staged.cases)
                staged.write(session)
                keep_changes(session, staged.cases, context.actor, context.reason)
            report.imported = True
    finally:
        staged.close()
    return report


def _head(session: Session) -> int | None:
    return session.scalar(select(HEAD.c.seq))


def _stage(
    source: Source, session: Session, today: date, update: bool, progress: Progress
) -> tuple[Report, Staged]:
    report, staged = Report(sha256=source.sha256()), Staged()
    _check_names(source, report)
    known = Known(session)
    run = Run(session, source, report, today, known, staged, progress, update)
    for step in STEPS:
        step(run)
    return report, staged


def _check_names(source: Source, report: Report) -> None:
    for name in source.names:
        if name not in FILES:
            listed = ", ".join(FILES)
            report.error(name, None, None, "", f"is no file of the exchange format: {listed}")
    for name in REQUIRED:
        if name not in source.names:
            report.unreadable.add(name)
            report.error(name, None, None, "", "this required file is missing")
    for name in source.ignored:
        report.warn(name, None, None, "", "was left behind by a desktop system and is not read")
