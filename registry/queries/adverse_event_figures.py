"""Load the two figures of adverse events of a cohort, or of one group of it."""

from datetime import date

from sqlalchemy.orm import Session

from registry.analysis.provenance import Question
from registry.plots.adverse_event_onset import OnsetData
from registry.plots.adverse_events_by_term import TermsData
from registry.queries.cohort import cohort_of
from registry.queries.cohort_safety import SafetyData
from registry.queries.scope import Reach


def load_terms(  # noqa: PLR0913 - what every figure takes, and the question of the page
    session: Session,
    reach: Reach,
    *,
    today: date,
    synthetic: bool = False,
    site: str | None = None,
    by: str | None = None,
    group: str | None = None,
) -> TermsData:
    """Read events by term and worst grade; raises NotInReachError for a group that is not there."""
    return _safety(session, reach, Question(today, site, by), group, synthetic=synthetic).terms


def load_onset(  # noqa: PLR0913 - what every figure takes, and the question of the page
    session: Session,
    reach: Reach,
    *,
    today: date,
    synthetic: bool = False,
    site: str | None = None,
    by: str | None = None,
    group: str | None = None,
) -> OnsetData:
    """Read onsets since infusion; raises NotInReachError for a group that is not there."""
    return _safety(session, reach, Question(today, site, by), group, synthetic=synthetic).onset


def _safety(
    session: Session, reach: Reach, question: Question, group: str | None, *, synthetic: bool
) -> SafetyData:
    return cohort_of(session, reach.reads, question, synthetic=synthetic).safety(group)
