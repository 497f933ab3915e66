"""One treated patient of a site, as facts are loaded from."""

from decimal import Decimal

import pytest

from registry.audit.context import Context
from registry.database.engine import writing
from registry.models import (
    Assessment,
    Consent,
    Course,
    Enrolment,
    Infusion,
    InfusionLot,
    Lot,
    Medication,
    Patient,
    PatientStatus,
    ReportedEndpoint,
    Site,
    Visit,
)
from registry.partial_date import PartialDate

WHY = Context("tests", "facts")


def on(text):
    return PartialDate.parse(text, allow_time=True)


@pytest.fixture
def store(engine):
    """Two sites, and a function that stores one treated patient of a site."""
    with writing(engine, WHY) as session:
        session.add_all([Site(id=1, code="A", name="North"), Site(id=2, code="B", name="South")])

    def add(code, site=1, to_on=None):
        with writing(engine, WHY) as session:
            return fill(session, code, site, to_on)

    return add


def fill(session, code, site, to_on):
    patient = Patient(code=code, sex="female")
    session.add(patient)
    session.flush()
    enrolment = Enrolment(patient_id=patient.id, site_id=site, from_on=on("2024"), to_on=to_on)
    session.add(enrolment)
    session.flush()
    place = {"patient_id": patient.id, "enrolment_id": enrolment.id, "site_id": site}
    place["source"] = "import"
    course = Course(code=f"{code}-c", legal_basis="trial", **place)
    lot = Lot(code=f"{code}-lot", cell_type="msc")
    visit = Visit(code=f"{code}-v", visited_on=on("2024-07-10"), timepoint="month_6", **place)
    session.add_all([course, lot, visit])
    session.flush()
    infusion = Infusion(
        code=f"{code}-i", course_id=course.id, started_at=on("2024-01-10T23:30+02:00"),
        cell_type="msc", sequence=1, **place,
    )  # fmt: skip
    session.add(infusion)
    session.flush()
    session.add_all(
        [*details(place, visit), InfusionLot(infusion_id=infusion.id, lot_id=lot.id, ordinal=1)]
    )
    return place


def details(place, visit):
    known = dict.fromkeys(("total", "known_points", "max_possible"), Decimal(4))
    rule = {"instrument": "sledai_2k", "rule_version": "1", "parts": {"clinical_points": 4}}
    person = {"patient_id": place["patient_id"]}
    daily = {"drug": "prednisone", "started_on": on("2024-01"), "daily_dose": Decimal("7.50")}
    return [
        PatientStatus(status="active", on=on("2024-01"), **person),
        Consent(version="1", decision="given", decided_on=on("2024"), **person),
        Assessment(visit_id=visit.id, complete=True, **rule, **known, **place),
        Medication(**daily, **place),
        ReportedEndpoint(definition="remission", timepoint="month_6", state="met", **place),
    ]
