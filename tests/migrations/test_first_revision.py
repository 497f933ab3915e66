"""The schema that migrations build is the schema of the models, on both engines."""

from collections.abc import Iterator

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from registry.audit.shape import UNAUDITED, live_shapes
from registry.audit.triggers import trigger_drift
from registry.database import schema
from registry.database.base import Base
from registry.database.engine import make_engine
from registry.errors import EnvironmentProblem
from tests.databases import KEY


@pytest.fixture
def empty(empty_engine_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_engine_url, KEY)
    yield engine
    engine.dispose()


def test_there_is_one_head() -> None:
    scripts = ScriptDirectory.from_config(schema.config_for(None))
    assert scripts.get_heads() == [schema.head()]


def test_migrations_build_exactly_what_the_models_say(engine: Engine) -> None:
    assert schema.differences(engine) == []
    assert schema.check(engine) == []
    built = set(inspect(engine).get_table_names()) - {"alembic_version"}
    assert built == set(Base.metadata.tables)


def test_every_check_and_unique_rule_is_in_the_database(engine: Engine) -> None:
    # Alembic does not compare check constraints, so this does, by name.
    for table in Base.metadata.tables.values():
        wanted = {
            str(c.name)
            for c in table.constraints
            if c.__visit_name__ == "table_or_column_check_constraint"
        }
        found = {c["name"] for c in inspect(engine).get_check_constraints(table.name)}
        assert wanted == found, table.name


def test_a_missing_column_is_noticed(sqlite_engine: Engine) -> None:
    with sqlite_engine.execution_options(write=True).begin() as connection:
        connection.execute(text("ALTER TABLE draft DROP COLUMN saved_at"))
    assert any("saved_at" in line for line in schema.check(sqlite_engine))


def test_down_to_nothing_and_up_again(engine: Engine) -> None:
    schema.downgrade(engine, schema.BASE)
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    schema.upgrade(engine)
    assert schema.check(engine) == []


def test_an_empty_database_is_not_ready(empty: Engine) -> None:
    assert schema.current(empty) == schema.BASE
    with pytest.raises(EnvironmentProblem, match="registry db upgrade"):
        schema.check_ready(empty)


def test_every_table_is_audited_or_named_as_not(engine: Engine) -> None:
    with engine.connect() as connection:
        shapes = live_shapes(connection)
        assert trigger_drift(connection) == []
    unaudited = UNAUDITED & shapes.keys()
    assert unaudited == {
        "access_log",
        "alembic_version",
        "audit_entry",
        "audit_head",
        "audit_tx",
        "draft",
        "sign_in_throttle",
        "submission",
        "user_session",
    }
