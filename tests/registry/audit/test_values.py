"""What the trail holds reads back as what the table holds."""

import json

import pytest
from sqlalchemy import Engine, select, text

from registry.audit.context import Context
from registry.audit.shape import Shape
from registry.audit.sqlite_triggers import body
from registry.audit.values import changes, row_of
from registry.database.engine import reading, writing
from registry.models import Site
from tests.sample_rows import audited_mappers


def test_every_stored_row_reads_back_from_its_entry(populated: Engine) -> None:
    statement = text("SELECT new FROM audit_entry WHERE tbl = :t")
    with reading(populated) as session:
        for mapper in audited_mappers():
            table = mapper.local_table
            written = session.scalars(statement, {"t": table.name}).one()
            (stored,) = session.execute(select(*table.columns)).all()
            names = [column.name for column in table.columns]
            expected = dict(zip(names, stored, strict=True))
            assert row_of(table, written, populated.dialect) == expected


def test_changes_name_only_what_differs(populated: Engine) -> None:
    with writing(populated, Context("alice", "moves")) as session:
        session.execute(text("UPDATE site SET country = 'FR', row_version = 2"))
    with reading(populated) as session:
        entry = session.execute(text("SELECT old, new FROM audit_entry WHERE op = 'U'")).one()
    found = changes(Site.__table__, entry.old, entry.new, populated.dialect)
    assert found == {"country": (None, "FR"), "row_version": (1, 2)}


def test_an_insert_changes_every_filled_column(engine: Engine) -> None:
    found = changes(Site.__table__, None, '{"id": 1, "code": "S1", "name": null}', engine.dialect)
    assert found == {"id": (None, 1), "code": (None, "S1")}


def test_a_column_that_is_gone_keeps_its_raw_value(engine: Engine) -> None:
    assert row_of(Site.__table__, '{"fax": "12"}', engine.dialect) == {"fax": "12"}


@pytest.mark.parametrize("number", [0.1 + 0.2, 1e-300, 123456789.123456789])
def test_a_real_number_is_recorded_to_its_last_digit(sqlite_engine: Engine, number: float) -> None:
    # No table has one today; a later one must not lose digits in the trail.
    shape = Shape("t", (("x", "REAL"),), ("x",))
    with reading(sqlite_engine) as session:
        statement = text(f"SELECT {body(shape, 't')} FROM (SELECT CAST(:x AS REAL) AS x) AS t")
        assert json.loads(session.scalar(statement, {"x": number})) == {"x": number}
