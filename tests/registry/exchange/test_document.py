"""The page about the exchange format is what the declarations say."""

from pathlib import Path

from registry.exchange.document import document

PAGE = Path(__file__).parents[3] / "docs" / "exchange-format.md"


def test_the_page_is_written_from_the_declarations():
    assert PAGE.read_text(encoding="utf-8") == document(), (
        "run python -m registry.exchange.document > docs/exchange-format.md"
    )
