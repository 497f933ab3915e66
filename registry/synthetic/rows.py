"""Rows of the exchange format: a file name and its filled columns, all of them text."""

from collections.abc import Iterator, Mapping
from random import Random
from types import MappingProxyType

Row = dict[str, str]
Rows = Iterator[tuple[str, Row]]

# In the order of the format, required ones first: rows are sorted by the columns from the left.
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        name: tuple(columns.split())
        for name, columns in {
            "sites.csv": "site_code name country time_zone",
            "patients.csv": (
                "patient_id site_code sex enrolled_on birth_date ancestry first_symptom_on "
                "sle_diagnosed_on ascertainment status status_on last_known_alive_on death_on "
                "death_cause"
            ),
            "patient_status.csv": "patient_id status on reason",
            "enrolments.csv": "patient_id site_code from_on to_on",
            "consents.csv": "patient_id version decision decided_on scopes",
            "lots.csv": (
                "lot_id cell_type product_name tissue_source donor_type donor_id din sec passage "
                "viability_percent manufactured_on expires_on release_status"
            ),
            "courses.csv": (
                "course_id patient_id indication reason legal_basis trial started_on "
                "planned_infusions conditioning mobilised_on engrafted_on"
            ),
            "infusions.csv": (
                "infusion_id patient_id started_at cell_type site_code course_id sequence lot_ids "
                "tissue_source donor_type dose_total_cells weight_kg weighed_on dose_cells_per_kg "
                "route premedication concomitant reaction cost_amount cost_currency"
            ),
            "visits.csv": (
                "visit_id patient_id site_code visited_on timepoint attendance reason "
                "contact_mode assessor signed_by signed_at"
            ),
            "assessments.csv": "visit_id instrument item value reason version assessed_on",
            "medications.csv": (
                "patient_id drug started_on medication_id dose unit per_day daily_dose route "
                "pulse as_needed ended_on reason stop_reason"
            ),
        }.items()
    }
)


def chance(rng: Random, probability: float) -> bool:
    """Draw whether something of this probability happens."""
    return rng.random() < probability
