"""The files about treatment: lots and their tests, courses, infusions, adjuncts, medicines."""

from registry import codes
from registry.exchange.columns import Column, File
from registry.exchange.laboratory import COMPARATORS
from registry.exchange.people import PATIENT

CELL_TYPE = Column("cell_type", "code", "Kind of cell", required=True, codes=codes.CELL_TYPE)
TISSUE = Column("tissue_source", "code", "Tissue of origin", codes=codes.TISSUE_SOURCE)
DONOR = Column("donor_type", "code", "Own or another's cells", codes=codes.DONOR_TYPE)
LARGEST_COUNT = 9999

LOTS = File(
    "lots.csv",
    "Lots of cell products.",
    (
        Column("lot_id", "lot_key", "Lot number", required=True, stored="code"),
        CELL_TYPE,
        Column("product_name", "text", "Name of the product"),
        TISSUE,
        DONOR,
        Column("donor_id", "text", "Pseudonymous donor key"),
        Column("din", "text", "Donation Identification Number"),
        Column("sec", "text", "Single European Code"),
        Column("passage", "text", "Passage at harvest"),
        Column("viability_percent", "number", "Viable cells", unit="%", low=0, high=100),
        Column("manufactured_on", "date", "Day of manufacture"),
        Column("expires_on", "date", "Day of expiry", future=True),
        Column("release_status", "text", "Release decision"),
    ),
    key=("lot_id",),
)
LOT_TESTS = File(
    "lot_tests.csv",
    "Release tests of a lot; a pending one has no result yet.",
    (
        Column("lot_id", "lot_key", "Lot of lots.csv", required=True, stored="-"),
        Column("test", "text", "Viability, sterility, endotoxin ...", required=True),
        Column("result", "text", "As reported"),
        Column("unit", "text", "Unit of result and limit"),
        Column("comparator", "code", "Before the result", codes=COMPARATORS),
        Column("limit", "text", "As in the specification of the lot", stored="limit_text"),
        Column("state", "code", "Against the specification", codes=codes.LOT_TEST_STATE),
        Column("reported_on", "date", "Day of the report"),
    ),
    key=(),
)
COURSES = File(
    "courses.csv",
    "Treatment courses: infusions that share one day 0.",
    (
        Column("course_id", "key", "Unique in the registry", required=True, stored="code"),
        PATIENT,
        Column("indication", "text", "Indication"),
        Column("reason", "text", "Reason for treatment now"),
        Column("legal_basis", "code", "Legal basis", codes=codes.LEGAL_BASIS),
        Column("trial", "text", "Trial number"),
        Column("started_on", "date", "First step of the course"),
        Column("planned_infusions", "integer", "Infusions planned", low=0, high=LARGEST_COUNT),
        Column("conditioning", "text", "Conditioning or lymphodepletion"),
        Column("mobilised_on", "date", "Mobilisation"),
        Column("engrafted_on", "date", "Engraftment"),
    ),
    key=("course_id",),
)
INFUSIONS = File(
    "infusions.csv",
    "Administrations of a cell product.",
    (
        Column("infusion_id", "key", "Unique in the registry", required=True, stored="code"),
        PATIENT,
        Column(
            "started_at",
            "moment",
            "Start; where it is partial no windows are derived and given timepoints are used",
            required=True,
        ),
        CELL_TYPE,
        Column("site_code", "key", "Site where it was given", stored="-"),
        Column("course_id", "key", "Course of courses.csv", stored="-"),
        Column("sequence", "integer", "1 for the first of the course", low=1, high=LARGEST_COUNT),
        Column("lot_ids", "keys", "Lots of lots.csv in order, joined by ;", stored="-"),
        TISSUE,
        DONOR,
        Column("dose_total_cells", "number", "Cells given in all", unit="cells", low=0),
        Column("weight_kg", "number", "Body weight", unit="kg", low=0),
        Column("weighed_on", "date", "Day of weighing"),
        Column("dose_cells_per_kg", "number", "Dose by weight", unit="cells per kg", low=0),
        Column("route", "code", "Route", codes=codes.ROUTE),
        Column("premedication", "text", "Premedication"),
        Column("concomitant", "text", "Concomitant immunosuppression"),
        Column("reaction", "text", "Reaction during observation"),
        Column("cost_amount", "number", "Cost", unit="cost_currency", low=0),
        Column("cost_currency", "text", "ISO 4217 code of the currency"),
    ),
    key=("infusion_id",),
)
ADJUNCTS = File(
    "adjuncts.csv",
    "What was given beside the cells: exosomes, vitamins, growth factors, light.",
    (
        PATIENT,
        Column("adjunct", "text", "What was given", required=True),
        Column("given_on", "date", "When", required=True),
        Column("dose", "number", "Dose", unit="unit", low=0),
        Column("unit", "text", "Unit of the dose"),
        Column("route", "code", "Route", codes=codes.ROUTE),
        Column("infusion_id", "key", "Infusion of infusions.csv it went with", stored="-"),
    ),
    key=(),
)
MEDICATIONS = File(
    "medications.csv",
    "Periods of one medicine at one dose. Without medication_id the whole row is its identity.",
    (
        PATIENT,
        Column("drug", "text", "Name; steroids are recognised by it", required=True),
        Column("started_on", "date", "First day", required=True),
        Column("medication_id", "key", "Unique in the registry, if given", stored="code"),
        Column("dose", "number", "Per intake", unit="unit", low=0),
        Column("unit", "text", "Unit of dose and daily_dose"),
        Column("per_day", "number", "Intakes per day", low=0),
        Column("daily_dose", "number", "Per day; wins over dose x per_day", unit="unit", low=0),
        Column("route", "code", "Route", codes=codes.ROUTE),
        Column("pulse", "boolean", "Given as a pulse"),
        Column("as_needed", "boolean", "Taken as needed"),
        Column("ended_on", "date", "Last day; empty while it lasts", future=True),
        Column("reason", "text", "Reason"),
        Column("stop_reason", "text", "Reason for stopping"),
    ),
    key=("medication_id",),
)
