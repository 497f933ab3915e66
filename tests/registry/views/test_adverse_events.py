"""Adverse events through their pages: report, draft, new version, void, and who reads what."""

import pytest
from sqlalchemy import select

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.models import (
    AdverseEvent,
    AdverseEventCausality,
    AdverseEventGrade,
    AdverseEventVersion,
    Enrolment,
    Infusion,
    Lot,
    Patient,
    Site,
)
from registry.partial_date import PartialDate

NEW = "/patients/N-001/adverse-events/new"
FEVER = {"verbatim_term": "felt hot at night", "term": "fever", "grade": "2", "action": "report"}
GIVEN = {"started_at": "2026-03-01T10:30+01:00", "cell_type": "msc", "lot": "LOT-1"}


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def report(person, address=NEW, **typed):
    return person.send(address, FEVER | typed)


def event(person, **where):
    return person.row(AdverseEvent, **where)


def page(person, address):
    answer = person.send.client.get(address)
    assert answer.status_code == 200, address
    return answer.text


def case(person):
    return page(person, f"/adverse-events/{event(person).code}")


def infuse(person, **more):
    assert person.send("/patients/N-001/infusions/new", GIVEN | more).status_code == 303
    return person.rows(Infusion)[-1].code


def test_a_listed_term_is_completed_and_what_was_said_stays(alice):
    assert report(alice, started_on="2026-03").status_code == 303
    row = event(alice)
    assert (row.verbatim_term, row.term) == ("felt hot at night", "Fever")
    assert (row.dictionary, row.dictionary_version, row.scale) == ("CTCAE", "5.0", "CTCAE 5.0")
    assert row.soc == "General disorders and administration site conditions"
    assert (row.state, row.source, row.started_on.text) == ("reported", "form", "2026-03")
    assert row.registry_aware_at is not None
    assert row.site_aware_at is None  # never guessed


def test_another_dictionary_stays_as_typed(alice):
    report(alice, term="pyrexia", dictionary="MedDRA", dictionary_version="28.1", soc="general")
    row = event(alice)
    assert (row.term, row.dictionary, row.dictionary_version) == ("pyrexia", "MedDRA", "28.1")
    assert (row.soc, row.scale) == ("general", None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"verbatim_term": " "}, "verbatim_term"),
        ({"verbatim_term": "x" * 201}, "verbatim_term"),
        ({"started_on": "31 2 2026"}, "started_on"),
        ({"started_on": "2199"}, "started_on"),
        ({"started_on": "10 3 2026 10:30"}, "started_on"),  # the site has no zone yet
        ({"started_on": "2026-03-10", "ended_on": "2026-03-09"}, "ended_on"),
        ({"ended_on": "later"}, "ended_on"),
        ({"term": "Syncope", "grade": "2"}, "grade"),
        ({"term": "Headache", "grade": "5"}, "grade"),
        *[({"grade": text}, "grade") for text in ("0", "6", "two", "2.0")],
        ({"term": "", "dictionary": "CTCAE", "dictionary_version": "5.0"}, "term"),
        ({"dictionary": "MedDRA"}, "dictionary_version"),
        ({"grade": "5", "seriousness_death": "true"}, "outcome"),
        ({"grade": "5", "outcome": "fatal"}, "seriousness_death"),
        ({"serious": "false", "seriousness_hospitalisation": "true"}, "serious"),
        ({"serious": "maybe"}, "serious"),
        ({"seriousness_death": "yes"}, "seriousness_death"),
        ({"causality_product_reporter": "sure"}, "causality_product_reporter"),
        ({"outcome": "dead"}, "outcome"),
        ({"infusion": "I-none"}, "infusion"),
        ({"lot": "no such lot"}, "lot"),
        ({"lot": "L-unknown"}, "lot"),
        ({"expected": "perhaps"}, "expected"),
        ({"site_aware_at": "soon"}, "site_aware_at"),
        ({"registry_aware_at": "2199-01-01"}, "registry_aware_at"),
        ({"narrative": "bad \x00"}, "narrative"),
        ({"narrative": "n" * 4001}, "narrative"),
        ({"solicited": "1"}, "solicited"),
        ({"graded_on_1": "2026-03-10"}, "graded_1"),
        ({"graded_2": "3"}, "graded_on_2"),
        ({"graded_on_2": "2026-03-10", "graded_2": "4"}, "grade"),  # worse than the worst
        ({"grade": "4", "graded_on_2": "March", "graded_2": "3"}, "graded_on_2"),
        ({"started_on": "2026-03-10", "graded_on_2": "2026-03-09", "graded_2": "1"}, "graded_on_2"),
        ({"term": "Hypoxia", "graded_on_3": "2026-03-09", "graded_3": "1"}, "graded_3"),
    ],
)  # fmt: skip
def test_bad_input_is_answered_at_its_field_and_nothing_is_half_saved(alice, wrong, field):
    answer = report(alice, **({"treatment": "kept"} | wrong))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text
    assert 'value="kept"' in answer.text
    for model in (AdverseEvent, AdverseEventGrade, AdverseEventCausality, AdverseEventVersion):
        assert alice.rows(model) == []


