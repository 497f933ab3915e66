"""Figures over HTTP: policy, ETag, formats, and whose patients are drawn."""

import re

import pytest

from registry import clock
from registry.audit.context import Context
from registry.database.engine import writing
from registry.imports import source
from registry.imports.importer import import_folder
from registry.models import AdverseEvent, Course, Infusion
from registry.partial_date import PartialDate
from registry.plots import FIGURES
from registry.synthetic import write_folder
from tests.population import NORTH, SOUTH

STARTS = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF", "csv": b"# "}
COHORT_FIGURES = sorted(code for code, figure in FIGURES.items() if figure.kind == "cohort")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("exchange")
    write_folder(made, 12, today=clock.today())
    sites = (made / "sites.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (made / "sites.csv").write_text("".join(s for s in sites if not s.startswith("NORTH,")))
    return made


@pytest.fixture
def filled(app, two_sites, folder):
    with source.opened(folder) as found:
        why = Context("tests", "fill", None)
        report = import_folder(app.extensions["registry_engine"], found, why, clock.today())
    assert report.imported, report.errors


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("figure", COHORT_FIGURES)
@pytest.mark.parametrize("ending", STARTS)
def test_the_cohort_is_drawn_in_every_format(signed_in, figure, ending):
    answer = signed_in("dora").get(f"/cohort/figures/{figure}.{ending}")
    assert answer.status_code == 200
    assert answer.data.startswith(STARTS[ending])
    assert "style-src 'unsafe-inline'; sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert f"{figure}_{clock.today()}" in answer.headers["Content-Disposition"]


@pytest.mark.usefixtures("filled")
def test_a_picture_is_not_drawn_twice_for_one_browser(signed_in):
    client = signed_in("dora")
    first = client.get("/cohort/figures/spaghetti.svg")
    again = client.get(
        "/cohort/figures/spaghetti.svg", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    other = client.get("/cohort/figures/spaghetti.svg?cut=2025-01-31")
    assert other.headers["ETag"] != first.headers["ETag"]


@pytest.mark.usefixtures("filled")
def test_a_site_sees_only_its_own_lines(signed_in):
    def lines(name):
        text = signed_in(name).get("/cohort/figures/spaghetti.csv").text
        return {row.split(",")[3] for row in text.splitlines() if row.startswith("patient,")}

    assert len(lines("alice")) < len(lines("dora"))
    assert lines("charlie") == set()


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("figure", COHORT_FIGURES)
def test_no_file_of_the_cohort_names_a_patient(signed_in, figure):
    client = signed_in("dora")
    for ending in ("svg", "csv"):
        assert b"SYN-0" not in client.get(f"/cohort/figures/{figure}.{ending}").data


def report(app, two_sites, patient, term, on):
    """Store an event after an infusion of the patient."""
    site = NORTH if patient.startswith("N") else SOUTH
    place = {
        "patient_id": two_sites.patients[patient],
        "enrolment_id": two_sites.enrolments[patient],
        "site_id": site,
    }
    day_0 = PartialDate.parse("2026-02-01")
    given = {"code": f"I-{patient}", "cell_type": "msc", "started_at": day_0}
    event = {"code": f"E-{patient}", "verbatim_term": "Jane Doe felt hot", "state": "reported"}
    course = Course(**place, code=f"C-{patient}", started_on=day_0)
    with writing(app.extensions["registry_engine"], Context("tests", "report")) as session:
        session.add(course)
        session.flush()
        session.add(Infusion(**place, **given, course_id=course.id))
        session.add(AdverseEvent(**place, **event, term=term, started_on=PartialDate.parse(on)))


def test_events_are_drawn_for_those_who_may_see_them(app, two_sites, signed_in):
    report(app, two_sites, "N-001", "Fever", "2026-02-13")
    report(app, two_sites, "S-canary", "Rash", "2026-02-03")
    grades = "/cohort/figures/adverse_event_grades.csv"
    onset = "/cohort/figures/adverse_event_onset.csv"
    north, everybody = signed_in("alice"), signed_in("dora")
    assert "Fever,,0,0,0,0,0,1,1,1,1" in north.get(grades).text
    assert "Rash" not in north.get(grades).text
    assert "Rash" in everybody.get(grades).text
    assert north.get(onset).text.splitlines()[2:] == [",12,12,,"]
    assert everybody.get(onset).text.splitlines()[2:] == [",2,2,,", ",12,12,,"]
    page = north.get("/cohort").text
    assert "1 of 1 patient whose course began had 1 treatment-emergent event" in page
    for client in (north, everybody):
        assert "Jane Doe" not in client.get(grades).text + client.get(onset).text


@pytest.mark.usefixtures("filled")
def test_a_group_has_a_figure_of_its_own(signed_in):
    client = signed_in("dora")
    address = "/cohort/figures/spaghetti.csv?by=cell_type"
    whole, part = client.get(address).text, client.get(f"{address}&group=msc").text
    assert part.count("\npatient,") <= whole.count("\npatient,")
    assert client.get(f"{address}&group=nothing").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cohort/figures/pie.svg", 404),
        ("/cohort/figures/trajectory.svg", 404),
        ("/cohort/figures/spaghetti.gif", 404),
        ("/cohort/figures/spaghetti.svg?cut=soon", 422),
        ("/cohort/figures/spaghetti.svg?site=SOUTH&cut=2026-01-31", 200),
        ("/patients/N-001/figures/spaghetti.svg", 404),
        ("/patients/nobody/figures/trajectory.svg", 404),
        ("/patients/S-canary/figures/trajectory.svg", 200),
    ],
)
def test_what_is_not_a_figure_is_not_found(signed_in, path, status):
    assert signed_in("dora").get(path).status_code == status


