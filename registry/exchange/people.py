"""The files about places and people: sites, patients, status, enrolments, consents."""

from registry import codes
from registry.exchange.columns import Column, File

PATIENT = Column("patient_id", "key", "Pseudonymous code of the patient", required=True, stored="-")
SITE = Column("site_code", "key", "Site of sites.csv", required=True, stored="-")

SITES = File(
    "sites.csv",
    "Places that treat or follow patients.",
    (
        Column("site_code", "key", "Code of the site", required=True, stored="code"),
        Column("name", "text", "Name of the site", required=True),
        Column("country", "text", "ISO 3166 code or own words"),
        Column("time_zone", "text", "IANA name, for example Europe/Paris"),
    ),
    key=("site_code",),
    required=True,
)
PATIENTS = File(
    "patients.csv",
    "One row per person, with the first enrolment and the latest status.",
    (
        Column("patient_id", "key", "Unique in the registry", required=True, stored="code"),
        Column("site_code", "key", "Site of the first enrolment", required=True, stored="-"),
        Column("sex", "code", "Sex at birth", required=True, codes=codes.SEX),
        Column("enrolled_on", "date", "Begin of the first enrolment", required=True, stored="-"),
        Column("birth_date", "date", "Birth"),
        Column("ancestry", "text", "In the patient's own words"),
        Column("first_symptom_on", "date", "First symptom of lupus"),
        Column("sle_diagnosed_on", "date", "Diagnosis of SLE"),
        Column(
            "ascertainment",
            "code",
            "How the first enrolment relates to treatment; empty is derived",
            codes=codes.ASCERTAINMENT,
            stored="-",
        ),
        Column("status", "code", "Latest status", codes=codes.STATUS, stored="-"),
        Column("status_on", "date", "Since when", stored="-"),
        Column("last_known_alive_on", "date", "Last day known alive"),
        Column("death_on", "date", "Death"),
        Column("death_cause", "text", "Cause of death"),
    ),
    key=("patient_id",),
    required=True,
)
PATIENT_STATUS = File(
    "patient_status.csv",
    "Status history; a row equal to status and status_on of patients.csv is not repeated.",
    (
        PATIENT,
        Column("status", "code", "Status", required=True, codes=codes.STATUS),
        Column("on", "date", "Since when", required=True, stored="on_date"),
        Column("reason", "text", "Why"),
    ),
    key=(),
)
ENROLMENTS = File(
    "enrolments.csv",
    "Stays at sites; a first one without an end is already in patients.csv.",
    (
        PATIENT,
        SITE,
        Column("from_on", "date", "First day", required=True),
        Column("to_on", "date", "Last day; empty while it lasts"),
    ),
    key=("patient_id", "site_code", "from_on"),
)
CONSENTS = File(
    "consents.csv",
    "Dated decisions about a version of the consent form.",
    (
        PATIENT,
        Column("version", "text", "Version of the form", required=True),
        Column("decision", "code", "Decision", required=True, codes=codes.DECISION),
        Column("decided_on", "date", "Day of the decision", required=True),
        Column("scopes", "text", "What it covers"),
    ),
    key=(),
)