def test_an_event_cannot_begin_after_the_death(alice, app):
    with writing(app.extensions["registry_engine"], Context("tests", "a death")) as session:
        patient = session.scalar(select(Patient).where(Patient.code == "N-001"))
        patient.death_on = PartialDate.parse("2026-03-10")
    assert 'href="#started_on"' in report(alice, started_on="2026-03-11").text
    assert report(alice, started_on="2026-03").status_code == 303


def test_a_tick_makes_it_serious_and_a_fatal_one_is_whole(alice):
    report(alice, grade="5", outcome="fatal", seriousness_death="true", seriousness_other="true")
    row = event(alice)
    assert (row.serious, row.seriousness) == (True, "death;other")
    assert "Death; Other" in case(alice)


def test_a_time_of_onset_is_read_on_the_clock_of_the_site(alice, app):
    with writing(app.extensions["registry_engine"], Context("tests", "zone")) as session:
        session.query(Site).filter_by(code="NORTH").one().time_zone = "Asia/Bangkok"
    infusion = infuse(alice, started_at="1 3 2026 10:30")
    report(alice, started_on="1 3 2026 12:00", infusion=infusion)
    assert event(alice).started_on.text == "2026-03-01T12:00+07:00"
    assert "0 d (1.5 h) after infusion 1 of 1, lot LOT-1" in case(alice)


@pytest.mark.parametrize(
    ("onset", "words"),
    [
        ("2026-03-13", "+12 d"),
        ("2026-03", "0 to +30 d"),
        ("2026-02-20", "\u22129 d"),
        ("", "not known"),
    ],
)
def test_the_case_says_when_it_began_after_treatment(alice, onset, words):
    infusion = infuse(alice)
    report(alice, started_on=onset, infusion=infusion)
    shown = case(alice)
    assert f"<dd>{words}</dd>" in shown
    assert f"{words} after infusion 1 of 1, lot LOT-1" in shown


def test_an_event_without_a_course_is_before_any(alice):
    report(alice, started_on="2026-03-13")
    assert "Before any course" in case(alice)


def test_a_lot_must_be_of_the_infusion_and_its_only_lot_is_taken(alice):
    infusion = infuse(alice)
    infuse(alice, lot="LOT-2", started_at="2026-03-08")
    wrong = report(alice, infusion=infusion, lot="LOT-2")
    assert "LOT-2 is not of this infusion; it had LOT-1" in wrong.text
    assert report(alice, infusion=infusion).status_code == 303
    assert event(alice).lot_id == alice.row(Lot, code="LOT-1").id


def test_the_form_is_filled_from_where_one_comes(alice):
    infusion = infuse(alice)
    visit = alice.log("2026-03-10")
    form = page(alice, f"{NEW}?infusion={infusion}")
    assert f'<option value="{infusion}" selected>' in form
    assert 'name="lot" type="text" maxlength="200" spellcheck="false"\n    value="LOT-1"' in form
    address = f"{NEW}?visit={visit}"
    assert 'value="2026-03-10"' in page(alice, address)
    assert report(alice, address).status_code == 303
    shown = case(alice)
    assert f'href="/visits/{visit}"' in shown
    for place in ("/patients/N-001", f"/visits/{visit}", "/patients/N-001/adverse-events"):
        assert "Fever" in page(alice, place)
    assert f"{NEW}?infusion={infusion}" in page(alice, "/patients/N-001")
    assert address in page(alice, f"/visits/{visit}")


def test_a_visit_of_another_patient_is_not_taken_along(alice, clinic):
    theirs = clinic("charlie").log("2026-03-10", patient="S-canary")
    address = f"{NEW}?visit={theirs}"
    assert "2026-03-10" not in page(alice, address)
    assert report(alice, address).status_code == 303
    assert event(alice).visit_id is None


