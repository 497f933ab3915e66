"""Whether consent is in force now: the latest decision, and a status that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from registry.models import Consent, PatientStatus
from registry.partial_date import PartialDate
from registry.queries.scope import PatientInReach, partial_columns

ENDED = {
    "declined": "Consent was declined",
    "withdrawn": "Consent was withdrawn",
    "withdrew_consent": "Consent was withdrawn",
    "erasure_requested": "Erasure was requested",
}
_consent, _status = Consent.__table__, PatientStatus.__table__
_DECISIONS = union_all(
    *(
        select(literal(kind), what, *partial_columns(table, on), table.c.id).where(
            table.c.patient_id == bindparam("patient_id"), table.c.voided_at.is_(None)
        )
        for kind, what, table, on in (
            ("consent", _consent.c.decision, _consent, "decided_on"),
            ("status", _status.c.status, _status, "on_date"),
        )
    )
)


@dataclass(frozen=True, slots=True)
class ConsentEnded:
    what: str  # Consent was withdrawn, Consent was declined, Erasure was requested
    on: PartialDate


def consent_ended(session: Session, patient: PatientInReach) -> ConsentEnded | None:
    """Return what ended consent, from one query; None while it is given or not recorded.

    A consent given after a status that ended it holds again.
    """
    rows = session.execute(_DECISIONS, {"patient_id": patient.id}).all()
    decision, status = _latest("consent", rows), _latest("status", rows)
    if decision and decision[1] in ENDED:
        return _ended(decision)
    if status is None or status[1] not in ENDED:
        return None
    given_again = decision is not None and decision[4] > status[4]
    return None if given_again else _ended(status)


def _latest(kind: str, rows: Sequence[Any]) -> Any:
    return max(
        (row for row in rows if row[0] == kind), key=lambda row: (row[4], row[5]), default=None
    )


def _ended(row: Any) -> ConsentEnded:
    return ConsentEnded(ENDED[row[1]], PartialDate(*row[2:5]))
