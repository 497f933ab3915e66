"""Adding an instrument is adding one file: form, pages, figure, exchange and command find it.

The file is copied into a copy of the package and used by a program of its own, so that nothing is
patched: what a later version would do is done.
"""

import json
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import registry
from registry import instruments
from registry.models import Assessment
from tests.visiting import visit_form

ROOT = Path(registry.__file__).parents[1]
FILE = '''"""A made-up measure of fatigue: two questions, a number, a grade, a device and a date."""

from decimal import Decimal

from registry.instruments.base import Instrument, Item, Score

ITEMS = (
    Item("tired", "Tired by day", Decimal(2), "Falls asleep while sitting."),
    Item("weak", "Weak by day", Decimal(1), "Drops things."),
    Item("hours", "Hours asleep", Decimal(1), "In the last night.", high=Decimal(24), places=1),
    Item("depth", "Depth of sleep", Decimal(1), choices={"light": "Light", "deep": "Deep sleep"}),
    Item("watch", "Kind of watch", Decimal(1), form="text", optional=True),
    Item("collapse", "Collapse", Decimal(1), "Ever.", form="dates", optional=True),
)
POINTS = ITEMS[:3]


def score(answers):
    known = [item for item in POINTS if answers.get(item.code) is not None]
    points = sum((item.weight * answers[item.code] for item in known), Decimal(0))
    open_ = sum((item.weight * item.high for item in POINTS if item not in known), Decimal(0))
    done = len(known) == len(POINTS) and answers.get("depth") is not None
    return Score(points if done else None, points, points + open_, done)


INSTRUMENT = Instrument(
    code="fatigue", key="FATIGUE", version="1", title="Fatigue questions", items=ITEMS,
    maximum=Decimal(27), score=score, source="made up for this test", licence="none",
    window="at the visit", due_at=("month_3",),
)
'''
ANSWERS = {
    "fatigue.tired": "present",
    "fatigue.weak": "absent",
    "fatigue.hours": "7,5",
    "fatigue.depth": "deep",
    "fatigue.watch": "wrist",
    "fatigue.collapse": "present",
    "fatigue.collapse.on": "May 2019; 2021",
}


@pytest.fixture
def fatigue(tmp_path, monkeypatch):
    """Drop the file into a folder of instruments, as a later version would."""
    (tmp_path / "fatigue.py").write_text(FILE, encoding="utf-8")
    folders = [*instruments.__path__, str(tmp_path)]
    monkeypatch.setattr(instruments, "__path__", folders)
    for name, found in instruments.discover(folders).items():
        monkeypatch.setitem(instruments.INSTRUMENTS, name, found)
    for key, found in instruments.discover_calculators(folders).items():
        monkeypatch.setitem(instruments.CALCULATORS, key, found)
    measures = tuple(instruments.discover_measures(folders))  # read when the program starts
    monkeypatch.setattr("registry.views.definitions.MEASURES", measures)
    yield instruments.INSTRUMENTS["fatigue"]
    sys.modules.pop("registry.instruments.fatigue")


