"""Load the spaghetti figure of a cohort, or of one group of it."""

from datetime import date

from sqlalchemy.orm import Session

from registry.analysis.provenance import Question
from registry.plots.spaghetti import SpaghettiData
from registry.queries.cohort import cohort_of
from registry.queries.scope import Reach


def load(  # noqa: PLR0913 - what every figure takes, and the question of the page
    session: Session,
    reach: Reach,
    *,
    today: date,
    synthetic: bool = False,
    site: str | None = None,
    by: str | None = None,
    group: str | None = None,
) -> SpaghettiData:
    """Read the cohort as of ``today``; raises NotInReachError when there is no such group."""
    question = Question(today, site, by)
    return cohort_of(session, reach.reads, question, synthetic=synthetic).figure(group)
