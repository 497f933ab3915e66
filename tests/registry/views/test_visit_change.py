"""The change since the visit before, as the page of a visit tells it."""

import re

import pytest

from registry.models import Flare, Visit

FLARE = "/patients/N-001/flares/new"
EVENT = "/patients/N-001/adverse-events/new"


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def table(alice, code):
    """Return rule → result and why, and the whole page."""
    page = alice.send.client.get(f"/visits/{code}").text
    cut = page[page.index("Change since") :]
    rows = re.findall(r'<th scope="row"[^>]*>(.*?)</th>\s*(<td.*?)</tr>', cut, re.DOTALL)
    plain = {head: re.sub(r"<[^>]+>", "|", rest).strip("|\n ") for head, rest in rows}
    return {head.strip(): re.sub(r"\|+", "|", rest) for head, rest in plain.items()}, page


def test_a_visit_is_compared_with_the_one_before(alice):
    alice.medicine("prednisone", "2025-01-01", "2026-02-28", daily_dose="10")
    alice.medicine("prednisone", "2026-03-01", daily_dose="40")
    alice.signed("2026-01-10", "rash", pga__value="0.5")
    code = alice.signed("2026-04-10", "rash arthritis proteinuria", pga__value="1.8")
    rows, page = table(alice, code)
    assert "Change since the visit of 10 Jan 2026, 90 days before" in page
    assert rows["Toronto change rule"] == "Flare|SLEDAI-2K +8"
    assert rows["– SLEDAI"].startswith("Met, mild or moderate|2 before, 10 now")
    assert rows["– Physician global assessment"].startswith("Met, mild or moderate")
    assert "10 mg a day before, 40 mg a day now" in rows["– Prednisone dose"]
    assert "no weight, so severe could not be judged" in rows["– Prednisone dose"]
    # Nephritis with prednisone doubled.
    assert rows["– Organs new or worse"].startswith("Met, severe")
    assert rows["SELENA flare index"].startswith("Severe flare|met: SLEDAI, Organs")
    assert rows["– Admission for lupus"].startswith("Could not be judged")


def test_what_is_missing_is_said(alice):
    alice.signed("2026-01-10", "rash")
    code = alice.log("2026-04-10", "rash")
    rows, page = table(alice, code)
    assert rows["SELENA flare index"].startswith("Could not be judged|no criterion met; ")
    assert rows["– Prednisone dose"] == "Could not be judged|no medicine recorded"
    assert "not signed, so it counts in no result yet" in page


def test_an_older_visit_is_none_to_compare_with(alice):
    alice.signed("2025-10-10", "rash")
    rows, _ = table(alice, alice.signed("2026-04-10", "arthritis"))
    why = "the visit before is 182 days ago, more than 120"
    assert rows["SELENA flare index"] == f"Could not be judged|{why}"
    assert rows["Toronto change rule"].startswith("Persistently active")
    assert "– SLEDAI" not in rows


def test_a_first_visit_and_an_unsigned_one_before_are_no_comparison(alice):
    alice.log("2026-01-10", "rash")
    rows, page = table(alice, alice.signed("2026-04-10", "rash"))
    assert rows.get("SELENA flare index") is None
    assert "No final visit before." in page


@pytest.mark.parametrize(("admitted", "result"), [("true", "Met, severe"), ("false", "Not met")])
def test_a_recorded_flare_tells_of_the_admission(alice, admitted, result):
    alice.signed("2026-01-10", "rash")
    code = alice.signed("2026-04-10", "rash")
    alice.send(FLARE, {"onset_on": "2026-03-01", "admitted": admitted})
    rows, _ = table(alice, code)
    assert rows["– Admission for lupus"].startswith(result)
    alice.void("flare", alice.row(Flare).id)
    assert table(alice, code)[0]["– Admission for lupus"].startswith("Could not be judged")


@pytest.mark.parametrize(
    ("verdict", "result"),
    [("probable", "Met, severe"), ("unlikely", "Could not"), ("", "Could not")],
)
def test_a_stay_in_hospital_counts_where_lupus_is_said_to_cause_it(alice, verdict, result):
    alice.signed("2026-01-10", "rash")
    code = alice.signed("2026-04-10", "rash")
    typed = {"verbatim_term": "oedema", "started_on": "2026-03-01", "action": "report"}
    typed |= {"seriousness_hospitalisation": "true", "causality_lupus_reviewer": verdict}
    assert alice.send(EVENT, typed).status_code == 303
    assert table(alice, code)[0]["– Admission for lupus"].startswith(result)


def test_a_calm_visit_with_everything_known_is_no_flare(alice):
    alice.medicine("hydroxychloroquine", "2025-01-01", daily_dose="200")
    alice.signed("2026-01-10", "arthritis", pga__value="0.5")
    asked = {"flare_questions__lupus_worse": "absent", "pga__value": "0.5"}
    asked |= {"flare_questions__admitted_for_lupus": "absent"}
    asked |= {"lab__platelets__value": "210", "lab__platelets__unit": "10^9/L"}
    rows, _ = table(alice, alice.signed("2026-04-10", "arthritis", **asked))
    assert rows["SELENA flare index"] == "No flare|no criterion met"
    assert rows["– Organs new or worse"] == (
        "Not met|no item newly present; Platelets 210 × 10⁹/L, 10 Apr 2026"
    )
    assert rows["– Admission for lupus"] == "Not met|the visit says that there was none"


def test_a_count_of_another_unsigned_visit_counts_nowhere(alice):
    alice.signed("2026-01-10")
    sample = {"lab__platelets__value": "40", "lab__platelets__unit": "10^9/L"}
    unsigned = alice.log("2026-04-09", "thrombocytopenia", **sample)
    code = alice.signed("2026-04-10", "thrombocytopenia")
    assert "Platelets" not in table(alice, code)[0]["– Organs new or worse"]
    alice.sign(unsigned)
    # Now that visit is the one before, and its sample stands for this one too.
    assert "Platelets 40 × 10⁹/L, 9 Apr 2026" in table(alice, code)[0]["– Organs new or worse"]


def test_events_found_at_the_visit_are_still_listed(alice):
    alice.log("2026-04-10", "rash", side_effects__fever="present")
    code = alice.row(Visit).code
    page = alice.send.client.get(f"/visits/{code}").text
    assert "Adverse events found at this visit" in page
    assert "Draft" in page[page.index("found at this visit") :]


def test_a_weight_makes_the_dose_limb_whole(alice):
    alice.medicine("prednisone", "2026-03-01", daily_dose="40")
    given = {"cell_type": "msc", "lot": "L-1", "started_at": "2025-12-01", "weight_kg": "60"}
    assert alice.send("/patients/N-001/infusions/new", given).status_code in {303, 422}
    alice.signed("2026-01-10", "rash")
    rows, _ = table(alice, alice.signed("2026-04-10", "rash"))
    assert rows["– Prednisone dose"].startswith("Met, severe|0 mg a day before, 40 mg a day now")
