"""``registry plot``: every format, what it prints, and what it refuses."""

import pytest
from click.testing import CliRunner, Result

from registry.cli import main


@pytest.fixture
def populated(two_sites, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the command at the registry of the other fixtures."""
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_KEY_FILE", str(settings.key_file))
    monkeypatch.setenv("REGISTRY_SYNTHETIC", "1")


def plot(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["plot", *map(str, arguments)])


@pytest.mark.usefixtures("populated")
@pytest.mark.parametrize(
    ("ending", "start"), [("svg", b"<?xml"), ("PNG", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_a_trajectory_is_drawn_in_the_format_of_its_file(tmp_path, ending, start):
    file = tmp_path / f"curve.{ending}"
    drawn = plot("trajectory", "--patient", "N-001", "-o", file)
    assert drawn.exit_code == 0, drawn.output
    assert file.read_bytes().startswith(start)
    assert "no SLEDAI-2K has been recorded" in drawn.output
    assert "Synthetic data" in drawn.output


@pytest.mark.usefixtures("populated")
def test_the_cohort_is_drawn_without_naming_a_patient(tmp_path):
    file = tmp_path / "cohort.svg"
    drawn = plot("spaghetti", "-o", file)
    assert drawn.exit_code == 0, drawn.output
    assert file.read_bytes().startswith(b"<?xml")
    assert "SLEDAI-2K of 0 patients (infused)" in drawn.output


@pytest.mark.usefixtures("populated")
@pytest.mark.parametrize("code", ["nobody", "N-001'; --", "\udcff"])
def test_a_patient_who_is_not_there_is_refused_in_words(tmp_path, code):
    file = tmp_path / "curve.svg"
    refused = plot("trajectory", "--patient", code, "-o", file)
    assert refused.exit_code == 1
    assert "There is no such record" in refused.output
    assert not file.exists()


@pytest.mark.usefixtures("populated")
def test_a_folder_that_is_not_there_is_the_surroundings_fault(tmp_path):
    file = tmp_path / "missing" / "curve.svg"
    refused = plot("trajectory", "--patient", "N-001", "-o", file)
    assert refused.exit_code == 3
    assert "cannot write" in refused.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("trajectory", "-o", "x.svg"), "add --patient CODE"),
        (("spaghetti", "--patient", "P-1", "-o", "x.svg"), "leave out --patient"),
        (("trajectory", "--patient", "P-1", "-o", "x.gif"), "must end in .svg, .png or .pdf"),
        (("pie", "-o", "x.svg"), "'pie' is not one of"),
    ],
)
def test_wrong_use_exits_2_and_says_what_to_do(arguments, sentence):
    refused = plot(*arguments)
    assert refused.exit_code == 2
    assert sentence in refused.output
