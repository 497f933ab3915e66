"""Many writers at once, and one that dies: no fork, no gap, nothing lost."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, text

from registry.audit.context import Context
from registry.audit.verify import verify
from registry.database.engine import make_engine, reading, writing
from tests.databases import KEY

WRITERS, EACH = 8, 6
SITE = text("INSERT INTO site (id, code, name, row_version) VALUES (:id, :code, '0', 1)")
READ = "SELECT CAST(name AS INTEGER) FROM site WHERE id = 1"


def add_sites(url: str, writer: int) -> None:
    engine = make_engine(url, KEY, busy_timeout_ms=60_000)
    for turn in range(EACH):
        number = 1000 + writer * EACH + turn
        with writing(engine, Context(f"writer {writer}", "races")) as session:
            session.execute(SITE, {"id": number, "code": f"S{number}"})
    engine.dispose()


def test_eight_writers_at_once_make_one_chain(engine: Engine, engine_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=add_sites, args=(engine_url, n)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    with reading(engine, snapshot=True) as session:
        report = verify(session.connection(), KEY)
    assert report.findings == []
    assert (report.seals, report.head.seq) == (WRITERS * EACH, WRITERS * EACH)


def test_threads_that_read_then_write_lose_no_update(engine: Engine) -> None:
    with writing(engine, Context("setup", "counter")) as session:
        session.execute(SITE, {"id": 1, "code": "S1"})
    lock = "" if engine.dialect.name == "sqlite" else " FOR UPDATE"
    start = threading.Barrier(4)

    def count_up(_: int) -> None:
        start.wait()
        for _turn in range(10):
            with writing(engine, Context("thread", "counts")) as session:
                found = session.scalar(text(READ + lock))
                session.execute(text("UPDATE site SET name = :n"), {"n": str(found + 1)})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count_up, range(4)))
    with reading(engine) as session:
        assert session.scalar(text(READ)) == 40


# Stops itself between the last change and the COMMIT, after the seal was written.
DIES = """
import os, signal, sys
from sqlalchemy import event, text
from registry.audit.context import Context
from registry.database.engine import make_engine, writing
engine = make_engine(sys.argv[1], b"k" * 32)
event.listen(engine, "commit", lambda connection: os.kill(os.getpid(), signal.SIGKILL))
with writing(engine, Context("eve", "dies")) as session:
    session.execute(text("UPDATE site SET name = 'half'"))
"""


def test_a_writer_killed_before_commit_leaves_no_trace(engine: Engine, engine_url: str) -> None:
    add_sites(engine_url, 0)
    dead = subprocess.run(
        [sys.executable, "-c", DIES, engine_url], check=False, env={**os.environ, "PYTHONPATH": "."}
    )
    assert dead.returncode == -signal.SIGKILL
    add_sites(engine_url, 1)
    with reading(engine, snapshot=True) as session:
        assert verify(session.connection(), KEY).findings == []
        assert session.scalar(text("SELECT count(*) FROM site WHERE name = 'half'")) == 0
