"""Read one CSV file row by row: strict UTF-8, strict quoting, every cell by its column."""

import csv
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any

from registry.exchange.cells import CellError, read
from registry.exchange.columns import Column, File
from registry.imports.report import Report
from registry.imports.source import Source

BOM = b"\xef\xbb\xbf"
LONGEST_LINE = 2**20
REMEMBERED = 20_000
TOLD_EVERY = 5000
Progress = Callable[[str, int], None]  # file, rows read so far


class Row:
    """One line: its values by column, None where empty; ``broken`` when a cell was refused."""

    __slots__ = ("broken", "line", "values")

    def __init__(self, line: int, values: dict[str, Any], *, broken: bool) -> None:
        self.line = line
        self.values = values
        self.broken = broken

    def __getitem__(self, column: str) -> Any:
        return self.values.get(column)


class _UnreadableError(Exception):
    """The rest of the file cannot be read."""


def rows(file: File, source: Source, report: Report, progress: Progress) -> Iterator[Row]:
    """Yield the rows whose required cells can be read; everything else goes into the report."""
    if file.name not in source.names:
        return
    count = 0
    with source.open(file.name) as stream:
        reader = csv.reader(_lines(stream, file, report), strict=True)
        try:
            columns = _header(file, next(reader, None), report)
            for row in _parsed(file, columns, reader, report):
                count += 1
                if count % TOLD_EVERY == 0:
                    progress(file.name, count)
                yield row
        except csv.Error as error:
            line = reader.line_num
            report.error(file.name, line, None, "", f"{_quoting(error)}; the rest was not read")
            report.unreadable.add(file.name)
        except _UnreadableError:
            report.unreadable.add(file.name)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            line = reader.line_num
            rule = f"the zip is damaged here ({error}); the rest was not read"
            report.error(file.name, line, None, "", rule)
            report.unreadable.add(file.name)
    report.rows[file.name] = count
    progress(file.name, count)


def _quoting(error: csv.Error) -> str:
    if "field larger" in str(error):
        return "a cell is longer than 131072 characters (is a closing quote missing?)"
    if "new-line character" in str(error):
        return "a line ends with a lone carriage return"
    return "the quoting is broken (a quote inside a cell is written twice)"


def _lines(stream: IO[bytes], file: File, report: Report) -> Iterator[str]:
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if number == 1 and line.startswith(BOM):
            report.warn(file.name, 1, None, "", "begins with a byte order mark, which is left out")
            line = line.removeprefix(BOM)
        if len(line) == LONGEST_LINE:
            report.error(file.name, number, None, "", "the line is too long for a CSV file")
            raise _UnreadableError
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            rule = "is not UTF-8 text; the rest was not read (save the file as UTF-8)"
            report.error(file.name, number, None, repr(error.object[error.start :][:1]), rule)
            raise _UnreadableError from error


def _header(file: File, header: list[str] | None, report: Report) -> list[Column]:
    """Return the column of each place; raises _UnreadableError when the header is wrong."""
    if header is None:
        report.error(file.name, 1, None, "", "is empty; the first line names the columns")
        raise _UnreadableError
    before = report.total_errors
    for name in header:
        if name not in file.names:
            rule = f"is no column of this file; its columns are {', '.join(file.names)}"
            report.error(file.name, 1, name or None, name, rule)
        elif header.count(name) > 1:
            report.error(file.name, 1, name, name, "stands twice in the header")
    for column in file.columns:
        if column.required and column.name not in header:
            report.error(file.name, 1, column.name, "", "this required column is missing")
    if report.total_errors > before:
        raise _UnreadableError
    return [file.column(name) for name in header]


def _parsed(file: File, columns: list[Column], reader: Any, report: Report) -> Iterator[Row]:
    # Dates and codes repeat: each distinct text is parsed once.
    plan = [(column.name, column, _memory(column)) for column in columns]
    width = len(plan)
    vital = [c.name for c in columns if c.required]
    last = reader.line_num
    for cells in reader:
        # A cell may hold line ends: the place to look is where the row begins.
        line, last = last + 1, reader.line_num
        if len(cells) != width:
            if cells:
                rule = f"has {len(cells)} cells where the header has {width}"
                report.error(file.name, line, None, "", rule)
            continue
        values: dict[str, Any] = {}
        broken = False
        for (name, column, memory), text in zip(plan, cells, strict=True):
            try:
                values[name] = memory[text]
            except KeyError:
                value = _read(file, line, column, text, report)
                values[name] = value
                if value is None:
                    broken = True
                elif len(memory) < REMEMBERED and len(text) <= _repeats_up_to(column):
                    memory[text] = value
        if broken and any(values[name] is None for name in vital if name in file.key[:1]):
            continue
        yield Row(line, values, broken=broken)


def _repeats_up_to(column: Column) -> int:
    """Return how long a text may be to be remembered: keys and long texts seldom repeat."""
    return 40 if column.kind not in {"key", "lot_key", "keys"} else 0


def _memory(column: Column) -> dict[str, Any]:
    return {} if column.required else {"": None}


def _read(file: File, line: int, column: Column, text: str, report: Report) -> Any:
    if not text:
        report.error(file.name, line, column.name, "", "is required and must not be empty")
        return None
    try:
        return read(column, text)
    except CellError as error:
        report.error(file.name, line, column.name, text, str(error))
        return None
