"""The cohort page: who is counted, in which order, for whom; and the file of the same numbers."""

import csv
import json
import re
from datetime import date, timedelta
from io import StringIO

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from registry import clock
from registry.analysis.members import FLOW_STATES
from registry.audit.context import Context
from registry.cli import main
from registry.database.engine import reading, writing
from registry.imports import source
from registry.imports.importer import import_folder
from registry.models import AccessLog, Patient
from registry.queries import cohort
from registry.synthetic import write_folder

WHY = Context("tests", "fill", None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("exchange")
    write_folder(made, 24, today=clock.today())
    sites = (made / "sites.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (made / "sites.csv").write_text("".join(s for s in sites if not s.startswith("NORTH,")))
    return made


@pytest.fixture
def filled(app, two_sites, folder):
    """The two sites, and 24 invented patients of NORTH and two further sites."""
    with source.opened(folder) as found:
        report = import_folder(app.extensions["registry_engine"], found, WHY, clock.today())
    assert report.imported, report.errors
    return app


def question(**asked):
    return "&".join(f"{name}={value}" for name, value in asked.items())


@pytest.mark.usefixtures("filled")
def test_people_come_before_scores_and_limits_after(signed_in):
    page = signed_in("dora").get("/cohort").text
    order = [
        page.index(f'id="{name}"')
        for name in ("counted", "primary", "outcomes", "figure", "limits", "warnings", "provenance")
    ]
    assert order == sorted(order)


@pytest.mark.usefixtures("filled")
def test_the_six_states_of_each_timepoint_sum_to_the_infused(signed_in):
    page = signed_in("dora").get("/cohort").text
    table = page.partition("Where the infused were")[2].partition("</table>")[0]
    rows = [re.findall(r"numeric\">(\d+)</td>", row) for row in table.split("</tr>")]
    counted = [[int(n) for n in row] for row in rows if row]
    assert counted
    for row in counted:
        *states, infused, due = row
        assert len(states) == len(FLOW_STATES)
        assert sum(states) == infused
        assert due == states[0] + states[1]


@pytest.mark.usefixtures("filled")
def test_the_primary_end_point_shows_every_reading_and_every_reason(signed_in, token_of):
    client = signed_in("dora")
    page = client.get("/cohort").text
    section = page.partition('aria-labelledby="primary"')[2].partition("</section>")[0]
    found = json.loads(download(client, token_of, cut=clock.today().isoformat()).text)["primary"]
    assert found["n"] > 0
    for row in found["rows"]:
        assert f"<strong>{row['x']}/{row['n']}</strong>" in section
    for title in ("Composite", "Treatment policy", "Observed", "Worst case", "Best case"):
        assert title in section.partition("Why not")[0]
    why = section.partition("Why not")[2].partition("</table>")[0]
    told = re.findall(r'<th scope="row"[^>]*>([^<]+)</th>(.*?)</tr>', why, re.DOTALL)
    shown = {title: [int(n) for n in re.findall(r">(\d+)</td>", rest)] for title, rest in told}
    assert shown == {
        reason["title"]: counts
        for reason in found["reasons"]
        if any(counts := [reason[name] for name in ("first", "patients", "undecided")])
    }
    assert sum(counts[0] for counts in shown.values()) == found["n"] - found["rows"][0]["x"]
    graded = f"BILAG was graded at the baseline of {found['bilag_at_baseline']} of {found['n']}."
    assert ("No matched background" in section) == (found["responder"] != "sri_4")
    assert graded in section
    assert (f"Not SRI-4: {graded}" in section) == (found["responder"] != "sri_4")
    assert ("Not a control group" in section) == (found["responder"] == "sri_4")


@pytest.mark.usefixtures("filled")
def test_before_any_window_has_closed_the_primary_end_point_says_why_it_is_empty(signed_in, folder):
    lines = (folder / "infusions.csv").read_text(encoding="utf-8").splitlines()
    given = min(row["started_at"][:10] for row in csv.DictReader(lines))
    cut = date.fromisoformat(given) + timedelta(days=100)
    page = signed_in("dora").get(f"/cohort?cut={cut}").text
    section = page.partition('aria-labelledby="primary"')[2].partition("</section>")[0]
    assert "Nobody is in this population yet" in section
    assert "<table" not in section


@pytest.mark.usefixtures("filled")
def test_no_percentage_stands_without_its_counts_and_interval(signed_in):
    page = signed_in("dora").get("/cohort").text
    shares = re.findall(r"<td[^>]*>\s*<span class=\"share\">.*?</td>", page, re.DOTALL)
    assert len(shares) > 40
    for share in shares:
        x, n = map(int, re.search(r"<strong>(\d+)/(\d+)</strong>", share).groups())
        assert 0 <= x <= n
        assert ("%" in share) == (n >= 5)
        assert ("Wilson" in share) == (n > 0)


@pytest.mark.usefixtures("filled")
def test_the_course_of_a_state_says_who_is_in_no_percentage(signed_in):
    page = signed_in("dora").get("/cohort").text
    table = page.partition("Course of each state</caption>")[2].partition("</table>")[0]
    rows = table.split("<tr")[2:]
    assert len(rows) >= 10
    for row in rows:
        assert re.search(r"<strong>[\d.]+ of [\d.]+</strong>", row)
        assert "patients</span>" in row
        assert "undecided</span>" in row
        assert "unobserved</span>" in row


@pytest.mark.usefixtures("filled")
def test_rates_of_flares_stand_with_their_patients_and_who_is_left_out(signed_in):
    page = signed_in("dora").get("/cohort").text
    table = page.partition("Flares before and after treatment, of the same patients")[2]
    rows = re.findall(r"<tr.*?</tr>", table.partition("</table>")[0], re.DOTALL)[1:]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]
    assert [row[0].partition(",")[0] for row in cells] == [
        "Day −455 to −91",
        "Day −365 to −1",
        "From day 0 on",
    ]
    infused = int(page.partition("</strong> Infused")[0].rpartition(">")[2])
    assert {int(row[1]) + int(row[2]) for row in cells} == {infused}
    assert "an observation, not an effect" in page


@pytest.mark.usefixtures("filled")
def test_page_file_and_command_agree_on_the_hash(signed_in, token_of, settings, monkeypatch):
    client = signed_in("dora")
    page = client.get("/cohort?by=cell_type").text
    sha = re.search(r'class="hash">([0-9a-f]{64})<', page)[1]
    summary = json.loads(download(client, token_of, by="cell_type").text)
    assert summary["provenance"]["sha256"] == sha
    assert summary["provenance"]["made_by"] == "dora"
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_KEY_FILE", str(settings.key_file))
    printed = CliRunner().invoke(main, ["summary", "--by", "cell_type"])
    assert json.loads(printed.stdout)["provenance"]["sha256"] == sha


@pytest.mark.usefixtures("filled")
def test_a_clinician_counts_the_own_site_and_is_told_so(signed_in):
    everybody, north = (signed_in(name).get("/cohort").text for name in ("dora", "alice"))
    enrolled = [int(re.search(r'flow__n">(\d+)<', page)[1]) for page in (everybody, north)]
    assert enrolled[0] == 26
    assert 1 < enrolled[1] < enrolled[0]
    assert "Only patients who are or were at NORTH are counted" in north
    assert "SOUTH" not in north
    assert "Take these numbers away" not in north


@pytest.mark.usefixtures("filled")
def test_groups_show_their_own_baseline_and_are_not_ranked(signed_in):
    page = signed_in("dora").get("/cohort?by=lot").text
    titles = re.findall(r'href="#group-\d+">([^<]+)<', page)
    assert len(titles) > 1
    assert titles == sorted(titles)
    assert "not ranked" in page
    assert '<a class="govuk-link" href="#groups">By lot</a>' in page
    assert page.count("<figure ") == len(titles) + 3  # with the curve and two of adverse events


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"cut": "nan"}, "Data cut"),
        ({"cut": "2026"}, "the day is needed"),
        ({"cut": "30 2 2026"}, "Data cut"),
        ({"cut": "2999-01-01"}, "is in the future"),
        ({"cut": "%00"}, "cannot be stored"),
        ({"by": "name"}, "is not one of the choices"),
        ({"site": "NOWHERE"}, "is not one of the choices"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_at_its_field(signed_in, asked, sentence):
    answer = signed_in("dora").get(f"/cohort?{question(**asked)}")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Who is counted" not in answer.text


def test_a_site_out_of_reach_looks_like_one_that_is_not_there(signed_in):
    client = signed_in("alice")
    pages = [client.get(f"/cohort?site={code}") for code in ("SOUTH", "NOWHERE")]
    assert [page.status_code for page in pages] == [422, 422]
    assert (
        pages[0].text.replace("SOUTH", "NOWHERE").split("csrf")[0] == pages[1].text.split("csrf")[0]
    )


def test_an_empty_cohort_says_why(signed_in):
    page = signed_in("dora").get("/cohort?cut=2020-01-01").text
    assert "Nobody is enrolled here by this cut" in page
    assert "Nobody was infused by this cut" in signed_in("dora").get("/cohort").text


@pytest.mark.usefixtures("filled")
def test_the_same_rows_are_computed_once_and_a_change_at_once_again(signed_in, monkeypatch, filled):
    asked = []
    real = cohort.load_facts
    monkeypatch.setattr(cohort, "load_facts", lambda *a, **k: asked.append(1) or real(*a, **k))
    client = signed_in("dora")
    client.get("/cohort?cut=2026-01-31")
    client.get("/cohort/figures/spaghetti.svg?cut=2026-01-31")
    client.get("/cohort?cut=31 Jan 2026")
    assert len(asked) == 1
    with writing(filled.extensions["registry_engine"], WHY) as session:
        session.scalars(select(Patient).where(Patient.code == "N-001")).one().sex = "male"
    client.get("/cohort?cut=2026-01-31")
    assert len(asked) == 2


# --- the file ----------------------------------------------------------------------------


def download(client, token_of, **typed):
    token = token_of(client.get("/cohort?cut=2020-01-01").text)
    form = {"csrf_token": token, "purpose": "annual report", "format": "json", **typed}
    return client.post("/cohort/download", data=form)


@pytest.mark.usefixtures("filled")
def test_a_file_is_logged_with_purpose_and_hash(signed_in, token_of, filled):
    answer = download(signed_in("dora"), token_of, format="csv")
    assert answer.mimetype == "text/csv"
    assert StringIO(answer.text).readline().startswith("section,group,population")
    with reading(filled.extensions["registry_engine"]) as session:
        line = session.scalars(select(AccessLog).where(AccessLog.action == "export")).one()
    assert line.subject == "summary"
    assert line.detail["purpose"] == "annual report"
    assert line.detail["sha256"] in answer.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"purpose": ""}, "Purpose: this is needed"),
        ({"purpose": "\0"}, "cannot be stored"),
        ({"format": "exe"}, "is not one of the choices"),
        ({"cut": "soon"}, "Data cut"),
    ],
)
def test_a_file_without_purpose_or_format_is_refused_on_the_page(
    signed_in, token_of, typed, sentence
):
    answer = download(signed_in("dora"), token_of, **typed)
    assert answer.status_code == 422
    assert sentence in answer.text


