"""Every audited table, every way SQLAlchemy has of writing: one entry per changed row."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, Table, bindparam, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import flag_modified

from registry.audit.context import Context
from registry.audit.fold import compare
from registry.database.engine import reading, writing
from registry.database.types import new_id
from registry.errors import RecordProtectedError
from tests.sample_rows import Rows, audited_mappers, store_all

CONTEXT = Context("alice", "test", "request-1")
Values = list[dict[str, Any]]


def orm_add(session: Session, mapper: Mapper[Any], rows: Values) -> None:
    names = {column.key: mapper.get_property_by_column(column).key for column in mapper.columns}
    for row in rows:
        item = mapper.class_()
        for key, value in row.items():
            setattr(item, names[key], value)
        session.add(item)
    session.flush()


def core_insert(session: Session, mapper: Mapper[Any], rows: Values) -> None:
    for row in rows:
        session.execute(insert(mapper.local_table).values(row))


def executemany(session: Session, mapper: Mapper[Any], rows: Values) -> None:
    session.connection().execute(insert(mapper.local_table), rows)


def bulk_insert_mappings(session: Session, mapper: Mapper[Any], rows: Values) -> None:
    names = {column.key: mapper.get_property_by_column(column).key for column in mapper.columns}
    mapped = [{names[key]: value for key, value in row.items()} for row in rows]
    session.bulk_insert_mappings(mapper, mapped)


def text_insert(session: Session, mapper: Mapper[Any], rows: Values) -> None:
    table = mapper.local_table
    keys = list(rows[0])
    names = ", ".join(f'"{table.columns[key].name}"' for key in keys)
    places = ", ".join(f":{key}" for key in keys)
    typed = [bindparam(key, type_=table.columns[key].type) for key in keys]
    statement = text(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})').bindparams(*typed)
    session.execute(statement, rows)


INSERTS = (orm_add, core_insert, executemany, bulk_insert_mappings, text_insert)


def orm_change(session: Session, mapper: Mapper[Any]) -> None:
    plain = [c for c in mapper.columns if not c.primary_key and c.name != "row_version"]
    for item in session.scalars(select(mapper.class_)):
        flag_modified(item, mapper.get_property_by_column(plain[0]).key)
    session.flush()


def orm_enabled_update(session: Session, mapper: Mapper[Any]) -> None:
    kind = mapper.class_
    session.execute(update(kind).values(row_version=kind.row_version + 1))


def core_update(session: Session, mapper: Mapper[Any]) -> None:
    table = mapper.local_table
    session.connection().execute(update(table).values(row_version=table.c.row_version + 1))


def text_update(session: Session, mapper: Mapper[Any]) -> None:
    session.execute(text(f'UPDATE "{mapper.local_table.name}" SET row_version = row_version + 1'))


def upsert(session: Session, mapper: Mapper[Any]) -> None:
    table = mapper.local_table
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[session.get_bind().dialect.name]
    stored = [dict(row._mapping) for row in session.execute(select(table))]
    by_key = {column.name: column.key for column in table.columns}
    for row in stored:
        values = {by_key.get(name, name): value for name, value in row.items()}
        statement = dialect.insert(table).values(values)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=list(table.primary_key),
                set_={"row_version": table.c.row_version + 1},
            )
        )


UPDATES = (orm_change, orm_enabled_update, core_update, text_update, upsert)


def entries(engine: Engine, table: Table, operation: str) -> list[Any]:
    statement = text("SELECT * FROM audit_entry WHERE tbl = :t AND op = :o ORDER BY id")
    with reading(engine) as session:
        return session.execute(statement, {"t": table.name, "o": operation}).all()


@pytest.mark.parametrize("write", INSERTS)
def test_each_inserted_row_leaves_one_entry(engine: Engine, write: Callable[..., None]) -> None:
    rows = Rows()
    for mapper in audited_mappers():
        table = mapper.local_table
        made = [rows.make(table) for _ in range(1 if table.name in SINGLE else 2)]
        with writing(engine, CONTEXT) as session:
            write(session, mapper, made)
        rows.keep(table, made[0])
        found = entries(engine, table, "I")
        assert sorted(e.row_id for e in found) == sorted(key_of(table, row) for row in made)
        assert all(e.old is None and e.new is not None for e in found)
    assert_tables_are_what_the_trail_says(engine)


# A second row with the same parents would break a unique rule of these.
SINGLE = {"enrolment", "assessment", "reported_endpoint", "infusion_lot", "role_grant"}


@pytest.mark.parametrize("write", UPDATES)
def test_each_changed_row_leaves_one_entry_with_before_and_after(
    populated: Engine, write: Callable[..., None]
) -> None:
    for mapper in audited_mappers():
        with writing(populated, CONTEXT) as session:
            write(session, mapper)
        (entry,) = entries(populated, mapper.local_table, "U")
        old, new = json.loads(entry.old), json.loads(entry.new)
        assert (old.pop("row_version"), new.pop("row_version")) == (1, 2), mapper
        assert old == new
    assert_tables_are_what_the_trail_says(populated)


def test_deletes_are_refused_in_every_table(populated: Engine) -> None:
    for mapper in audited_mappers():
        with (
            pytest.raises(RecordProtectedError),
            writing(populated, CONTEXT) as session,
        ):
            session.execute(text(f'DELETE FROM "{mapper.local_table.name}"'))


def test_a_key_never_changes_in_any_table(populated: Engine) -> None:
    for mapper in audited_mappers():
        table = mapper.local_table
        (key,) = table.primary_key
        # Where children point at the row, PostgreSQL refuses for their sake first.
        other = 99 if table.name == "site" else new_id()
        with (
            pytest.raises((RecordProtectedError, IntegrityError)),
            writing(populated, CONTEXT) as session,
        ):
            session.execute(update(table).values({key.key: other}))


def test_replace_is_refused_in_every_table(sqlite_engine: Engine) -> None:
    fill(sqlite_engine)
    for mapper in audited_mappers():
        name = mapper.local_table.name
        with (
            pytest.raises(RecordProtectedError),
            writing(sqlite_engine, CONTEXT) as session,
        ):
            session.execute(text(f'INSERT OR REPLACE INTO "{name}" SELECT * FROM "{name}"'))


def test_truncate_is_refused_in_every_table(postgres_engine: Engine) -> None:
    fill(postgres_engine)
    for mapper in audited_mappers():
        with (
            pytest.raises(RecordProtectedError),
            writing(postgres_engine, CONTEXT) as session,
        ):
            session.execute(text(f'TRUNCATE "{mapper.local_table.name}" CASCADE'))


def assert_tables_are_what_the_trail_says(engine: Engine) -> None:
    with reading(engine) as session:
        assert compare(session.connection()) == []


def key_of(table: Table, row: dict[str, Any]) -> str:
    return "/".join(str(row[column.key]) for column in table.primary_key)


def fill(engine: Engine) -> Rows:
    with writing(engine, CONTEXT) as session:
        return store_all(session.connection())
