"""Words, addresses and commands that a guide names are those of the program.

In a guide **bold** is what stands on a page, and `registry …` is a command with its options.
"""

import re
from pathlib import Path

import click
import pytest

from registry.cli import main
from registry.permissions import Role

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs" / "guide").glob("*.md"))
SOURCES = (*ROOT.glob("templates/**/*.html"), *ROOT.glob("registry/**/*.py"))


@pytest.fixture(scope="module")
def sources():
    return " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in SOURCES)


@pytest.fixture(params=GUIDES, ids=lambda path: path.stem)
def guide(request):
    """One guide with its lines joined."""
    return " ".join(request.param.read_text(encoding="utf-8").split())


def commands(text):
    """Return every command a guide names, as the words after ``registry``."""
    spans = [*re.findall(r"`registry ([^`]+)`", text), *re.findall(r"    registry (.+)", text)]
    return [span.split() for span in spans]


def test_there_is_a_guide_for_each_role():
    assert [path.stem for path in GUIDES] == sorted(role.value.replace("_", "-") for role in Role)


def test_words_in_bold_stand_in_the_program(guide, sources):
    words = re.findall(r"\*\*([^*]+)\*\*", guide)
    assert words
    missing = [word for word in words if word not in sources]
    assert missing == []


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_commands_exist_with_their_options(path):
    for words in commands(path.read_text(encoding="utf-8")):
        command, rest = main, words
        while rest and isinstance(command, click.Group):
            command = command.get_command(click.Context(command), rest[0])
            assert command is not None, words
            rest = rest[1:]
        known = {option for one in command.params for option in one.opts}
        assert {word for word in rest if word.startswith("-")} <= known, words


def test_every_picture_is_shown_and_every_shown_picture_is_made():
    script = (ROOT / "docs" / "screenshots.py").read_text(encoding="utf-8")
    made = set(re.findall(r'Shot\(\s*"([\w-]+)"', script))
    pictures = {path.stem for path in (ROOT / "docs" / "images").glob("*.png")}
    written = [*GUIDES, ROOT / "README.md"]
    text = " ".join(path.read_text(encoding="utf-8") for path in written)
    shown = {Path(name).stem for name in re.findall(r"images/([\w-]+\.png)", text)}
    assert made == pictures
    assert shown == pictures


def test_no_picture_is_heavy():
    heavy = [p.name for p in (ROOT / "docs" / "images").glob("*.png") if p.stat().st_size > 250_000]
    assert heavy == []