@pytest.mark.parametrize("name", ["alice", "bob", "cora", "audrey"])
def test_only_a_data_manager_takes_a_file(signed_in, token_of, name):
    assert download(signed_in(name), token_of).status_code == 403


def test_an_administrator_sees_no_outcomes(signed_in):
    client = signed_in("adam")
    assert client.get("/cohort").status_code == 403
    assert client.get("/cohort/figures/spaghetti.svg").status_code == 403


def test_a_stranger_is_sent_to_sign_in(app, two_sites):
    assert app.test_client().get("/cohort").status_code == 302


@pytest.mark.usefixtures("filled")
def test_a_harm_is_in_no_table_of_states_and_has_words_of_its_own(signed_in):
    page = signed_in("dora").get("/cohort").text
    tables = [part.partition("</table>")[0] for part in page.split("<caption")]
    states = [table for table in tables if "Course of each state" in table]
    assert states
    assert not any("Kidney failure" in table for table in states)
    assert not any(
        "Kidney failure" in table for table in tables if "met of those whose data" in table
    )
    (course, *_) = [table for table in tables if "Harms from month 3 to the cut" in table]
    assert "Kidney failure" in course
    assert "Happened since" in course
    assert "Attained" not in course
    assert "Harms, happened by then to how many of those whose data decide" in page
