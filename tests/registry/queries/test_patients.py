"""The list shows dates of the rows that a person may see, and of no others."""

from datetime import date

import pytest

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.models import Consent, Enrolment, Infusion, Patient, PatientStatus, Site, Visit
from registry.partial_date import PartialDate
from registry.queries.patient_lists import lists_of
from registry.queries.patients import patients_page
from registry.queries.scope import Reach, patient_in_reach

FORMER, PRESENT = 1, 2
ENROLMENTS = {
    # A neighbour who stays at the former site must not open anybody else's rows.
    "P-1": [(FORMER, "2025-01-01", None)],
    "P-2": [(FORMER, "2025-01-01", "2026-01-01"), (PRESENT, "2026-01-01", None)],
}
# Status and consent carry no site: a former site reads them as far as it followed the patient.
STORY = [("2025-01-01", "active", "given"), ("2026-06-01", "lost", "withdrawn")]


@pytest.fixture
def moved(engine):
    """A patient treated and seen at two sites, one after the other."""
    with writing(engine, Context("tests", "list")) as session:
        session.add_all([Site(id=n, code=f"S{n}", name=f"S{n}") for n in (FORMER, PRESENT)])
        for code, stays in ENROLMENTS.items():
            patient = Patient(code=code, sex="female")
            session.add(patient)
            session.flush()
            for site, begin, end in stays:
                stay(session, patient, site, begin, end)
            for day, status, decision in STORY:
                on = PartialDate.parse(day)
                session.add(PatientStatus(patient_id=patient.id, status=status, on=on))
                session.add(
                    Consent(patient_id=patient.id, version=day, decision=decision, decided_on=on)
                )
                session.flush()
    return engine


def stay(session, patient, site, begin, end):
    from_on, to_on = PartialDate.parse(begin), end and PartialDate.parse(end)
    enrolment = Enrolment(patient_id=patient.id, site_id=site, from_on=from_on, to_on=to_on)
    session.add(enrolment)
    session.flush()
    place = {"patient_id": patient.id, "enrolment_id": enrolment.id, "site_id": site}
    name = f"{patient.code}-{site}"
    session.add(Visit(code=f"V-{name}", visited_on=from_on, **place))
    session.add(Infusion(code=f"I-{name}", started_at=from_on, cell_type="msc", **place))


def dates_of(engine, reads, code):
    with reading(engine) as session:
        rows = patients_page(session, Reach(reads, frozenset())).rows
    (row,) = [row for row in rows if row.code == code]
    return row.day_0, row.last_visit


def test_a_former_site_sees_the_dates_of_its_own_rows_only(moved):
    own = date(2025, 1, 1)
    assert dates_of(moved, frozenset({FORMER}), "P-2") == (own, own)


@pytest.mark.parametrize("reads", [None, frozenset({PRESENT}), frozenset({FORMER, PRESENT})])
def test_the_present_site_and_the_registry_see_the_dates_of_all_rows(moved, reads):
    assert dates_of(moved, reads, "P-2") == (date(2025, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("reads", "site", "status"),
    [
        (frozenset({FORMER}), "S1", "active"),
        (frozenset({PRESENT}), "S2", "lost"),
        (None, "S2", "lost"),
    ],
)
def test_a_former_site_sees_neither_where_the_patient_went_nor_how_it_went_on(
    moved, reads, site, status
):
    with reading(moved) as session:
        rows = {row.code: row for row in patients_page(session, Reach(reads, frozenset())).rows}
        patient = patient_in_reach(session, Reach(reads, frozenset()), "P-2")
        assert (rows["P-2"].site, rows["P-2"].status) == (site, status)
        lists = lists_of(session, patient)
        assert lists.statuses[-1].status == status
        assert len(lists.consents) == (1 if site == "S1" else 2)
