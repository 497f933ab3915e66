"""The page of the kidney: samples, baseline, slope and responses, in words."""

import re

import pytest

PAGE, NEW = "/patients/N-001/kidney", "/patients/N-001/laboratory/new"
FINE = ("90", "mL/min/1.73m2")


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def results(alice, day, **typed):
    form = {"lab.collected_on": day}
    for analyte, (value, unit) in typed.items():
        form |= {f"lab.{analyte}.value": value, f"lab.{analyte}.unit": unit}
    assert alice.send(NEW, form).status_code == 303


def treat(alice):
    given = {"cell_type": "msc", "lot": "L-1", "started_at": "2026-01-12"}
    assert alice.send("/patients/N-001/infusions/new", given).status_code == 303


def text(alice):
    page = alice.send.client.get(PAGE)
    assert page.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_without_results_the_page_says_so(alice):
    assert "No results of the kidney yet" in text(alice)


def test_a_sample_stands_as_entered_and_in_the_unit_of_the_patient(alice):
    treat(alice)
    results(alice, "2026-01-10", creatinine=("1.0", "mg/dL"), upcr=("60", "mg/mmol"))
    results(alice, "2026-04-10", upcr=("500", "mg/g"), protein_24h=("0.6", "g/24h"))
    said = text(alice)
    assert "1.0 mg/dL" in said
    assert "mg/mmol, 50 for 0.5 g/g; fixed by the sample at baseline" in said
    assert "500 mg/g 56.6 converted, grey band 0.6 g/24h" in said
    assert "Lupus nephritis before the course by proteinuria at baseline" in said


def test_a_response_says_which_criterion_decided(alice):
    treat(alice)
    results(alice, "2026-01-10", upcr=("200", "mg/mmol"))
    results(alice, "2026-04-10", upcr=("160", "mg/mmol"))
    alice.signed("2026-04-12", "proteinuria")
    said = text(alice)
    assert "EULAR renal milestone: proteinuria 25 % lower by month 3" in said
    assert (
        "Proteinuria at least 25 % below baseline: 160 mg/mmol, baseline 200 mg/mmol ○ Not met"
        in said
    )
    assert "eGFR not measured" in said


def test_a_harm_happens_or_does_not_and_stands_apart_from_what_one_hopes_for(alice):
    treat(alice)
    results(alice, "2026-01-10", upcr=("200", "mg/mmol"), egfr_ckd_epi_2021=FINE)
    results(alice, "2026-04-10", egfr_ckd_epi_2021=FINE)
    visit = alice.signed("2026-04-12", "proteinuria")
    assert "Kidney failure so far ○ Did not happen" in text(alice)
    page = alice.send.client.get("/patients/N-001").text
    ticks = page[page.index('id="states"') : page.index("Timeline</h2>")]
    target, harms = ticks.split('class="ticks__group">Harms</th>')
    assert "Kidney failure so far" not in target
    assert re.search(r': did not happen[^"]*"><span aria-hidden="true">○<', harms)
    of_visit = alice.send.client.get(f"/visits/{visit}").text
    assert 'Kidney failure so far</span> <span class="state state--did_not_happen"' in of_visit


def test_nobody_is_judged_without_nephritis(alice):
    treat(alice)
    results(alice, "2026-01-10", upcr=("10", "mg/mmol"))
    assert "so no renal response is judged" in text(alice)


def test_other_equations_are_named_and_kept_out_of_the_slope(alice):
    treat(alice)
    results(alice, "2026-03-10", egfr_mdrd=("50", "mL/min/1.73m2"))
    said = text(alice)
    assert "reported, MDRD-175 2006" in said
    assert "Never mixed with results of another equation: MDRD-175 2006." in said
    assert "No slope of the eGFR by CKD-EPI 2021" in said


def test_the_slope_says_whether_it_begins_with_the_treatment(alice):
    for day, value in (("2026-01-10", "90"), ("2026-03-10", "80"), ("2026-07-10", "70")):
        results(alice, day, egfr_ckd_epi_2021=(value, "mL/min/1.73m2"))
    assert "over all samples, as nothing was infused yet (least squares, n = 3" in text(alice)
    treat(alice)
    assert "a year from day 0 on (least squares, n = 2" in text(alice)


def test_somebody_of_another_site_finds_nothing(clinic):
    assert clinic("charlie").send.client.get(PAGE).status_code == 404


def test_the_pages_of_a_patient_lead_to_it(alice):
    assert f'href="{PAGE}"' in alice.send.client.get("/patients/N-001").text
