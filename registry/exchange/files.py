"""Every file of the exchange format, in the order in which they depend on each other."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.exchange import (
    adverse_events,
    course_of_disease,
    follow_up,
    history,
    laboratory,
    people,
    treatment,
)
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
            history.CONDITIONS,
            history.BIOPSIES,
            history.PREGNANCIES,
            treatment.LOTS,
            treatment.LOT_TESTS,
            treatment.COURSES,
            treatment.INFUSIONS,
            treatment.ADJUNCTS,
            follow_up.VISITS,
            follow_up.ASSESSMENTS,
            laboratory.LABS,
            treatment.MEDICATIONS,
            course_of_disease.FLARES,
            course_of_disease.INTERCURRENT_EVENTS,
            follow_up.ENDPOINTS,
            adverse_events.ADVERSE_EVENTS,
            course_of_disease.CONTACTS,
        )
    }
)
REQUIRED = tuple(name for name, file in FILES.items() if file.required)