def test_the_list_leads_to_the_form_of_a_patient(alice):
    client = alice.send.client
    assert client.get("/adverse-events/new?patient=N-001").location == NEW
    for code in ("S-canary", "nobody", ""):
        answer = client.get(f"/adverse-events/new?patient={code}", follow_redirects=True)
        assert "is followed at your sites" in answer.text


def test_every_save_is_a_version_that_says_what_is_new(alice):
    report(alice, site_aware_at="2026-03-11", causality_product_reporter="possible")
    address = f"/adverse-events/{event(alice).code}/change"
    assert 'value="felt hot at night"' in page(alice, address)
    more = {"outcome": "recovered", "what_is_new": "", "causality_product_reporter": "unlikely"}
    assert 'href="#what_is_new"' in report(alice, address, **more).text
    more |= {"what_is_new": "letter of the ward", "aware_at": "2026-03-15"}
    more |= {"causality_product_reviewer": "possible"}
    assert report(alice, address, **more).status_code == 303
    versions = alice.rows(AdverseEventVersion)
    assert [(v.version, v.by, v.reason) for v in versions] == [
        (1, "alice", "First report"),
        (2, "alice", "letter of the ward"),
    ]
    assert [v.aware_at and v.aware_at.text for v in versions] == ["2026-03-11", "2026-03-15"]
    assert versions[0].content["outcome"] is None
    assert versions[0].content["causality"] == [["product", "reporter", "possible"]]
    shown = case(alice)
    assert "letter of the ward" in shown
    assert "Cell product, reporter: possible" in shown
    assert "Cell product, reporter: unlikely; Cell product, reviewer: possible" in shown


def test_the_history_keeps_its_rows_and_the_worst_is_taken_from_it(alice):
    rows = {"graded_on_1": "2026-03-10", "graded_1": "1", "graded_on_3": "2026-03-12"}
    rows |= {"graded_3": "3", "graded_serious_3": "true"}
    report(alice, grade="", **rows)
    assert event(alice).grade == 3
    first = {row.id for row in alice.rows(AdverseEventGrade)}
    address = f"/adverse-events/{event(alice).code}/change"
    assert 'value="2026-03-12"' in page(alice, address)
    typed = {"grade": "3", "what_is_new": "better", "graded_on_2": "2026-03-12", "graded_2": "3"}
    typed |= {"graded_serious_2": "true", "graded_on_3": "2026-03-20", "graded_3": "1"}
    report(alice, address, **(rows | {"graded_on_1": "", "graded_1": ""} | typed))
    left = alice.rows(AdverseEventGrade)
    assert [(row.on.text, row.grade, row.serious) for row in left] == [
        ("2026-03-12", 3, True),
        ("2026-03-20", 1, True),
    ]
    assert left[0].id in first  # what did not change is the same row


def test_two_people_never_overwrite_each_other(alice):
    report(alice)
    address = f"/adverse-events/{event(alice).code}/change"
    new = {"what_is_new": "mine"}
    assert report(alice, address, **new).status_code == 303
    late = alice.send(address, FEVER | new | {"treatment": "late"}, row_version="1")
    assert late.status_code == 409
    assert "late" in late.text
    assert len(alice.rows(AdverseEventVersion)) == 2


def test_the_same_form_sent_twice_makes_one_event(alice):
    key = "018f0000-0000-7000-8000-000000000001"
    first, second = (alice.send(NEW, FEVER, submission_id=key) for _ in range(2))
    assert first.location == second.location
    assert len(alice.rows(AdverseEvent)) == 1


def test_a_draft_may_be_unfinished_until_it_is_reported(alice):
    assert report(alice, action="draft", grade="5").status_code == 303
    row = event(alice)
    assert (row.state, row.registry_aware_at) == ("draft", None)
    assert "1 draft to finish" in page(alice, "/patients/N-001/adverse-events")
    address = f"/adverse-events/{row.code}/change"
    assert 'name="what_is_new"' not in page(alice, address)
    assert report(alice, address, grade="5").status_code == 422
    assert report(alice, address, grade="2").status_code == 303
    row = event(alice)
    assert (row.state, row.registry_aware_at is None) == ("reported", False)
    report(alice, address, action="draft", what_is_new="again")
    assert event(alice).state == "reported"  # never back


def test_a_voided_event_is_nowhere_and_stays_in_the_trail(alice, signed_in):
    report(alice)
    row = event(alice)
    address = f"/adverse-events/{row.code}/void"
    assert "felt hot at night" in page(alice, address)
    assert alice.send(address, {"reason": " "}).status_code == 422
    assert alice.send(address, {"reason": "another patient"}).status_code == 303
    for place in ("/adverse-events", "/patients/N-001", "/patients/N-001/adverse-events"):
        assert "felt hot" not in page(alice, place)
    for end in ("", "/change", "/void"):
        assert alice.send.client.get(f"/adverse-events/{row.code}{end}").status_code == 404
    trail = signed_in("audrey").get(f"/audit/records/adverse_event/{row.id}").text
    assert "another patient" in trail


