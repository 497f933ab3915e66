"""The tables, one concept per file; importing the package maps them all."""

from registry.models.audit_entry import AuditEntry, AuditHead, AuditTx
from registry.models.endpoint import ReportedEndpoint
from registry.models.medication import Medication
from registry.models.patient import Consent, Enrolment, Patient, PatientStatus
from registry.models.site import Site
from registry.models.treatment import Course, Infusion, InfusionLot, Lot
from registry.models.user import RoleGrant, SignInThrottle, User, UserSession
from registry.models.visit import Assessment, Signature, Visit
from registry.models.work import AccessLog, Draft, Submission

__all__ = [
    "AccessLog",
    "Assessment",
    "AuditEntry",
    "AuditHead",
    "AuditTx",
    "Consent",
    "Course",
    "Draft",
    "Enrolment",
    "Infusion",
    "InfusionLot",
    "Lot",
    "Medication",
    "Patient",
    "PatientStatus",
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
