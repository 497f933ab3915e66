"""Out and in again: the same bytes, whatever the registry holds and in whatever order it came."""

import random
import shutil
import zipfile
from pathlib import Path
from uuid import uuid4

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from registry import clock
from registry.database.engine import reading, writing
from registry.exchange import stored
from registry.exchange.files import FILES
from registry.exchange.tables import TABLES
from registry.imports import source
from registry.imports.importer import check_folder, import_folder
from tests.drawn_registries import registries
from tests.exchanging import CONTEXT, TODAY, engine_at, exported, imported, written

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
# Nothing else refers to a row of these.
LEAVES = (
    *("consents.csv", "conditions.csv", "biopsies.csv", "pregnancies.csv", "lot_tests.csv"),
    *("adjuncts.csv", "labs.csv", "medications.csv", "flares.csv", "intercurrent_events.csv"),
    *("endpoints.csv", "adverse_events.csv", "contacts.csv"),
)
GONE = {"voided_by": "cli:test", "void_reason": "wrong patient"}


def round_trip(urls, folder: Path, files) -> None:
    """Import, export, import into an empty registry, export: the same bytes."""
    with engine_at(urls()) as one, engine_at(urls()) as other:
        imported(one, written(folder / "in", files))
        first = exported(one, folder / "first")
        imported(other, folder / "first")
        assert exported(other, folder / "second") == first
        with source.opened(folder / "first") as found:
            again = import_folder(one, found, CONTEXT, TODAY)
        assert (again.errors, again.imported) == ([], False)


def new_url(sqlite_template, folder: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, folder / f'{uuid4().hex}.db')}"


@settings(max_examples=40, suppress_health_check=SLOW)
@given(files=registries())
def test_export_import_export_gives_the_same_bytes(sqlite_template, tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("round")
    round_trip(lambda: new_url(sqlite_template, folder), folder, files)


@settings(max_examples=5, suppress_health_check=SLOW)
@given(files=registries())
def test_the_round_trip_holds_on_postgresql(
    postgres_maker, postgres_template, tmp_path_factory, files
):
    round_trip(lambda: postgres_maker(postgres_template), tmp_path_factory.mktemp("round"), files)


@settings(max_examples=15, suppress_health_check=SLOW)
@given(files=registries(), seed=st.integers(0, 1000))
def test_the_order_of_files_and_rows_does_not_matter(
    sqlite_template, tmp_path_factory, files, seed
):
    folder = tmp_path_factory.mktemp("order")
    with engine_at(new_url(sqlite_template, folder)) as one:
        imported(one, written(folder / "in", files))
        ordered = exported(one, folder / "one")
    shuffler = random.Random(seed)
    for rows in files.values():
        shuffler.shuffle(rows)
    names = [path.name for path in written(folder / "shuffled", files).iterdir()]
    shuffler.shuffle(names)
    with zipfile.ZipFile(folder / "shuffled.zip", "w") as archive:
        for name in names:
            archive.write(folder / "shuffled" / name, name)
    with engine_at(new_url(sqlite_template, folder)) as other:
        imported(other, folder / "shuffled.zip")
        assert exported(other, folder / "other") == ordered


@settings(max_examples=15, suppress_health_check=SLOW)
@given(files=registries(), data=st.data())
def test_a_dry_run_reports_what_the_real_run_does(sqlite_template, tmp_path_factory, files, data):
    folder = tmp_path_factory.mktemp("dry")
    name = data.draw(st.sampled_from([name for name in FILES if files[name]]))
    row = data.draw(st.sampled_from(files[name]))
    column = data.draw(st.sampled_from(sorted(row)))
    row[column] = data.draw(st.sampled_from(["", "?", "1800", "P404", "2031-01-01", "-7"]))
    with engine_at(new_url(sqlite_template, folder)) as engine:
        with source.opened(written(folder / "in", files)) as found, reading(engine) as session:
            dry = check_folder(found, session, TODAY)
        with source.opened(folder / "in") as found:
            real = import_folder(engine, found, CONTEXT, TODAY)
    assert (dry.errors, dry.warnings, dry.counts) == (real.errors, real.warnings, real.counts)
    assert real.imported == (not dry.errors)


@settings(max_examples=25, suppress_health_check=SLOW)
@given(files=registries(), data=st.data())
def test_a_voided_row_leaves_its_file_and_no_other(sqlite_template, tmp_path_factory, files, data):
    filled = [name for name in LEAVES if files[name]]
    assume(filled)
    name = data.draw(st.sampled_from(filled))
    folder = tmp_path_factory.mktemp("void")
    with engine_at(new_url(sqlite_template, folder)) as engine:
        imported(engine, written(folder / "in", files))
        before = exported(engine, folder / "before")
        with reading(engine) as session:
            ids = [key for found in stored.leads(session, FILES[name], None) for key in found]
            rows = stored.records(session, FILES[name], ids, None)
        key, cells = data.draw(st.sampled_from(rows))
        with writing(engine, CONTEXT) as session:
            table = TABLES[name]
            voided = update(table).where(table.c.id == key).values(voided_at=clock.now(), **GONE)
            session.execute(voided)
            left = stored.records(session, FILES[name], ids, None)
        after = exported(engine, folder / "after")
    assert [row for row in rows if row[0] != key] == left
    assert cells not in [row for _, row in left]
    others = before.keys() - {name}
    assert {other: before[other] for other in others} == {other: after[other] for other in others}
    assert after.get(name) != before[name]
