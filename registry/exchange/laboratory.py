"""The file of laboratory results, as the laboratory wrote them."""

from collections.abc import Mapping
from types import MappingProxyType

from registry import codes
from registry.exchange.columns import Column, File
from registry.exchange.people import PATIENT

COMPARATORS: Mapping[str, str] = MappingProxyType(
    {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}
)

LABS = File(
    "labs.csv",
    "Laboratory results. Without lab_id the whole row is its identity.",
    (
        PATIENT,
        Column("collected_on", "moment", "When the sample was taken", required=True),
        Column("analyte", "text", "Code of the analyte, else own words", required=True),
        Column("lab_id", "key", "Unique in the registry, if given", stored="code"),
        Column("visit_id", "key", "Visit of visits.csv that it belongs to", stored="-"),
        Column("value", "text", "As the laboratory wrote it: a number or words"),
        Column("unit", "text", "As the laboratory wrote it"),
        Column("comparator", "code", "Before the value", codes=COMPARATORS),
        Column("state", "code", "Why there is no value", codes=codes.VALUE_STATE),
        Column("lower_limit", "number", "Of this laboratory", unit="unit"),
        Column("upper_limit", "number", "Of this laboratory", unit="unit"),
        Column("laboratory", "text", "Which laboratory"),
    ),
    key=("lab_id",),
)
