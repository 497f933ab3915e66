"""A later step on a database in use: no row, no trigger and no entry is lost, up or down."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from registry.audit.context import Context
from registry.audit.verify import verify
from registry.database import schema
from registry.database.engine import reading, writing
from registry.errors import EnvironmentProblem, RefusedError
from tests.databases import KEY
from tests.sample_rows import store_all

Migrate = Callable[..., None]

STEP = '''
"""A step made for a test."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9999", {head!r}, None, None

# Only SQLite rebuilds a table to change it; PostgreSQL alters it in place.
def rebuild():
    return "always" if op.get_context().dialect.name == "sqlite" else "never"

def upgrade():
    {up}

def downgrade():
    {down}
'''


@pytest.fixture
def used(engine: Engine) -> Engine:
    with writing(engine, Context("setup", "one row each")) as session:
        store_all(session.connection())
    return engine


@pytest.fixture
def migrate(used: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Migrate:
    """Add one step, given as its two bodies, to a copy of the steps and run it."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.migrations_folder(), folder)
    head = schema.head()
    monkeypatch.setattr(schema, "migrations_folder", lambda: folder)

    def run(up: str, down: str = "pass") -> None:
        step = STEP.format(head=head, up=indented(up), down=indented(down))
        (folder / "versions" / "9999_step.py").write_text(step, encoding="utf-8")
        schema.upgrade(used)

    return run


def indented(body: str) -> str:
    return "\n    ".join(body.strip().splitlines())


def counts(engine: Engine) -> dict[str, int]:
    with reading(engine) as session:
        tables = ("site", "patient", "enrolment", "visit", "assessment", "medication", "signature")
        return {t: session.scalar(text(f"SELECT count(*) FROM {t}")) for t in tables}


def findings(engine: Engine) -> list[str]:
    with reading(engine, snapshot=True) as session:
        return verify(session.connection(), KEY).findings


def last_seal(engine: Engine) -> tuple[str, str, int]:
    with reading(engine) as session:
        found = text("SELECT actor, reason, n FROM audit_tx ORDER BY seq DESC LIMIT 1")
        return tuple(session.execute(found).one())


REBUILD = """
with op.batch_alter_table("patient", recreate=rebuild()) as batch:
    batch.add_column(sa.Column("nickname", sa.Text()))
"""
SHRINK = """
with op.batch_alter_table("patient", recreate=rebuild()) as batch:
    batch.drop_column("nickname")
"""


def test_a_rebuilt_table_keeps_rows_children_and_triggers(used: Engine, migrate: Migrate) -> None:
    before = counts(used)
    migrate(REBUILD, SHRINK)
    assert counts(used) == before
    assert schema.check_triggers_of(used) == []
    assert findings(used) == []
    assert last_seal(used) == ("alembic", "upgrade to head", 1)

    schema.downgrade(used, "-1")
    assert counts(used) == before
    assert findings(used) == []
    assert schema.check(used) == [
        f"the database is at revision {schema.current(used)}, this version needs 9999"
    ]


def test_changes_after_a_step_are_recorded_in_the_new_shape(used: Engine, migrate: Migrate) -> None:
    migrate(REBUILD)
    with writing(used, Context("alice", "fills the new field")) as session:
        session.execute(text("UPDATE patient SET nickname = 'Bo'"))
    with reading(used) as session:
        new = session.scalar(text("SELECT new FROM audit_entry ORDER BY id DESC LIMIT 1"))
    assert '"nickname":"Bo"' in new.replace(": ", ":")
    assert findings(used) == []


def test_data_changed_by_a_step_goes_into_the_trail(used: Engine, migrate: Migrate) -> None:
    migrate("op.execute(\"UPDATE visit SET reason = 'moved', row_version = 2\")")
    assert last_seal(used) == ("alembic", "upgrade to head", 1)
    assert findings(used) == []


def test_a_step_that_changes_no_data_makes_no_entry(used: Engine, migrate: Migrate) -> None:
    migrate('op.create_index("ix_site_name", "site", ["name"])')
    assert last_seal(used)[0] == "setup"
    assert findings(used) == []


def test_a_step_that_would_lose_rows_is_refused(used: Engine, migrate: Migrate) -> None:
    before = counts(used)
    with pytest.raises(RefusedError, match="lose rows of medication"):
        migrate('op.execute("DELETE FROM medication")')
    assert counts(used) == before
    assert findings(used) == []


def test_a_step_that_fails_halfway_changes_nothing(used: Engine, migrate: Migrate) -> None:
    head = schema.current(used)
    with pytest.raises(ZeroDivisionError):
        migrate(f"{REBUILD}\n1 / 0")
    assert schema.current(used) == head
    assert schema.check_triggers_of(used) == []
    assert findings(used) == []


def test_a_dropped_table_keeps_its_history(used: Engine, migrate: Migrate) -> None:
    migrate('op.drop_table("medication")')
    assert findings(used) == []
    with reading(used) as session:
        story = session.scalars(
            text("SELECT op FROM audit_entry WHERE tbl = 'medication' ORDER BY id")
        )
        assert list(story) == ["I", "X"]


def test_what_was_changed_behind_the_trail_is_not_migrated(used: Engine, migrate: Migrate) -> None:
    tamper_off = "DROP TRIGGER audit_site_update"
    if used.dialect.name == "postgresql":
        tamper_off = "ALTER TABLE site DISABLE TRIGGER audit_site_record"
    with used.execution_options(write=True).begin() as connection:
        connection.execute(text(tamper_off))
        connection.execute(text("UPDATE site SET name = 'forged'"))
    with pytest.raises(RefusedError, match="do not match their trail"):
        migrate(REBUILD)


def test_a_lost_trigger_comes_back_with_an_upgrade(used: Engine) -> None:
    lost = "DROP TRIGGER audit_site_delete"
    if used.dialect.name == "postgresql":
        lost = "DROP TRIGGER audit_site_refuse ON site"
    with used.execution_options(write=True).begin() as connection:
        connection.execute(text(lost))
    with pytest.raises(EnvironmentProblem, match="not intact"):
        schema.check_ready(used)
    schema.upgrade(used)
    schema.check_ready(used)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_rows_left_pointing_nowhere_are_refused(migrate: Migrate) -> None:
    with pytest.raises(RefusedError) as caught:
        migrate("op.execute(\"UPDATE signature SET visit_id = x'00', row_version = 2\")")
    assert caught.value.details() == ["signature row 1 has no visit"]


def test_a_flare_keeps_its_row_when_its_later_columns_go_and_come_back(used: Engine) -> None:
    with writing(used, Context("alice", "admitted")) as session:
        session.execute(text("UPDATE flare SET admitted = true, row_version = row_version + 1"))
    schema.downgrade(used, "0002")
    schema.upgrade(used)
    assert findings(used) == []
    assert schema.check(used) == []
    with reading(used) as session:
        found = session.execute(text("SELECT onset_on, admitted, visit_id FROM flare")).all()
        story = session.scalars(
            text("SELECT old FROM audit_entry WHERE tbl = 'flare' AND op = 'U'")
        )
        assert any('"admitted":' in (old or "") for old in story)
    assert [(row[0] is not None, row[1], row[2]) for row in found] == [(True, None, None)]
