"""The canonical exchange folder: the same registry and cut always give the same bytes.

Only what has been recorded for good leaves: voided rows, drafts and unsigned visits stay.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from typing import IO, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry.database.engine import reading, writing_unaudited
from registry.exchange import stored
from registry.exchange.columns import File
from registry.exchange.files import FILES
from registry.exports import exchange_target
from registry.exports.exchange_target import Target, write_csv, write_lines
from registry.operations.access import log_access

T = TypeVar("T")
Progress = Callable[[str, int], None]


def silent(_file: str, _rows: int) -> None:
    """Tell nobody how far it is."""


def export_folder(  # noqa: PLR0913 - what, where, who, until when, and how it is told
    engine: Engine,
    path: Path,
    actor: str,
    today: date,
    *,
    cut: date | None = None,
    progress: Progress = silent,
) -> Counter[str]:
    """Write a new folder, or a zip where the name ends in .zip; return the rows by file.

    Without ``cut`` everything stored is written. The export is logged before the first byte.
    """
    with exchange_target.opened(path, cut or today) as target:
        log_export(engine, actor, cut or today)
        with reading(engine, snapshot=True) as session:
            return write_exchange(session, target, cut, progress)


def export_zip(  # noqa: PLR0913 - what, who, until when, and what the log keeps
    engine: Engine,
    stream: IO[bytes],
    actor: str,
    today: date,
    *,
    cut: date | None = None,
    purpose: str | None = None,
    request: str | None = None,
) -> Counter[str]:
    """Write the zip into an open file, for a page; logged before the first byte."""
    log_export(engine, actor, cut or today, purpose=purpose, request=request)
    with (
        exchange_target.zip_stream(stream, cut or today) as target,
        reading(engine, snapshot=True) as session,
    ):
        return write_exchange(session, target, cut, silent)


def log_export(
    engine: Engine,
    actor: str,
    cut: date,
    *,
    purpose: str | None = None,
    request: str | None = None,
) -> None:
    """Append the export to the access log, in a short transaction of its own."""
    detail = {"cut": cut.isoformat()} | ({"purpose": purpose} if purpose else {})
    with writing_unaudited(engine) as session:
        log_access(session, actor, "export", "exchange", detail=detail, request=request)


def write_exchange(
    session: Session, target: Target, cut: date | None, progress: Progress
) -> Counter[str]:
    """Write every file that has rows; sites and patients always, so that it can be imported."""
    written: Counter[str] = Counter()
    for file in FILES.values():
        rows = write_file(session, target, file, cut, progress)
        if rows:
            written[file.name] = rows
    return written


def write_file(
    session: Session, target: Target, file: File, cut: date | None, progress: Progress
) -> int:
    """Write one file, unless it has no rows and may be missing; return its rows."""
    lines = stored.lines(session, file, cut)
    if lines is not None:
        return _written(target, file, lines, write_lines, progress)
    return _written(target, file, stored.rows(session, file, cut), write_csv, progress)


def _written(
    target: Target,
    file: File,
    rows: Iterator[T],
    write: Callable[[IO[bytes], Iterable[str], Iterable[T]], None],
    progress: Progress,
) -> int:
    first = next(rows, None)
    if first is None and not file.required:
        return 0
    counter = [0]
    found = chain([first], rows) if first is not None else iter(())
    with target.file(file.name) as stream:
        write(stream, file.names, _counted(found, file.name, counter, progress))
    return counter[0]


TOLD_EVERY = 5000


def _counted(rows: Iterator[T], name: str, counter: list[int], progress: Progress) -> Iterator[T]:
    """Pass the rows on; tell how many there were, and leave it in the counter."""
    number = 0
    for number, row in enumerate(rows, 1):
        if number % TOLD_EVERY == 0:
            progress(name, number)
        yield row
    counter[0] = number
    progress(name, number)
