"""Where an answer differs from what the results say, a person says why, and it is kept.

The reason stands with the answer in ``assessment.reasons``, as the exchange format has it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from registry.errors import InvalidRecordError
from registry.forms.visit_answers import Answered
from registry.instruments.base import Answer
from registry.laboratory.proposals import Proposal
from registry.models import Visit
from registry.queries.patient_page import CHECKLIST
from registry.queries.scope import PatientInReach
from registry.queries.visit_items import proposals_for


def with_overrides(
    session: Session, patient: PatientInReach, visit: Visit, answered: Iterable[Answered]
) -> tuple[Answered, ...]:
    """Return the answers to store; raise InvalidRecordError where a reason is missing.

    A reason is dropped where the results say the same: there is nothing left to explain.
    """
    day = visit.visited_on.exact if visit.visited_on else None
    given = tuple(answered)
    if day is None or not any(one.instrument.code == CHECKLIST for one in given):
        return given
    proposals = proposals_for(session, patient, day)
    return tuple(
        _explained(one, proposals) if one.instrument.code == CHECKLIST else one for one in given
    )


def contradicted(
    answers: Mapping[str, Answer], proposals: Mapping[str, Proposal]
) -> Iterator[Proposal]:
    """Yield each proposal that a given answer contradicts; one that cannot say contradicts none."""
    for code, proposal in proposals.items():
        answer = answers.get(code)
        if answer is not None and proposal.present not in {None, answer == 1}:
            yield proposal


def _explained(one: Answered, proposals: Mapping[str, Proposal]) -> Answered:
    labels = {item.code: item.label for item in one.instrument.items}
    against = {proposal.item: proposal for proposal in contradicted(one.answers, proposals)}
    missing = {
        f"{CHECKLIST}.{code}.override": f"{labels[code]}: the results say {proposal.words} "
        f"({rests_on(proposal)}); say why the answer differs"
        for code, proposal in against.items()
        if code not in one.reasons
    }
    if missing:
        raise InvalidRecordError(missing)
    agreeing = {
        code
        for code, proposal in proposals.items()
        if proposal.present is not None
        and code not in against
        and one.answers.get(code) is not None
    }
    kept = {code: reason for code, reason in one.reasons.items() if code not in agreeing}
    return replace(one, reasons=kept)


def rests_on(proposal: Proposal) -> str:
    """Return the results of a proposal in words."""
    return "; ".join(result.words for result in proposal.rests_on)
