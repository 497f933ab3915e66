"""What the address of a cohort page, figure or file asks, within the sites of the person."""

from flask import request
from werkzeug.datastructures import MultiDict

from registry import clock
from registry.analysis.provenance import Question
from registry.database.engine import reading
from registry.extensions import engine, read_session, settings, signed_in
from registry.forms.cohort import CohortForm
from registry.permissions import Permission
from registry.queries.cohort import Cohort, cohort_of
from registry.queries.scope import Reach
from registry.queries.sites import site_titles


def asked() -> dict[str, str]:
    """Return the question as typed; a cut that nobody named is today."""
    typed = {name: request.values.get(name, "") for name in ("cut", "site", "by")}
    return typed | {"cut": typed["cut"] or clock.today().isoformat()}


def form_of(kind: type[CohortForm], permission: Permission) -> CohortForm:
    """Return the form with what was asked, offering the sites where the permission holds."""
    form = kind(MultiDict(request.values.to_dict() | asked()))
    form.offer("site", site_titles(read_session(), signed_in().sites(permission)))
    return form


def question_in_address() -> Question:
    """Return what the address asks; raises InvalidRecordError."""
    return form_of(CohortForm, Permission.COHORT_READ).question()


def reach_of(permission: Permission) -> Reach:
    """Return the sites whose patients are counted for this person."""
    return Reach(signed_in().sites(permission), frozenset())


def cohort_in_reach(question: Question, permission: Permission) -> Cohort:
    """Return the answer for the sites where this person holds the permission."""
    with reading(engine(), snapshot=True) as session:
        reads = reach_of(permission).reads
        return cohort_of(session, reads, question, synthetic=settings().synthetic)
