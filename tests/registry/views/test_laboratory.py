"""Laboratory pages: a sample as a table, one result, the limits of a laboratory, reach."""

import re
from decimal import Decimal

import pytest

from registry.models import LaboratoryLimit, LaboratoryResult

NEW, PAGE = "/patients/N-001/laboratory/new", "/patients/N-001/laboratory"
LIMITS = "/laboratory-limits/new"
SAMPLE = {"lab.collected_on": "2026-03-10", "lab.laboratory": "Central"}
CENTRAL = {
    "site": "NORTH", "laboratory": "Central", "analyte": "c3", "from_on": "2020-01-01",
    "unit": "g/L", "lower_limit": "0,9", "upper_limit": "1.8",
}  # fmt: skip


def line(code, value, unit="", **more):
    typed = {"value": value, "unit": unit} | more
    return {f"lab.{code}.{part}": text for part, text in typed.items()}


@pytest.fixture
def alice(clinic):
    return clinic("alice")


@pytest.fixture
def adam(clinic):
    return clinic("adam")


def stored(clinic, analyte="c3"):
    return clinic.row(LaboratoryResult, analyte=analyte)


def test_a_value_stays_as_it_was_typed_beside_what_it_means(alice):
    typed = SAMPLE | line("c3", "<85,0", "mg/dL", lower="90", upper="180")
    assert alice.send(NEW, typed).status_code == 303
    row = stored(alice)
    assert (row.value, row.unit, row.comparator) == ("85.0", "mg/dL", "<")
    assert (row.lower_limit, row.upper_limit, row.laboratory) == (90, 180, "Central")
    assert (row.canonical_value, row.canonical_unit) == (Decimal("0.85"), "g/L")
    assert row.rule_version == "units/1"
    page = alice.send.client.get(PAGE).text
    assert "&lt;85.0 mg/dL" in page
    assert "= &lt;0.85 g/L" in page
    assert "▼ low" in page


