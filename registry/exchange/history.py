"""The files about what the patient brings along: conditions, biopsies, pregnancies."""

from registry.exchange.columns import Column, File
from registry.exchange.people import PATIENT

HIGHEST_ACTIVITY, HIGHEST_CHRONICITY = 24, 12

CONDITIONS = File(
    "conditions.csv",
    "Organ involvement, other diseases, infections, earlier cell therapy anywhere.",
    (
        PATIENT,
        Column("condition", "text", "What it is", required=True),
        Column("onset_on", "date", "Since when"),
        Column("ended_on", "date", "Until when"),
        Column("active", "boolean", "Present when it was asked"),
        Column("detail", "text", "In words"),
    ),
    key=(),
)
BIOPSIES = File(
    "biopsies.csv",
    "Kidney biopsies.",
    (
        PATIENT,
        Column("taken_on", "date", "Day of the biopsy", required=True),
        Column("classes", "text", "As reported, e.g. III (A/C) + V", required=True),
        Column("activity_index", "number", "NIH activity index", low=0, high=HIGHEST_ACTIVITY),
        Column(
            "chronicity_index", "number", "NIH chronicity index", low=0, high=HIGHEST_CHRONICITY
        ),
        Column("scheme", "text", "ISN/RPS 2003, ISN/RPS 2018 ..."),
    ),
    key=(),
)
PREGNANCIES = File(
    "pregnancies.csv",
    "Pregnancies with their outcome, as far as it is known.",
    (
        PATIENT,
        Column("began_on", "date", "First day of the last period, or as told", required=True),
        Column("ended_on", "date", "Birth or loss"),
        Column("outcome", "text", "Outcome"),
    ),
    key=(),
)
