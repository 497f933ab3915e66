"""Uploaded files as a source of the exchange format: one zip, or the CSV files themselves.

Nothing outlives the request: what was checked is compared by its SHA-256 when it is sent again,
so that any number of web processes can answer and no copy of patient data lies around.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from werkzeug.datastructures import FileStorage

from registry.errors import RefusedError
from registry.imports import source

_CSV = re.compile(r"[a-z_]{1,40}\.csv", re.ASCII)
_SHOWN = 80


def name_of(files: Sequence[FileStorage]) -> str:
    """Return what to call the upload in the trail; only what is safe to read there."""
    names = sorted(_last_part(file) for file in files)
    kept = re.sub(r"[^\w .()-]", "_", names[0])[:_SHOWN]
    return kept if len(names) == 1 else f"{len(names)} files"


@contextmanager
def opened(files: Sequence[FileStorage]) -> Iterator[source.Source]:
    """Open what was sent, within the limits of an upload; raises RefusedError with the reason."""
    if len(files) == 1 and not _CSV.fullmatch(_last_part(files[0])):
        with source.opened(files[0].stream, source.UPLOAD) as found:  # type: ignore[arg-type]
            yield found
        return
    with TemporaryDirectory(prefix="registry-import-") as folder:  # readable by its owner only
        for file in files:
            _keep(file, Path(folder))
        with source.opened(Path(folder), source.UPLOAD) as found:
            yield found


def _keep(file: FileStorage, folder: Path) -> None:
    name = _last_part(file)
    if not _CSV.fullmatch(name):
        raise RefusedError(
            f"“{name[:_SHOWN]}” is no CSV file of the exchange format; "
            "choose one zip, or CSV files only. Nothing was read"
        )
    if (folder / name).exists():
        raise RefusedError(f"{name} was chosen twice; nothing was read")
    file.save(folder / name)


def _last_part(file: FileStorage) -> str:
    """Return the name without folders, which some browsers send along."""
    return (file.filename or "").replace("\\", "/").rpartition("/")[2]
