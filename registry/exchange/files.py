"""Every file of the exchange format, in the order in which they depend on each other."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.exchange import follow_up, people, treatment
from registry.exchange.columns import File

FILES: Mapping[str, File] = MappingProxyType(
    {
        file.name: file
        for file in (
            people.SITES,
            people.PATIENTS,
            people.ENROLMENTS,
            people.PATIENT_STATUS,
            people.CONSENTS,
            treatment.LOTS,
            treatment.COURSES,
            treatment.INFUSIONS,
            follow_up.VISITS,
            follow_up.ASSESSMENTS,
            treatment.MEDICATIONS,
            follow_up.ENDPOINTS,
        )
    }
)

# Part of the format, but this version has no table for them: refused by name, never ignored.
NOT_YET = (
    "conditions.csv",
    "biopsies.csv",
    "pregnancies.csv",
    "lot_tests.csv",
    "adjuncts.csv",
    "labs.csv",
    "flares.csv",
    "intercurrent_events.csv",
    "adverse_events.csv",
    "contacts.csv",
)
REQUIRED = tuple(name for name, file in FILES.items() if file.required)
