"""The lines that the database puts together are those that the csv module would write."""

import csv
import io

import pytest
from sqlalchemy import update

from registry.database.engine import reading, writing
from registry.exchange import stored
from registry.exchange.files import FILES
from registry.exchange.stored_rows import NEVER_QUOTED
from registry.models import Visit
from tests.exchanging import CONTEXT, imported, written

AWKWARD = ['"', ",", "a\nb", "a\r\nb", "a\rb", "'", " x ", "=1+1", "%", "é“”", '","', "\\", "x"]
PEOPLE = {
    "sites.csv": [{"site_code": "A", "name": 'A, the "first"\nsite'}],
    "patients.csv": [
        {"patient_id": "P1", "site_code": "A", "sex": "female", "enrolled_on": "2024-01-10"}
    ],
}


@pytest.fixture
def awkward(engine, tmp_path):
    """A registry on either engine in which free text holds whatever CSV cares about."""
    visits = [
        {"visit_id": f"V{n:02}", "patient_id": "P1", "attendance": "missed", "reason": text}
        for n, text in enumerate(AWKWARD)
    ]
    flares = [
        {"flare_id": f"F{n:02}", "patient_id": "P1", "onset_on": "2024-02", "organs": "skin;joints",
         "treatment": text}
        for n, text in enumerate(AWKWARD)
    ]  # fmt: skip
    folder = PEOPLE | {"visits.csv": visits, "flares.csv": flares}
    imported(engine, written(tmp_path / "in", folder))
    return engine


def as_csv(rows) -> str:
    text = io.StringIO(newline="")
    for row in rows:
        line = io.StringIO(newline="")
        csv.writer(line, lineterminator="\r\n").writerow(row)
        text.write(f"{line.getvalue().removesuffix(chr(13) + chr(10))}\n")
    return text.getvalue()


@pytest.mark.parametrize("name", ["sites.csv", "visits.csv", "flares.csv"])
def test_lines_are_the_rows_as_csv(awkward, name):
    with reading(awkward) as session:
        rows = list(stored.rows(session, FILES[name], None))
        lines = list(stored.lines(session, FILES[name], None))
    assert "".join(f"{line}\n" for line in lines) == as_csv(rows)
    assert len(rows) == len(lines) > 0


def test_every_kind_that_may_hold_a_comma_is_quoted():
    free = {c.kind for file in FILES.values() for c in file.columns} - NEVER_QUOTED
    assert free == {"text", "lot_key", "keys", "list"}


def test_a_text_that_is_emptied_leaves_an_empty_cell(awkward):
    with writing(awkward, CONTEXT) as session:
        session.execute(update(Visit).values(reason=None))
    with reading(awkward) as session:
        lines = list(stored.lines(session, FILES["visits.csv"], None))
    assert lines[0] == "V00,P1,A,,,missed,,,,,"
