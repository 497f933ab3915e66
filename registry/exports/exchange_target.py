"""Where an exchange export goes: a folder or a zip that appears only when it is complete."""

import csv
import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import IO, Protocol, TypeVar

from registry.errors import EnvironmentProblem, RefusedError

FIRST_ZIP_YEAR = 1980  # a zip knows no earlier date
PLAIN_FILE = 0o100644 << 16
UNIX = 3
BATCH = 1000  # rows written at a time
T = TypeVar("T")


class Target(Protocol):
    """Takes files one after the other."""

    def file(self, name: str) -> IO[bytes]: ...


@contextmanager
def opened(path: Path, cut: date) -> Iterator[Target]:
    """Open a new folder, or a zip where the name ends in .zip; a failure leaves neither."""
    try:
        if path.suffix.lower() == ".zip":
            with _zip(path, cut) as target:
                yield target
        else:
            with _folder(path) as target:
                yield target
    except OSError as error:
        raise EnvironmentProblem(f"{path} cannot be written ({error.strerror})") from error


@contextmanager
def zip_stream(stream: IO[bytes], cut: date) -> Iterator[Target]:
    """Write a zip into an open file, with the cut as the date of every member."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        yield _ZipTarget(archive, cut)


@contextmanager
def _folder(path: Path) -> Iterator[Target]:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise RefusedError(f"{path} is not empty; name a new folder, nothing was written")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        yield _FolderTarget(draft)
        if path.exists():
            path.rmdir()
        draft.rename(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _zip(path: Path, cut: date) -> Iterator[Target]:
    if path.exists():
        raise RefusedError(f"{path} exists; name a new file, nothing was written")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream, zip_stream(stream, cut) as target:
            yield target
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


class _FolderTarget:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file(self, name: str) -> IO[bytes]:
        return (self._folder / name).open("wb")


class _ZipTarget:
    def __init__(self, archive: zipfile.ZipFile, cut: date) -> None:
        self._archive = archive
        self._date = (max(cut.year, FIRST_ZIP_YEAR), cut.month, cut.day, 0, 0, 0)

    def file(self, name: str) -> IO[bytes]:
        member = zipfile.ZipInfo(name, self._date)
        member.compress_type = zipfile.ZIP_DEFLATED
        # The same bytes on every system.
        member.create_system, member.external_attr = UNIX, PLAIN_FILE
        return self._archive.open(member, "w", force_zip64=True)


def write_csv(stream: IO[bytes], header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Write the header and the rows with minimal quoting and line feeds."""
    left = chain([header], rows)
    _write(stream, (_lines(batch) for batch in _batches(left)))


def write_lines(stream: IO[bytes], header: Iterable[str], lines: Iterable[str]) -> None:
    """Write the header, and rows that are lines of CSV without their ends."""
    ended = ("\n".join([*batch, ""]) for batch in _batches(iter(lines)))
    _write(stream, chain([_lines([header])], ended))


def _batches(left: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(left, BATCH)):
        yield batch


def _write(stream: IO[bytes], texts: Iterable[str]) -> None:
    wrapped = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    for text in texts:
        wrapped.write(text)
    wrapped.flush()
    wrapped.detach()


def _lines(batch: Iterable[Iterable[str]]) -> str:
    r"""Return rows as lines that end with ``\n``.

    With it as terminator csv leaves a cell that holds ``\r`` unquoted, and no reader takes it back.
    """
    lines = _written(batch, "\n")
    if "\r" not in lines:
        return lines
    quoted = (_written([row], "\r\n").removesuffix("\r\n") for row in batch)
    return "".join(f"{line}\n" for line in quoted)


def _written(batch: Iterable[Iterable[str]], ending: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=ending).writerows(batch)
    return text.getvalue()