def test_words_and_states_are_results_without_a_number(alice):
    typed = SAMPLE | line("hbsag", "negative") | line("c4", "", "g/L", state="pending")
    assert alice.send(NEW, typed | line("crp", "nd", "mg/L")).status_code == 303
    assert (stored(alice, "hbsag").value, stored(alice, "hbsag").canonical_value) == (
        "negative",
        None,
    )
    assert stored(alice, "c4").state == "pending"
    assert stored(alice, "crp").state == "not_done"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"lab.collected_on": ""}, "lab-collected_on"),
        ({"lab.collected_on": "31 2 2026"}, "lab-collected_on"),
        ({"lab.collected_on": "2030"}, "lab-collected_on"),
        ({"lab.laboratory": "x" * 500}, "lab-laboratory"),
        (line("c3", "5-10", "g/L"), "lab-c3-value"),
        (line("c3", "<", "g/L"), "lab-c3-value"),
        (line("c3", "85", "g/L"), "lab-c3-value"),  # impossible: mg/dL was meant
        (line("c3", "-1", "g/L"), "lab-c3-value"),
        (line("c3", "1e400", "g/L"), "lab-c3-value"),
        (line("c3", "nan", "g/L"), "lab-c3-value"),
        (line("c3", "1\x00", "g/L"), "lab-c3-value"),
        (line("c3", "9" * 500, "g/L"), "lab-c3-value"),
        (line("c3", "1", "furlong"), "lab-c3-unit"),
        (line("c3", "1", ""), "lab-c3-unit"),
        (line("c3", "1", "g/L", state="pending"), "lab-c3-state"),
        (line("c3", "", "g/L", state="lost"), "lab-c3-state"),
        (line("c3", "1", "g/L", lower="x"), "lab-c3-lower"),
        (line("c3", "1", "g/L", lower="2", upper="1"), "lab-c3-upper"),
        (line("c3", "", "g/L", lower="2"), "lab-c3-value"),
        (line("platelets", "150000", "10^9/L"), "lab-platelets-value"),
    ],
)
def test_bad_input_is_answered_at_its_field_and_nothing_is_saved(alice, wrong, field):
    good = SAMPLE | line("c3", "1.1", "g/L") | line("haemoglobin", "101", "g/L")
    answer = alice.send(NEW, good | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert 'value="101"' in answer.text
    assert alice.rows(LaboratoryResult) == []


def test_a_sheet_without_a_result_is_not_saved(alice):
    answer = alice.send(NEW, SAMPLE)
    assert answer.status_code == 422
    assert "No result was typed yet" in answer.text


def test_an_unlikely_value_is_saved_and_said(alice):
    answer = alice.send(NEW, SAMPLE | line("platelets", "5", "10^9/L"))
    assert answer.status_code == 303
    assert "is unlikely" in alice.send.client.get(PAGE).text


def test_limits_come_from_the_table_in_force_on_the_day_of_the_sample(alice, adam):
    assert adam.send(LIMITS, CENTRAL).status_code == 303
    later = CENTRAL | {"from_on": "2026-03-11", "lower_limit": "0.8"}
    assert adam.send(LIMITS, later).status_code == 303
    assert alice.send(NEW, SAMPLE | line("c3", "0.9", "g/L")).status_code == 303
    assert "Limits taken from the table of Central: C3" in alice.send.client.get(PAGE).text
    assert (stored(alice).lower_limit, stored(alice).upper_limit) == (
        Decimal("0.9"),
        Decimal("1.8"),
    )
    assert "▼ low" not in alice.send.client.get(PAGE).text  # equal to the limit is normal


@pytest.mark.parametrize(
    ("sample", "value", "expected"),
    [
        ({}, line("c3", "85", "mg/dL"), "90"),  # in the unit of the result
        ({}, line("c3", "0.8", "g/L", lower="0.7"), "0.7"),  # typed limits stand
        ({"lab.laboratory": "central "}, line("c3", "0.8", "g/L"), "0.9"),
        ({"lab.laboratory": "Elsewhere"}, line("c3", "0.8", "g/L"), None),
        ({"lab.laboratory": ""}, line("c3", "0.8", "g/L"), None),
        ({"lab.collected_on": "2019-12-31"}, line("c3", "0.8", "g/L"), None),
        ({"lab.collected_on": "2026-03"}, line("c3", "0.8", "g/L"), "0.9"),
    ],
)
def test_which_limits_apply(alice, adam, sample, value, expected):
    adam.send(LIMITS, CENTRAL)
    assert alice.send(NEW, SAMPLE | sample | value).status_code == 303
    found = stored(alice).lower_limit
    assert found == (None if expected is None else Decimal(expected))


def test_a_partial_date_across_a_change_of_limits_takes_neither(alice, adam):
    adam.send(LIMITS, CENTRAL)
    adam.send(LIMITS, CENTRAL | {"from_on": "2026-03-11", "lower_limit": "0.8"})
    month = SAMPLE | {"lab.collected_on": "2026-03"}
    assert alice.send(NEW, month | line("c3", "0.85", "g/L")).status_code == 303
    assert stored(alice).lower_limit is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"site": "NOWHERE"}, "site"),
        ({"laboratory": ""}, "laboratory"),
        ({"analyte": "hbsag"}, "analyte"),
        ({"from_on": "2020"}, "from_on"),
        ({"unit": "furlong"}, "unit"),
        ({"unit": ""}, "unit"),
        ({"lower_limit": "", "upper_limit": ""}, "lower_limit"),
        ({"lower_limit": "2"}, "upper_limit"),
        ({"upper_limit": "inf"}, "upper_limit"),
    ],
)
def test_limits_that_cannot_be_used_are_refused_at_their_field(adam, wrong, field):
    answer = adam.send(LIMITS, CENTRAL | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert adam.rows(LaboratoryLimit) == []


def test_limits_are_changed_voided_and_never_twice_for_a_day(alice, adam):
    adam.send(LIMITS, CENTRAL)
    assert "recorded from that day already" in adam.send(LIMITS, CENTRAL).text
    address = f"/laboratory-limits/{adam.row(LaboratoryLimit).id}"
    assert adam.send(address, CENTRAL | {"lower_limit": "0.95"}).status_code == 303
    assert "0.95" in adam.send.client.get("/laboratory-limits/").text
    assert adam.send(f"{address}/void", {"reason": "wrong kit"}).status_code == 303
    assert adam.send.client.get(address).status_code == 404
    assert alice.send(NEW, SAMPLE | line("c3", "0.8", "g/L")).status_code == 303
    assert stored(alice).lower_limit is None


def test_a_result_is_changed_and_voided(alice):
    alice.send(NEW, SAMPLE | line("c3", "0.8", "g/L"))
    address = f"/laboratory/{stored(alice).id}"
    typed = {"collected_on": "2026-03-11", "value": ">0.9", "unit": "mg/dL"}
    assert alice.send(address, typed).status_code == 303
    row = stored(alice)
    assert (row.value, row.comparator, row.canonical_value) == ("0.9", ">", Decimal("0.009"))
    for wrong in ({"value": "x"}, {"unit": "furlong"}, {"value": ""}, {"collected_on": ""}):
        assert alice.send(address, typed | wrong).status_code == 422
    assert f"/records/result/{row.id}/void" in alice.send.client.get(address).text
    assert alice.void("result", row.id).status_code == 303
    assert alice.rows(LaboratoryResult) == []
    assert alice.send.client.get(address).status_code == 404


def test_a_unit_that_a_file_brought_stays_when_the_result_is_changed(alice, app):
    from registry.audit.context import Context
    from registry.database.engine import writing

    alice.send(NEW, SAMPLE | line("c3", "0.8", "g/L"))
    with writing(app.extensions["registry_engine"], Context("tests", "a file")) as session:
        session.get_one(LaboratoryResult, stored(alice).id).unit = "furlong"
    address = f"/laboratory/{stored(alice).id}"
    typed = {"collected_on": "2026-03-10", "value": "0.9", "unit": "furlong"}
    assert alice.send(address, typed).status_code == 303
    assert (stored(alice).unit, stored(alice).canonical_value) == ("furlong", None)


def test_somebody_elses_change_is_not_overwritten(alice):
    alice.send(NEW, SAMPLE | line("c3", "0.8", "g/L"))
    address = f"/laboratory/{stored(alice).id}"
    typed = {"collected_on": "2026-03-10", "value": "0.9", "unit": "g/L"}
    assert alice.send(address, typed, row_version="99").status_code == 409
    assert stored(alice).value == "0.8"


def test_the_page_shows_eight_sample_days_and_leads_to_the_older(alice):
    for day in range(1, 11):
        typed = {"lab.collected_on": f"2026-02-{day:02}"} | line("c3", f"0.{day:02}", "g/L")
        assert alice.send(NEW, typed).status_code == 303
    page = alice.send.client.get(PAGE).text
    assert page.count('scope="col"') == 9
    assert "0.03 g/L" in page
    assert "0.02 g/L" not in page
    older = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert "0.02 g/L" in alice.send.client.get(older).text
    window = alice.send.client.get(f"{PAGE}?from=2026-02-04&to=5+2+2026").text
    assert "0.04 g/L" in window
    assert "0.05 g/L" in window
    assert "0.06 g/L" not in window
    assert "0.03 g/L" not in window
    assert "is not a date" in alice.send.client.get(f"{PAGE}?from=x").text


def test_a_month_has_a_column_of_its_own(alice):
    alice.send(NEW, {"lab.collected_on": "2026-03"} | line("c3", "0.8", "g/L"))
    alice.send(NEW, {"lab.collected_on": "2026-03-01"} | line("c3", "0.7", "g/L"))
    page = alice.send.client.get(PAGE).text
    assert ">Mar 2026</th>" in page
    assert ">1 Mar 2026</th>" in page


@pytest.mark.parametrize("person", ["bob", "audrey"])
def test_readers_see_results_and_cannot_change_them(alice, clinic, person):
    alice.send(NEW, SAMPLE | line("c3", "0.8", "g/L"))
    reader = clinic(person).send.client
    page = reader.get(PAGE).text
    assert "0.8 g/L" in page
    assert "/laboratory/new" not in page
    assert f"/laboratory/{stored(alice).id}" not in page
    assert reader.get(NEW).status_code == 403


def test_another_site_sees_nothing(alice, clinic):
    alice.send(NEW, SAMPLE | line("c3", "0.8", "g/L"))
    charlie = clinic("charlie").send.client
    assert charlie.get(PAGE).status_code == 404
    assert charlie.get(f"/laboratory/{stored(alice).id}").status_code == 404
    assert charlie.get("/laboratory-limits/").status_code == 403
