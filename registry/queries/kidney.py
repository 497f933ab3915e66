"""One patient's kidney: the facts its page is made of, in five queries beside the patient."""

from sqlalchemy.orm import Session

from registry.followup.facts import PatientFacts
from registry.queries.kidney_labs import kidney_labs_of
from registry.queries.patient_facts import facts_of
from registry.queries.patient_lists import lists_of
from registry.queries.patient_page import PatientPageRows, medications_of, visits_of
from registry.queries.scope import PatientInReach
from registry.queries.treatment import whole_treatment_of


def kidney_facts(session: Session, patient: PatientInReach) -> PatientFacts:
    """Return the facts of one patient with every final result of the kidney, by date."""
    lists = lists_of(session, patient)
    courses, infusions = whole_treatment_of(session, patient)
    rows = PatientPageRows(
        statuses=lists.statuses,
        consents=lists.consents,
        courses=courses,
        infusions=infusions,
        visits=visits_of(session, patient),
        medications=medications_of(session, patient),
        flares=lists.flares,
        intercurrent=lists.intercurrent,
        conditions=lists.conditions,
        biopsies=lists.biopsies,
        labs=kidney_labs_of(session, patient),
    )
    return facts_of(patient, rows)