def test_probable_duplicates_are_linked_both_ways_and_never_merged(alice):
    report(alice, started_on="2026-03-10")
    report(alice, started_on="2026-03-16", verbatim_term="hot again")
    one, two = (row.code for row in alice.rows(AdverseEvent))
    for mine, other in ((one, two), (two, one)):
        shown = page(alice, f"/adverse-events/{mine}")
        assert f'href="/adverse-events/{other}">{other}</a>: same patient, same term' in shown
    assert page(alice, "/adverse-events").count("Probable duplicate") == 2
    assert len(alice.rows(AdverseEvent)) == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"hot", "cold", "draft"}),
        ("serious=true", {"cold"}),
        ("open=true", {"hot", "draft"}),
        ("drafts=true", {"draft"}),
        ("q=HOT", {"hot"}),
        ("q=chill", {"cold"}),
        ("q=%25", set()),
        ("lot=lot-1", {"hot"}),
        ("lot=LOT-2", set()),
        ("serious=true&open=true", set()),
        ("q=%00", set()),
        ("before=rubbish", {"hot", "cold", "draft"}),
    ],
)
def test_the_list_is_filtered(alice, query, found):
    infusion = infuse(alice)
    report(alice, verbatim_term="word-hot", infusion=infusion)
    report(
        alice, verbatim_term="word-cold", term="chills", outcome="recovered",
        seriousness_hospitalisation="true", started_on="2025-01-01",
    )  # fmt: skip
    report(alice, verbatim_term="word-draft", term="", grade="", action="draft")
    shown = page(alice, f"/adverse-events?{query}")
    assert {name for name in ("hot", "cold", "draft") if f"word-{name}" in shown} == found


def test_the_list_goes_on_to_the_next_page(alice, app, two_sites):
    place = {"patient_id": two_sites.patients["N-001"], "site_id": 1}
    place["enrolment_id"] = two_sites.enrolments["N-001"]
    with writing(app.extensions["registry_engine"], Context("tests", "many")) as session:
        for n in range(53):
            session.add(AdverseEvent(code=f"E-{n:03}", verbatim_term=f"word-{n:03}.", **place))
            session.flush()
    first = page(alice, "/adverse-events?q=word")
    assert "word-052." in first
    assert "word-002." not in first
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = page(alice, older)
    assert all(f"word-{n:03}." in second for n in range(3))
    assert "word-003." not in second


# --- who reads and writes what --------------------------------------------------------------

PRODUCT = "/adverse-events/product/new"
BROKEN = {"verbatim_term": "bag burst", "lot": "LOT-1", "site": "NORTH", "action": "report"}


@pytest.fixture
def of_a_lot(alice):
    infuse(alice)
    assert alice.send(f"{PRODUCT}?lot=LOT-1", BROKEN).status_code == 303
    return event(alice)


