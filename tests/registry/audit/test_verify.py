"""Whatever somebody with the whole database in hand edits, verify names it."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, text

from registry.audit.context import Context
from registry.audit.triggers import check_triggers, drop_triggers, install_triggers, trigger_drift
from registry.audit.verify import Anchor, Report, verify
from registry.database.engine import make_engine, reading, writing
from registry.errors import EnvironmentProblem
from tests.databases import KEY

SITE = text("INSERT INTO site (id, code, name, row_version) VALUES (:id, :code, 'x', 1)")


@pytest.fixture
def sealed(engine: Engine) -> Engine:
    """Five transactions: three new sites and two renamings of the first."""
    for number in (1, 2, 3):
        with writing(engine, Context("alice", f"site {number}")) as session:
            session.execute(SITE, {"id": number, "code": f"S{number}"})
    for name in ("y", "z"):
        with writing(engine, Context("bob", "renames")) as session:
            session.execute(text("UPDATE site SET name = :name WHERE id = 1"), {"name": name})
    return engine


def tamper(engine: Engine, *statements: str) -> None:
    """Do what a person with full access would: triggers off, edit, triggers on again."""
    intruder = make_engine(engine.url, None)
    with intruder.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            drop_triggers(connection)
            without_foreign_key(connection)
            for statement in statements:
                connection.execute(text(statement))
            install_triggers(connection)
    intruder.dispose()


def without_foreign_key(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE audit_entry DROP CONSTRAINT fk_audit_entry_tx"))


def verified(engine: Engine, *anchors: Anchor, key: bytes = KEY) -> Report:
    with reading(engine, snapshot=True) as session:
        return verify(session.connection(), key, anchors)


def test_an_untouched_trail_has_no_findings(sealed: Engine) -> None:
    report = verified(sealed)
    assert report.findings == []
    assert (report.seals, report.entries, report.head.seq) == (5, 5, 5)


def test_an_empty_trail_has_no_findings(engine: Engine) -> None:
    assert verified(engine).findings == []


NTH = "(SELECT tx FROM audit_tx WHERE seq = {})"
REMOVED = (f"DELETE FROM audit_entry WHERE tx = {NTH}", "DELETE FROM audit_tx WHERE seq = {}")


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (
            ["UPDATE audit_entry SET new = replace(new, 'S2', 'S9') WHERE id = 2"],
            "entries of seal 2",
        ),
        (["UPDATE audit_entry SET id = 99 WHERE id = 2"], "entries of seal 2"),
        (["UPDATE audit_tx SET actor = 'eve' WHERE seq = 3"], "seal 3 was changed"),
        (["UPDATE audit_tx SET request = '' WHERE seq = 3"], "seal 3 was changed"),
        ([s.format(3) for s in REMOVED], "seal 3 is missing"),
        ([s.format(5) for s in REMOVED], "head of the chain is not its last seal"),
        (
            [
                *(s.format(5) for s in REMOVED),
                "UPDATE audit_head SET seq = 4, mac = (SELECT mac FROM audit_tx WHERE seq = 4)",
            ],
            "site 1 is not what its last entry says",
        ),
        (
            [
                "INSERT INTO audit_entry (id, tx, tbl, row_id, op, new) "
                "VALUES (99, 'f', 'site', '1', 'U', '{}')"
            ],
            "entry 99 belongs to no seal",
        ),
        (
            [
                "INSERT INTO audit_entry (id, tx, tbl, row_id, op, new) "
                "SELECT 99, tx, 'site', '1', 'U', '{}' FROM audit_tx WHERE seq = 5"
            ],
            "entries of seal 5",
        ),
        (
            ["UPDATE site SET name = 'forged' WHERE id = 2"],
            "site 2 is not what its last entry says",
        ),
        (["DELETE FROM site WHERE id = 3"], "site 3 is in the trail and no longer in the table"),
        (
            ["INSERT INTO site (id, code, name, row_version) VALUES (8, 'S8', 'x', 1)"],
            "site 8 is not what its last entry says",
        ),
        (["DELETE FROM audit_head"], "head of the chain is not its last seal"),
    ],
)
def test_verify_names_what_was_edited(sealed: Engine, statements: list[str], expected: str) -> None:
    tamper(sealed, *statements)
    findings = verified(sealed).findings
    assert any(expected in finding for finding in findings), findings


def test_a_change_behind_the_trail_shows_even_after_the_next_honest_one(sealed: Engine) -> None:
    tamper(sealed, "UPDATE site SET name = 'forged' WHERE id = 2")
    with writing(sealed, Context("bob", "renames")) as session:
        session.execute(text("UPDATE site SET country = 'FR' WHERE id = 2"))
    assert verified(sealed).findings == ["site 2 had been changed without an entry before entry 6"]


def test_another_key_fits_no_seal(sealed: Engine) -> None:
    findings = verified(sealed, key=b"another key").findings
    assert len(findings) == 5
    assert "seal 1 was changed, or made with another key" in findings


def test_a_removed_tail_is_found_by_an_anchor_kept_outside(sealed: Engine) -> None:
    anchor = verified(sealed).head
    tamper(
        sealed,
        *(statement.format(5) for statement in REMOVED),
        "UPDATE audit_head SET seq = 4, mac = (SELECT mac FROM audit_tx WHERE seq = 4)",
        "UPDATE site SET name = 'y' WHERE id = 1",
    )
    assert verified(sealed).findings == []
    (finding,) = verified(sealed, anchor).findings
    assert finding.startswith("anchor 5 is not in the chain")


def one_trigger(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        return 'DROP TRIGGER "audit_site_update"'
    return "DROP TRIGGER audit_site_record ON site"


def foreign_trigger(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        return "CREATE TRIGGER spy AFTER INSERT ON site BEGIN SELECT 1; END"
    return "CREATE TRIGGER spy AFTER INSERT ON site EXECUTE FUNCTION audit_refuse()"


def weaker_trigger(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        return 'DROP TRIGGER "audit_site_delete"; '
    return "ALTER TABLE site DISABLE TRIGGER audit_site_record"


@pytest.mark.parametrize("change", [one_trigger, foreign_trigger, weaker_trigger])
def test_a_trigger_missing_or_foreign_stops_the_start(
    engine: Engine, change: Callable[[Connection], str]
) -> None:
    with engine.begin() as connection:
        check_triggers(connection)
        connection.exec_driver_sql(change(connection))
    with engine.connect() as connection, pytest.raises(EnvironmentProblem) as caught:
        check_triggers(connection)
    assert len(caught.value.details()) == 1


@pytest.mark.parametrize(
    "change",
    [
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql "
        "SECURITY DEFINER SET timezone = 'UTC' AS 'BEGIN RETURN OLD; END'",
        "ALTER FUNCTION audit_refuse() SET search_path = elsewhere",
        "ALTER FUNCTION audit_refuse() RESET ALL",
        "ALTER FUNCTION audit_refuse() SECURITY INVOKER",
    ],
)
def test_a_changed_trigger_function_stops_the_start(postgres_engine: Engine, change: str) -> None:
    with postgres_engine.begin() as connection:
        assert trigger_drift(connection) == []
        connection.execute(text(change))
        assert trigger_drift(connection) == ["function audit_refuse was changed"]


def test_a_new_column_that_triggers_do_not_see_stops_the_start(sqlite_engine: Engine) -> None:
    with sqlite_engine.execution_options(write=True).begin() as connection:
        connection.execute(text("ALTER TABLE site ADD COLUMN fax TEXT"))
        assert trigger_drift(connection) == [
            "trigger audit_site_insert was changed",
            "trigger audit_site_update was changed",
        ]
