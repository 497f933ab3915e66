"""The files about happenings beside visits: flares, intercurrent events, attempts to reach."""

from registry import codes
from registry.exchange.columns import Column, File
from registry.exchange.people import PATIENT

FLARES = File(
    "flares.csv",
    "Lupus flares, whether or not a visit saw them.",
    (
        Column("flare_id", "key", "Unique in the registry", required=True, stored="code"),
        PATIENT,
        Column("onset_on", "date", "Begin", required=True),
        Column("ended_on", "date", "End"),
        Column("severity", "text", "Severity"),
        Column("organs", "list", "Organs in flare, joined by ;"),
        Column("source", "text", "Visit, chart, patient", stored="reported_by"),
        Column("treatment", "text", "What was done"),
    ),
    key=("flare_id",),
)
INTERCURRENT_EVENTS = File(
    "intercurrent_events.csv",
    "What happened after treatment and changes the meaning of an outcome.",
    (
        PATIENT,
        Column("type", "text", "What happened", required=True),
        Column("on", "date", "When", required=True, stored="on_date"),
        Column("course_id", "key", "Course of courses.csv", stored="-"),
        Column("planned", "boolean", "Foreseen by the protocol"),
        Column("reason", "text", "Why"),
    ),
    key=(),
)
CONTACTS = File(
    "contacts.csv",
    "Attempts to reach the patient.",
    (
        PATIENT,
        Column("attempted_at", "moment", "When", required=True),
        Column("mode", "code", "How", required=True, codes=codes.CONTACT_MODE),
        Column("result", "text", "What came of it", required=True),
    ),
    key=(),
)
