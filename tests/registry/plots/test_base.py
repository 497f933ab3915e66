import csv
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import sleep

import matplotlib as mpl
import pytest

from registry.plots import FIGURES
from registry.plots.base import FigureDeclaration, file_name, render, table_csv

ROOT = Path(__file__).parents[3]
TRAJECTORY = FIGURES["trajectory"]


@pytest.mark.parametrize("image_format", ["svg", "png", "pdf"])
def test_equal_data_give_equal_bytes_at_another_time(curve, make, image_format):
    made = curve(make.point(-7, 16), make.point(91, None))
    first = render(TRAJECTORY, made, image_format)
    sleep(1.1)  # file formats write times in whole seconds
    assert render(TRAJECTORY, made, image_format) == first


def test_equal_data_give_equal_bytes_in_another_process():
    drawing = (
        "import sys; sys.path.insert(0, 'bench'); import figure, hashlib;"
        "from registry.plots import FIGURES; from registry.plots.base import render;"
        "print(*[hashlib.sha256(render(FIGURES['trajectory'], figure.trajectory(), f)).hexdigest()"
        " for f in ('svg', 'png', 'pdf')])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", drawing], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(runs) == 1


@pytest.mark.parametrize("image_format", ["svg", "png", "pdf"])
def test_threads_draw_what_one_thread_draws(curve, make, image_format):
    curves = [curve(make.point(-7, total), make.point(91, total // 2)) for total in range(0, 16)]
    serial = [render(TRAJECTORY, made, image_format) for made in curves]
    with ThreadPoolExecutor(8) as pool:
        threaded = list(pool.map(lambda made: render(TRAJECTORY, made, image_format), curves))
    assert threaded == serial


def test_drawing_leaves_the_settings_of_matplotlib_alone(curve, make):
    before = dict(mpl.rcParams)
    render(TRAJECTORY, curve(make.point(-7, 16)), "svg")
    assert dict(mpl.rcParams) == before


def test_svg_text_stays_text_and_carries_no_date(curve, make):
    svg = render(TRAJECTORY, curve(make.point(-7, 16)), "svg").decode()
    assert "<text" in svg
    assert "<dc:date>" not in svg


def test_a_higher_resolution_only_enlarges_the_png(curve, make):
    made = curve(make.point(-7, 16))
    sizes = [int.from_bytes(render(TRAJECTORY, made, "png", dpi)[16:20]) for dpi in (110, 220)]
    assert sizes == [792, 1584]


def test_a_download_is_named_by_code_figure_cut_and_version(curve, make):
    made = curve(make.point(-7, 16))
    assert file_name(TRAJECTORY, made, "1.4.0", "svg") == "P-017_trajectory_2026-11-22_v1.4.0.svg"


def test_the_csv_says_where_it_comes_from(curve, make):
    text = table_csv(TRAJECTORY, curve(make.point(-7, 16), synthetic=True), "registry 1.4.0")
    lines = text.splitlines()
    assert lines[0].endswith("data cut 2026-11-22; registry 1.4.0")
    assert lines[1].startswith("# SYNTHETIC DATA")
    assert lines[2].startswith("record,date,day")
    assert lines[3].startswith("visit,2024-02-25,-7,month_3,16")


@pytest.mark.parametrize("term", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3"])
def test_no_text_is_a_formula_in_the_csv_and_numbers_stay_numbers(curve, make, term):
    mark = replace(make.event(3), term=term)
    text = table_csv(TRAJECTORY, curve(make.point(-7, 16), events=(mark,)), "registry")
    cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
    assert f"'{term}" in cells
    assert term not in cells
    assert "-7" in cells


def test_a_loader_is_imported_only_when_it_is_asked_for():
    named: FigureDeclaration[object] = replace(TRAJECTORY, load="json:dumps")
    assert named.loader()({}) == "{}"
    assert replace(TRAJECTORY, load=len).loader() is len
