"""The files about follow-up: visits, assessments and reported endpoints."""

from registry import codes
from registry.exchange.columns import Column, File
from registry.exchange.people import PATIENT

VISITS = File(
    "visits.csv",
    "Planned or actual contacts. Imported visits are final.",
    (
        Column("visit_id", "key", "Unique in the registry", required=True, stored="code"),
        PATIENT,
        Column("site_code", "key", "Site of the visit", stored="-"),
        # A missed visit carries the day it was planned for, which may still come.
        Column("visited_on", "date", "Day; needed unless missed or not expected", future=True),
        Column("timepoint", "timepoint", "As given; the derived one is used"),
        Column("attendance", "code", "Empty: done when dated", codes=codes.ATTENDANCE),
        Column("reason", "text", "Why missed or not expected"),
        Column("contact_mode", "code", "Contact", codes=codes.CONTACT_MODE),
        Column("assessor", "code", "Who assessed", codes=codes.ASSESSOR),
        Column("signed_by", "text", "Signed elsewhere, by", stored="signed_elsewhere_by"),
        Column(
            "signed_at",
            "moment",
            "Signed elsewhere, when (kept as text)",
            stored="signed_elsewhere_at",
        ),
    ),
    key=("visit_id",),
)
ASSESSMENTS = File(
    "assessments.csv",
    "Answers, one row per item; the item total alone for a historic total.",
    (
        Column("visit_id", "key", "Visit of visits.csv", required=True, stored="-"),
        Column("instrument", "text", "sledai_2k, pga ...", required=True),
        Column("item", "text", "Item of the instrument, or total", required=True, stored="-"),
        Column(
            "value",
            "text",
            "present, absent, not_assessed, or the number",
            required=True,
            stored="-",
        ),
        Column("reason", "text", "Why not assessed; empty is not_recorded", stored="-"),
        Column("version", "text", "Version of the rule; empty is the current one", stored="-"),
        Column("assessed_on", "date", "Day, where it is not the visit's"),
    ),
    key=("visit_id", "instrument", "item"),
)
ENDPOINTS = File(
    "endpoints.csv",
    "Results that somebody else reported; never mixed with computed ones.",
    (
        PATIENT,
        Column("definition", "text", "Name of the endpoint", required=True),
        Column("timepoint", "timepoint", "Timepoint", required=True),
        Column("state", "code", "Result", required=True, codes=codes.ENDPOINT_STATE),
        Column("assessed_on", "date", "Day of the assessment"),
        Column("origin", "text", "Where the result comes from"),
    ),
    key=("patient_id", "definition", "timepoint"),
)
