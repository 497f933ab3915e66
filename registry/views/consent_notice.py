"""The sentence on every writing page of a patient whose consent ended: it warns, never blocks."""

from registry.extensions import read_session
from registry.queries.consent import consent_ended
from registry.queries.scope import PatientInReach
from registry.templating import show_date

DUTY = "Record only what safety or the law still asks for."


def consent_notice(patient: PatientInReach | None) -> str:
    """Return the sentence, or nothing while consent is given or not recorded."""
    ended = consent_ended(read_session(), patient) if patient else None
    if ended is None:
        return ""
    return f"{ended.what} {'on' if ended.on.exact else 'in'} {show_date(ended.on)}. {DUTY}"