def test_an_event_of_a_lot_needs_no_patient(alice, of_a_lot):
    assert (of_a_lot.patient_id, of_a_lot.site_id) == (None, 1)
    shown = case(alice)
    assert "of no patient" in shown
    assert f'href="/lots/{of_a_lot.lot_id}"' in shown
    assert "no patient" in page(alice, "/adverse-events")
    address = f"/adverse-events/{of_a_lot.code}/change"
    typed = BROKEN | {"what_is_new": "two bags", "verbatim_term": "two bags burst"}
    assert alice.send(address, typed).status_code == 303
    row = event(alice)
    assert (row.verbatim_term, row.site_id) == ("two bags burst", 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"lot": ""}, "lot"), ({"lot": "L-9"}, "lot"), ({"site": "SOUTH"}, "site"),
     ({"site": ""}, "site")],
)  # fmt: skip
def test_an_event_of_a_lot_needs_its_lot_and_ones_own_site(alice, wrong, field):
    infuse(alice)
    answer = alice.send(PRODUCT, BROKEN | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert alice.rows(AdverseEvent) == []


@pytest.mark.parametrize(
    ("username", "reads", "writes"),
    [
        ("alice", 200, 200), ("cora", 200, 200), ("bob", 200, 403), ("charlie", 200, 403),
        ("dora", 200, 403), ("audrey", 200, 403), ("adam", 403, 403),
    ],
)  # fmt: skip
def test_everybody_clinical_reads_an_event_of_a_lot_and_its_site_writes_it(
    of_a_lot, signed_in, username, reads, writes
):
    client = signed_in(username)
    for address, status in (
        ("", reads), ("/change", writes), ("/void", writes),
    ):  # fmt: skip
        assert client.get(f"/adverse-events/{of_a_lot.code}{address}").status_code == status
    listed = client.get("/adverse-events")
    assert ("bag burst" in listed.text) is (reads == 200)


@pytest.mark.parametrize(
    ("username", "status"),
    [("alice", 200), ("bob", 200), ("cora", 200), ("dora", 200), ("audrey", 200),
     ("charlie", 404), ("adam", 403)],
)  # fmt: skip
def test_an_event_of_a_patient_is_read_like_any_clinical_row(alice, signed_in, username, status):
    report(alice, verbatim_term="quite secret")
    client = signed_in(username)
    assert client.get(f"/adverse-events/{event(alice).code}").status_code == status
    assert ("quite secret" in client.get("/adverse-events").text) is (status == 200)


def test_a_shared_lot_never_shows_the_event_of_another_site(alice, clinic, of_a_lot):
    """The same reporter, lot and day as an event of a patient in the south."""
    charlie = clinic("charlie")
    charlie.send("/patients/S-canary/infusions/new", GIVEN)
    southern = {"verbatim_term": "south only", "lot": "LOT-1", "started_on": "2026-03-05"}
    report(charlie, "/patients/S-canary/adverse-events/new", **southern)
    code = event(alice, verbatim_term="south only").code
    report(alice, lot="LOT-1", started_on="2026-03-05")
    mine = event(alice, verbatim_term="felt hot at night").code
    shown = page(alice, f"/adverse-events/{mine}") + page(alice, "/adverse-events")
    assert code not in shown
    assert "south only" not in shown


def test_a_coordinator_may_give_either_verdict(clinic):
    cora = clinic("cora")
    report(cora, causality_lupus_reviewer="probable", causality_lupus_reporter="not_related")
    assert {(row.assessor, row.verdict) for row in cora.rows(AdverseEventCausality)} == {
        ("reviewer", "probable"),
        ("reporter", "not_related"),
    }


def test_a_site_auditor_reads_the_trail_of_its_own_events_of_lots(of_a_lot, signed_in, app):
    address = f"/audit/records/adverse_event/{of_a_lot.id}"
    assert "bag burst" in signed_in("bob").get(address).text
    with writing(app.extensions["registry_engine"], Context("tests", "south")) as session:
        lot = session.scalar(select(Lot.id))
        other = AdverseEvent(code="E-SOUTH", verbatim_term="southern bag", lot_id=lot, site_id=2)
        session.add(other)
        session.flush()
        key = other.id
    elsewhere = f"/audit/records/adverse_event/{key}"
    assert "southern bag" not in signed_in("bob").get(elsewhere).text
    assert "southern bag" in signed_in("audrey").get(elsewhere).text


def test_the_trail_keeps_every_part_of_a_case(alice, app):
    report(alice, causality_product_reporter="possible", graded_on_1="2026-03-10", graded_1="2")
    from registry.models import AuditEntry

    with reading(app.extensions["registry_engine"]) as session:
        tables = set(session.scalars(select(AuditEntry.tbl)))
    assert {"adverse_event", "adverse_event_grade", "adverse_event_causality"} <= tables
    assert "adverse_event_version" in tables


def test_the_first_change_of_an_imported_case_keeps_what_was_imported(alice):
    engine = alice.app.extensions["registry_engine"]
    with writing(engine, Context("tests", "a case from a file")) as session:
        site = session.scalars(select(Site).where(Site.code == "NORTH")).one().id
        patient = session.scalars(select(Patient).where(Patient.code == "N-001")).one().id
        stay = session.scalars(select(Enrolment.id).where(Enrolment.patient_id == patient)).one()
        session.add(
            AdverseEvent(
                code="E-file", verbatim_term="fever", grade=2, source="import", state="reported",
                patient_id=patient, enrolment_id=stay, site_id=site,
            )
        )  # fmt: skip
    typed = {"verbatim_term": "fever", "grade": "3", "what_is_new": "worse"}
    assert alice.send("/adverse-events/E-file/change", typed).status_code == 303
    first, second = alice.rows(AdverseEventVersion)
    assert (first.version, first.by, first.content["grade"]) == (1, "import", 2)
    assert (second.version, second.by, second.content["grade"]) == (2, "alice", 3)
