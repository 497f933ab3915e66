"""Reach is decided where rows are loaded; what cannot be a code is simply not there."""

import pytest

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.errors import NotInReachError
from registry.models import Enrolment, Patient, Site, Visit
from registry.partial_date import PartialDate
from registry.queries.patients import patients_page
from registry.queries.records import record_in_reach
from registry.queries.scope import Reach, patient_in_reach

IMPOSSIBLE = ["\ud800", "a\0b", "a\nb", "\x7f", ""]
HERE, THERE = 1, 2


@pytest.fixture
def moved(engine):
    """A patient who went from one site to the other, with a visit at each."""
    with writing(engine, Context("tests", "scope")) as session:
        session.add_all([Site(id=HERE, code="A", name="A"), Site(id=THERE, code="B", name="B")])
        patient = Patient(code="P-1", sex="female")
        session.add(patient)
        session.flush()
        for site, start, end in ((HERE, "2025", "2026-01-01"), (THERE, "2026-01-01", None)):
            enrolment = Enrolment(
                patient_id=patient.id,
                site_id=site,
                from_on=PartialDate.parse(start),
                to_on=end and PartialDate.parse(end),
            )
            session.add(enrolment)
            session.flush()
            place = {"patient_id": patient.id, "enrolment_id": enrolment.id, "site_id": site}
            session.add(
                Visit(code=f"V-{site}", visited_on=PartialDate.parse("2026-01-01"), **place)
            )
    return engine


def reach(reads, writes=frozenset()):
    return Reach(frozenset(reads), frozenset(writes))


@pytest.mark.parametrize("code", [*IMPOSSIBLE, "P-2", "p-1", "P-1 "])
def test_a_text_that_is_no_code_is_not_in_reach(moved, code):
    with reading(moved) as session:
        with pytest.raises(NotInReachError):
            patient_in_reach(session, Reach.everything(), code)
        with pytest.raises(NotInReachError):
            record_in_reach(session, Reach.everything(), Visit, code)


@pytest.mark.parametrize("text", [text for text in IMPOSSIBLE if text])
def test_a_search_for_what_cannot_be_stored_finds_nothing(moved, text):
    with reading(moved) as session:
        assert patients_page(session, Reach.everything(), text).rows == ()
        assert patients_page(session, Reach.everything(), "", text).rows == ()


@pytest.mark.parametrize("text", ["%", "_", "\\", "p-2"])
def test_signs_with_a_meaning_in_patterns_mean_themselves(moved, text):
    with reading(moved) as session:
        assert patients_page(session, Reach.everything(), text).rows == ()
        assert len(patients_page(session, Reach.everything(), "p-").rows) == 1


def test_the_present_site_writes_and_the_former_one_reads_its_own(moved):
    both = {HERE, THERE}
    with reading(moved) as session:
        former = patient_in_reach(session, reach({HERE}, {HERE}), "P-1")
        present = patient_in_reach(session, reach({THERE}, {THERE}), "P-1")
        auditor = patient_in_reach(session, reach(both), "P-1")
        assert (former.writable, former.row_sites) == (None, frozenset({HERE}))
        assert present.writable.site_id == THERE
        assert (present.row_sites, auditor.row_sites, auditor.writable) == (None, None, None)
        assert [e.site_code for e in former.enrolments] == ["A"]
        with pytest.raises(NotInReachError):
            record_in_reach(session, reach({HERE}), Visit, f"V-{THERE}")
        assert record_in_reach(session, reach({THERE}), Visit, f"V-{HERE}")[0].site_id == HERE


def test_nobody_without_a_site_sees_anything(moved):
    with reading(moved) as session:
        assert patients_page(session, reach(())).rows == ()
        with pytest.raises(NotInReachError):
            patient_in_reach(session, reach(()), "P-1")
