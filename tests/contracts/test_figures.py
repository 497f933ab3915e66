"""What every figure has to keep, and the proof that one file adds one."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from registry import plots
from registry.permissions import Permission
from registry.plots import FIGURES, discover
from registry.plots.base import render

FOLDER = Path(plots.__file__).parent
DROPPED_IN = '''
"""Number of visits as one bar."""

from registry.permissions import Permission
from registry.plots.base import FigureDeclaration
from registry.plots.style import plain_axes


def draw(figure, shown):
    axes = plain_axes(figure, (0.1, 0.1, 0.8, 0.8), (0, 2), (0, 10))
    axes.bar([1], [shown.visits])


FIGURE = FigureDeclaration(
    code="visit_bar", title="Visits", kind="cohort", permission=Permission.COHORT_READ,
    load=lambda session, scope: None, draw=draw,
    caption=lambda shown: f"{shown.visits} visits.",
    alt=lambda shown: f"There were {shown.visits} visits.",
    table=lambda shown: (("visits",), ((shown.visits,),)),
)
'''


@dataclass(frozen=True)
class VisitCount:
    visits: int = 4
    synthetic: bool = True
    cut_on: date = date(2026, 11, 22)


@pytest.fixture
def folder_with_a_new_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put one module beside the shipped ones, as a newcomer would."""
    (tmp_path / "visit_bar.py").write_text(DROPPED_IN)
    monkeypatch.setattr(plots, "__path__", [*plots.__path__, str(tmp_path)])
    yield
    sys.modules.pop("registry.plots.visit_bar", None)


@pytest.mark.usefixtures("folder_with_a_new_figure")
def test_a_new_file_is_a_new_figure_in_every_format():
    found = discover(plots.__path__)
    assert set(found) == {*FIGURES, "visit_bar"}
    starts = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}
    for image_format, start in starts.items():
        drawing = render(found["visit_bar"], VisitCount(), image_format)
        assert drawing.startswith(start)
        assert drawing == render(found["visit_bar"], VisitCount(), image_format)


def test_a_module_without_a_figure_stops_the_start(tmp_path, monkeypatch):
    (tmp_path / "nothing_to_show.py").write_text("")
    monkeypatch.setattr(plots, "__path__", [str(tmp_path)])
    with pytest.raises(AttributeError, match="FIGURE"):
        discover([str(tmp_path)])
    sys.modules.pop("registry.plots.nothing_to_show")


@pytest.mark.parametrize("code", sorted(FIGURES))
def test_every_figure_declares_what_page_and_command_need(code):
    figure = FIGURES[code]
    assert re.fullmatch(r"[a-z0-9_]+", figure.code)
    assert figure.title
    assert figure.kind in {"patient", "cohort"}
    assert isinstance(figure.permission, Permission)
    assert not isinstance(figure.load, str) or re.fullmatch(r"registry\.[\w.]+:\w+", figure.load)


def test_listing_figures_does_not_import_matplotlib():
    program = "import sys, registry.plots; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.stem)
def test_no_figure_asks_the_database_the_clock_or_pyplot(path):
    banned = r"sqlalchemy|flask|registry\.(clock|queries|models)|matplotlib\.pyplot"
    assert not re.search(rf"^\s*(from|import) ({banned})", path.read_text(), re.MULTILINE)


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.stem)
def test_no_figure_uses_a_layout_engine_or_a_legend(path):
    assert not re.search(r"tight_layout|layout=|legend\(|pyplot\.", path.read_text())
