"""The tables, one concept per file; importing the package maps them all."""

from registry.models.adverse_event import (
    AdverseEvent,
    AdverseEventCausality,
    AdverseEventGrade,
    AdverseEventVersion,
)
from registry.models.audit_entry import AuditEntry, AuditHead, AuditTx
from registry.models.course_of_disease import ContactAttempt, Flare, IntercurrentEvent
from registry.models.endpoint import ReportedEndpoint
from registry.models.history import Biopsy, Condition, Pregnancy
from registry.models.laboratory import LaboratoryLimit, LaboratoryResult
from registry.models.medication import Medication
from registry.models.patient import Consent, Enrolment, Patient, PatientStatus
from registry.models.product import Lot, LotDecision, LotTest, Product
from registry.models.site import Site
from registry.models.treatment import Adjunct, Course, Infusion, InfusionLot
from registry.models.user import RoleGrant, SignInThrottle, User, UserSession
from registry.models.visit import Assessment, Signature, Visit
from registry.models.work import AccessLog, Draft, Submission

__all__ = [
    "AccessLog",
    "Adjunct",
    "AdverseEvent",
    "AdverseEventCausality",
    "AdverseEventGrade",
    "AdverseEventVersion",
    "Assessment",
    "AuditEntry",
    "AuditHead",
    "AuditTx",
    "Biopsy",
    "Condition",
    "Consent",
    "ContactAttempt",
    "Course",
    "Draft",
    "Enrolment",
    "Flare",
    "Infusion",
    "InfusionLot",
    "IntercurrentEvent",
    "LaboratoryLimit",
    "LaboratoryResult",
    "Lot",
    "LotDecision",
    "LotTest",
    "Medication",
    "Patient",
    "PatientStatus",
    "Pregnancy",
    "Product",
    "ReportedEndpoint",
    "RoleGrant",
    "SignInThrottle",
    "Signature",
    "Site",
    "Submission",
    "User",
    "UserSession",
    "Visit",
]
