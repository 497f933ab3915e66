"""What the docs say about the program is made from the program."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRITTEN = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    if path.name != "data-dictionary.md"
)


def test_the_data_dictionary_is_that_of_the_models():
    path = ROOT / "docs" / "build_dictionary.py"
    spec = importlib.util.spec_from_file_location("build_dictionary", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == module.dictionary()


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_every_relative_link_leads_to_a_file(path):
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (path.parent / target).exists()]
    assert missing == []
