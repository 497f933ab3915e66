"""Load the figures of a cohort's adverse events, of the whole or of one group of it."""

from datetime import date

from sqlalchemy.orm import Session

from registry.analysis.provenance import Question
from registry.plots.adverse_event_grades import GradesData
from registry.plots.adverse_event_onset import OnsetData
from registry.queries.cohort import Cohort, cohort_of
from registry.queries.scope import Reach


def load_grades(
    session: Session,
    reach: Reach,
    *,
    today: date,
    synthetic: bool = False,
    group: str | None = None,
    **asked: str | None,
) -> GradesData:
    """Read the events by term as of ``today``; NotInReachError when there is no such group."""
    return _cohort(session, reach, today, asked, synthetic=synthetic).grades(group)


def load_onset(
    session: Session,
    reach: Reach,
    *,
    today: date,
    synthetic: bool = False,
    group: str | None = None,
    **asked: str | None,
) -> OnsetData:
    """Read the days of onset as of ``today``; NotInReachError when there is no such group."""
    return _cohort(session, reach, today, asked, synthetic=synthetic).onset(group)


def _cohort(
    session: Session, reach: Reach, today: date, asked: dict[str, str | None], *, synthetic: bool
) -> Cohort:
    """Answer the question of the page: ``asked`` may hold the site and the field to group by."""
    question = Question(today, asked.get("site"), asked.get("by"))
    return cohort_of(session, reach.reads, question, synthetic=synthetic)