def test_another_sites_trajectory_looks_absent(signed_in):
    assert signed_in("alice").get("/patients/S-canary/figures/trajectory.svg").status_code == 404
    assert signed_in("alice").get("/cohort/figures/spaghetti.svg?site=SOUTH").status_code == 422


def test_a_trajectory_without_any_score_is_drawn_all_the_same(signed_in):
    answer = signed_in("alice").get("/patients/N-001/figures/trajectory.svg")
    assert answer.data.startswith(b"<?xml")


def text(person, address):
    answer = person.send.client.get(address)
    assert answer.status_code == 200
    return answer.text


def test_the_points_of_the_figure_are_one_link_away(clinic):
    alice = clinic()
    alice.signed("2026-01-10", "rash")
    page = text(alice, "/patients/N-001")
    assert 'href="/patients/N-001/figures/trajectory/table"' in page
    table = text(alice, "/patients/N-001/figures/trajectory/table")
    for words in ("10 Jan 2026", "Prednisone-equivalent, mg a day", "Historic total only", ">no<"):
        assert words in table
    for code in ("2026-01-10", "sledai_2k", "total_only", ">false<"):
        assert code not in table
    assert "<caption" in table


def test_a_figure_without_points_says_what_it_waits_for(clinic):
    assert "Nothing to draw yet" in text(clinic(), "/patients/N-001/figures/trajectory/table")


def test_the_name_of_a_file_carries_a_real_version(signed_in):
    answer = signed_in("alice").get("/patients/N-001/figures/trajectory.csv")
    assert re.search(r"_v\d+\.\d+\.\d+\.csv", answer.headers["Content-Disposition"])


@pytest.mark.parametrize("figure", ["trajectory", "item_heat_map", "laboratory_panel"])
def test_every_figure_of_a_patient_has_a_page_a_picture_and_a_table(clinic, figure):
    alice = clinic()
    page = text(alice, f"/patients/N-001/figures/{figure}")
    assert "Nothing to draw yet" in page
    for ending, start in STARTS.items():
        answer = alice.send.client.get(f"/patients/N-001/figures/{figure}.{ending}")
        assert answer.data.startswith(start)
    assert "Nothing to draw yet" in text(alice, f"/patients/N-001/figures/{figure}/table")


def test_the_overview_leads_to_the_other_figures(clinic):
    page = text(clinic(), "/patients/N-001")
    for figure in ("item_heat_map", "laboratory_panel"):
        assert f'href="/patients/N-001/figures/{figure}"' in page
    assert 'href="/patients/N-001/figures/trajectory"' not in page


def test_the_page_of_the_heat_map_shows_finding_picture_and_words(clinic):
    alice = clinic()
    alice.signed("2026-01-10", "rash")
    page = text(alice, "/patients/N-001/figures/item_heat_map")
    assert "1 of 24 descriptors present (rash)" in page
    assert 'src="/patients/N-001/figures/item_heat_map.svg"' in page
    assert 'height="747"' in page
    for words in ("Skin and mucosa", "10 Jan 2026", "present", "not to scale"):
        assert words in page
    for code in ("mucocutaneous", "2026-01-10"):
        assert code not in page


def test_another_sites_figure_page_looks_absent(signed_in):
    for figure in ("item_heat_map", "laboratory_panel"):
        for rest in ("", "/table", ".svg", ".csv"):
            address = f"/patients/S-canary/figures/{figure}{rest}"
            assert signed_in("alice").get(address).status_code == 404


def test_the_words_of_the_overview_count_the_events_that_the_picture_shows(
    app, two_sites, signed_in
):
    report(app, two_sites, "N-001", "Fever", "2026-02-13")
    page = signed_in("alice").get("/patients/N-001").text
    assert "1 adverse event, 0 serious" in page
    assert "1 adverse event (0 serious, 1 not said whether serious, 1 without a grade)" in page
    table = signed_in("alice").get("/patients/N-001/figures/trajectory/table").text
    assert "Adverse event" in table
    assert "Jane Doe" not in table