@pytest.fixture(scope="module")
def newer(tmp_path_factory):
    """Return a runner of commands of a program that has the file among its own."""
    home = tmp_path_factory.mktemp("newer")
    for folder in ("registry", "templates", "migrations"):
        shutil.copytree(ROOT / folder, home / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (home / "registry/instruments/fatigue.py").write_text(FILE, encoding="utf-8")

    def run(*command, **given):
        kept = {"PYTHONPATH": str(home), "REGISTRY_HOME": str(home / "home"), "PYTHONHASHSEED": "0"}
        return subprocess.run(
            [sys.executable, "-c", "from registry.cli import main; main()", *command],
            cwd=home, env=os.environ | kept, text=True, capture_output=True, check=False, **given,
        )  # fmt: skip

    (home / "home").mkdir()
    return run, home


FOLDER = {
    "sites.csv": "site_code,name\nNORTH,North\n",
    "patients.csv": "patient_id,site_code,sex,enrolled_on\nP-1,NORTH,female,2024-01-01\n",
    "infusions.csv": "infusion_id,patient_id,started_at,cell_type\nI-1,P-1,2024-05-17,msc\n",
    "visits.csv": (
        "visit_id,patient_id,site_code,visited_on,timepoint\n"
        "V-1,P-1,NORTH,2024-05-16,baseline\nV-2,P-1,NORTH,2024-08-16,month_3\n"
    ),
    "assessments.csv": "visit_id,instrument,item,value\n"
    + "".join(
        f"{visit},fatigue,{item},{value}\n"
        for visit, hours in (("V-1", "7.5"), ("V-2", "9"))
        for item, value in {
            "tired": "present",
            "weak": "absent",
            "hours": hours,
            "depth": "deep",
            "watch": "wrist",
            "collapse": "2019-05;2021",
        }.items()
    ),
}


@pytest.fixture(scope="module")
def imported(newer):
    run, home = newer
    (home / "in").mkdir()
    for name, text in FOLDER.items():
        (home / "in" / name).write_text(text, encoding="utf-8")
    done = run("import", "in")
    assert done.returncode == 0, done.stdout + done.stderr
    return run, home


def test_the_file_is_found(fatigue):
    assert fatigue is import_module("registry.instruments.fatigue").INSTRUMENT


def test_it_is_asked_stored_scored_shown_and_signed(fatigue, clinic):
    alice = clinic("alice")
    form = alice.send.client.get("/patients/N-001/visits/new").text
    form += alice.send.client.get("/visit-parts/fatigue").text
    words = ("Fatigue questions", "Tired by day", "Hours asleep", "Deep sleep", "due at month 3")
    assert [word for word in words if word not in form] == []
    code = alice.log(**{name.replace(".", "__"): text for name, text in ANSWERS.items()})
    row = alice.row(Assessment, instrument="fatigue")
    assert row.answers == [1, 0, "7.5", "deep", "wrist", "2019-05;2021"]
    assert (row.total, row.complete) == (9.5, True)
    for page in ("", "/sign"):
        shown = alice.send.client.get(f"/visits/{code}{page}").text
        words = ("Fatigue questions", "7.5", "Deep sleep", "wrist", "Present: May 2019, 2021")
        assert [word for word in words if word not in shown] == []
    changed = alice.send.client.get(f"/visits/{code}/change").text
    for typed in ('value="7.5"', '<option value="deep" selected>', 'value="2019-05; 2021"'):
        assert typed in changed
    alice.sign(code)
    assert "Fatigue questions 9.5" in alice.send.client.get("/patients/N-001").text


def test_what_is_opened_again_is_saved_as_it_was(fatigue, clinic):
    alice = clinic("alice")
    form = {name.replace(".", "__"): text for name, text in ANSWERS.items()}
    code = alice.log(**form)
    before = alice.row(Assessment, instrument="fatigue").answers
    reopened = form | {"fatigue__collapse__on": "2019-05; 2021", "fatigue__hours": "7.5"}
    alice.change(code, **reopened)
    assert alice.row(Assessment, instrument="fatigue").answers == before


def test_it_is_explained_and_drawn(fatigue, clinic):
    client = clinic("alice").send.client
    clinic("alice").signed(**{n.replace(".", "__"): text for n, text in ANSWERS.items()})
    assert "made up for this test" in client.get("/definitions/").text
    drawn = client.get("/patients/N-001/figures/measures.csv").text
    assert "Fatigue questions,1,2026-03-10," in drawn
    assert client.get("/patients/N-001/figures/measures.svg").status_code == 200


@pytest.mark.parametrize(
    ("name", "text"),
    [("hours", "25"), ("depth", "shallow"), ("collapse", "last spring"), ("watch", "x" * 300)],
)
def test_a_wrong_answer_to_it_is_refused_at_its_field(fatigue, clinic, name, text):
    typed = visit_form() | ANSWERS | {f"fatigue.{name}": text}
    typed.pop("fatigue.collapse.on")
    answer = clinic("alice").send("/patients/N-001/visits/new", typed)
    assert answer.status_code == 422
    assert f'href="#fatigue-{name}"' in answer.text
    assert 'value="7,5"' in answer.text or name == "hours"
    assert '<details class="part" data-part="fatigue" data-due="month_3" open>' in answer.text


def test_files_with_it_come_in_and_go_out_unchanged(imported):
    run, home = imported
    done = run("export", "out")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = (home / "out/assessments.csv").read_text(encoding="utf-8").splitlines()
    for wanted in ("V-1,fatigue,depth,deep", "V-1,fatigue,collapse,2019-05;2021"):
        assert any(line.startswith(wanted) for line in lines), wanted
    again = run("import", "out", "--dry-run")
    assert again.returncode == 0, again.stdout + again.stderr


def test_the_summary_counts_it_with_its_direction(imported):
    run, _ = imported
    done = run("summary", "--cut", "2025-01-01", "--format", "json")
    rows = [row for row in json.loads(done.stdout)["activity"] if row["instrument"] == "fatigue"]
    found = {row["timepoint"]: (row["n"], row["mean"], row["direction"]) for row in rows}
    assert found["month_3"] == (1, 11.0, "high_bad")


def test_the_description_of_the_format_names_it(newer):
    _, home = newer
    done = subprocess.run(
        [sys.executable, "-m", "registry.exchange.document"],
        cwd=home, env=os.environ | {"PYTHONPATH": str(home)}, text=True, capture_output=True,
        check=True,
    )  # fmt: skip
    assert "- `fatigue` (version 1): `tired`, `weak`, `hours`, `depth`, `watch`" in done.stdout


def test_the_score_command_takes_answers_of_every_kind(newer):
    run, _ = newer
    lines = '{"tired": "present", "weak": "absent", "hours": 7.5, "depth": "deep"}\n{"depth": 3}\n'
    done = run("score", "FATIGUE", input=lines)
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["total"], first["complete"]) == ("9.5", True)
    assert second["error"] == "out_of_range"
    assert done.returncode == 1


def test_an_instrument_that_is_no_instrument_stops_the_start(tmp_path, monkeypatch):
    (tmp_path / "nothing.py").write_text('"""Nothing."""\n', encoding="utf-8")
    monkeypatch.setattr(instruments, "__path__", [*instruments.__path__, str(tmp_path)])
    with pytest.raises(instruments.InvalidInstrumentError, match="nothing"):
        instruments.discover(instruments.__path__)
    sys.modules.pop("registry.instruments.nothing")


def test_the_score_command_answers_for_a_plain_list_of_questions(tmp_path, monkeypatch):
    from click.testing import CliRunner

    from registry.cli.score import COMMAND

    start, end = FILE.index('    Item("hours"'), FILE.index(")\nPOINTS")
    plain = (FILE[:start] + FILE[end:]).replace('"depth"', '"tired"')
    plain = plain.replace("FATIGUE", "TIREDNESS").replace('"fatigue"', '"tiredness"')
    (tmp_path / "tiredness.py").write_text(plain, encoding="utf-8")
    folders = [*instruments.__path__, str(tmp_path)]
    monkeypatch.setattr(instruments, "__path__", folders)
    for key, found in instruments.discover_calculators(folders).items():
        monkeypatch.setitem(instruments.CALCULATORS, key, found)
    answer = CliRunner().invoke(COMMAND, ["TIREDNESS"], input='{"present": ["tired"]}\n')
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output)["known_points"] == 2
    sys.modules.pop("registry.instruments.tiredness")
