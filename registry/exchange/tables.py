"""Which table each file of the format is kept in, which one leads it, and what dates a record."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table

from registry.models import (
    Adjunct,
    AdverseEvent,
    AdverseEventCausality,
    Assessment,
    Biopsy,
    Condition,
    Consent,
    ContactAttempt,
    Course,
    Enrolment,
    Flare,
    Infusion,
    InfusionLot,
    IntercurrentEvent,
    LaboratoryResult,
    Lot,
    LotDecision,
    LotTest,
    Medication,
    Patient,
    PatientStatus,
    Pregnancy,
    ReportedEndpoint,
    Site,
    Visit,
)


def table(model: Any) -> Table:
    found: Table = model.__table__
    return found


SITE, PATIENT, ENROLMENT, STATUS = map(table, (Site, Patient, Enrolment, PatientStatus))
LOT, COURSE, INFUSION, VISIT = map(table, (Lot, Course, Infusion, Visit))
ASSESSMENT, INFUSION_LOT = map(table, (Assessment, InfusionLot))
LOT_TEST, LOT_DECISION = map(table, (LotTest, LotDecision))
EVENT, CAUSALITY = map(table, (AdverseEvent, AdverseEventCausality))
LAB, MEDICATION = map(table, (LaboratoryResult, Medication))
TABLES: Mapping[str, Table] = {
    "sites.csv": SITE,
    "patients.csv": PATIENT,
    "enrolments.csv": ENROLMENT,
    "patient_status.csv": STATUS,
    "consents.csv": table(Consent),
    "conditions.csv": table(Condition),
    "biopsies.csv": table(Biopsy),
    "pregnancies.csv": table(Pregnancy),
    "lots.csv": LOT,
    "lot_tests.csv": LOT_TEST,
    "courses.csv": COURSE,
    "infusions.csv": INFUSION,
    "adjuncts.csv": table(Adjunct),
    "visits.csv": VISIT,
    "assessments.csv": ASSESSMENT,
    "labs.csv": LAB,
    "medications.csv": MEDICATION,
    "flares.csv": table(Flare),
    "intercurrent_events.csv": table(IntercurrentEvent),
    "endpoints.csv": table(ReportedEndpoint),
    "adverse_events.csv": EVENT,
    "contacts.csv": table(ContactAttempt),
}
# Sorted by another table's code first; every other file begins with the code of its patient.
LED_BY: Mapping[str, Table] = {
    **dict.fromkeys(TABLES, PATIENT),
    "sites.csv": SITE,
    "lots.csv": LOT,
    "lot_tests.csv": LOT,
    "courses.csv": COURSE,
    "infusions.csv": INFUSION,
    "visits.csv": VISIT,
    "assessments.csv": VISIT,
    "flares.csv": TABLES["flares.csv"],
    "adverse_events.csv": EVENT,
}
# The date that places a record in time, for a cut.
DATED_BY = {
    "enrolments.csv": "from_on",
    "patient_status.csv": "on_date",
    "consents.csv": "decided_on",
    "conditions.csv": "onset_on",
    "biopsies.csv": "taken_on",
    "pregnancies.csv": "began_on",
    "lots.csv": "manufactured_on",
    "lot_tests.csv": "reported_on",
    "courses.csv": "started_on",
    "infusions.csv": "started_at",
    "adjuncts.csv": "given_on",
    "visits.csv": "visited_on",
    "assessments.csv": "assessed_on",
    "labs.csv": "collected_on",
    "medications.csv": "started_on",
    "flares.csv": "onset_on",
    "intercurrent_events.csv": "on_date",
    "endpoints.csv": "assessed_on",
    "adverse_events.csv": "started_on",
    "contacts.csv": "attempted_at",
}
