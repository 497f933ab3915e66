"""The file of adverse events, with what reporter and reviewer think of the cell product."""

from registry import codes
from registry.exchange.columns import Column, File

LOWEST_GRADE, HIGHEST_GRADE = 1, 5

ADVERSE_EVENTS = File(
    "adverse_events.csv",
    "Reported adverse events of a patient, of a lot, or of both; drafts do not leave.",
    (
        Column("event_id", "key", "Unique in the registry", required=True, stored="code"),
        Column("verbatim_term", "text", "In the reporter's own words", required=True),
        Column("patient_id", "key", "Patient; needed unless lot_id is given", stored="-"),
        Column("lot_id", "lot_key", "Lot of lots.csv; needed where nobody was hurt", stored="-"),
        Column("started_on", "moment", "Begin"),
        Column("site_code", "key", "Site that reported it", stored="-"),
        Column("ended_on", "moment", "End"),
        Column("term", "text", "Coded term, as given"),
        Column("dictionary", "text", "CTCAE, MedDRA ..."),
        Column("dictionary_version", "text", "Version of the dictionary"),
        Column("soc", "text", "System organ class, as given"),
        Column("grade", "integer", "Worst grade", low=LOWEST_GRADE, high=HIGHEST_GRADE),
        Column("scale", "text", "Scale of the grade; empty is not stated"),
        Column("serious", "boolean", "Meets a criterion of seriousness"),
        Column("seriousness", "list", "Criteria met, joined by ;", codes=codes.SERIOUSNESS),
        Column("causality", "code", "Product, by reporter", codes=codes.CAUSALITY, stored="-"),
        Column(
            "causality_reviewer",
            "code",
            "Product, by medical reviewer",
            codes=codes.CAUSALITY,
            stored="-",
        ),
        Column("expected", "boolean", "In nature and severity, by the reference document"),
        Column("outcome", "code", "Outcome", codes=codes.OUTCOME),
        Column("action", "text", "Done with the cell treatment"),
        Column("infusion_id", "key", "Infusion of infusions.csv it may come from", stored="-"),
        Column("site_aware_at", "moment", "When the site learned of it"),
        Column("registry_aware_at", "moment", "When the registry learned of it"),
        Column("solicited", "boolean", "Answer to a fixed question"),
        Column("narrative", "text", "What happened, in words"),
    ),
    key=("event_id",),
)
