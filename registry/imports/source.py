"""A folder or zip of the exchange format: which files it holds, within limits, never unpacked."""

import hashlib
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Protocol

from registry.errors import RefusedError

MEBIBYTE = 2**20
BLOCK = 2**20
# Left behind by desktop systems, in nobody's intention.
DEBRIS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a folder or zip may hold at most."""

    members: int = 64
    file_bytes: int = 4096 * MEBIBYTE
    total_bytes: int = 8192 * MEBIBYTE
    ratio: int = 300  # unpacked to packed; long columns of one answer reach about 100
    ratio_from: int = 10 * MEBIBYTE  # small files may be as repetitive as they like


COMMAND = Limits()
UPLOAD = Limits(file_bytes=100 * MEBIBYTE, total_bytes=150 * MEBIBYTE)


class Source(Protocol):
    """Files by name, as a folder or a zip has them."""

    names: tuple[str, ...]
    ignored: tuple[str, ...]

    def open(self, name: str) -> IO[bytes]: ...
    def sha256(self) -> str: ...


@contextmanager
def opened(path: Path | BinaryIO, limits: Limits = COMMAND) -> Iterator[Source]:
    """Open a folder, a zip or an uploaded zip; raises RefusedError with the reason."""
    if isinstance(path, Path) and path.is_dir():
        yield FolderSource(path, limits)
        return
    if isinstance(path, Path) and not path.exists():
        raise RefusedError(f"there is no folder or file {path}")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise RefusedError(
            "this is neither a folder nor a complete zip of CSV files; "
            "nothing was read (was the upload cut off?)"
        ) from error
    with archive:
        yield ZipSource(archive, path, limits)


class FolderSource:
    """The files of a folder."""

    ignored: tuple[str, ...] = ()

    def __init__(self, folder: Path, limits: Limits) -> None:
        entries = sorted(folder.iterdir())
        self._paths = {path.name: path for path in entries if path.name not in DEBRIS}
        self.names = tuple(self._paths)
        self.ignored = tuple(path.name for path in entries if path.name in DEBRIS)
        others = [name for name, path in self._paths.items() if not path.is_file()]
        if others:
            raise RefusedError(f"{others[0]} in the folder is not a file; nothing was read")
        _check_sizes({name: path.stat().st_size for name, path in self._paths.items()}, limits)

    def open(self, name: str) -> IO[bytes]:
        return self._paths[name].open("rb")

    def sha256(self) -> str:
        """Return the digest of what ``sha256sum *`` prints in the folder."""
        lines = (f"{_digest(self.open(name))}  {name}\n" for name in self.names)
        return hashlib.sha256("".join(lines).encode()).hexdigest()


class ZipSource:
    """The files of a zip, at its top or in one folder; read from within, never unpacked."""

    def __init__(self, archive: zipfile.ZipFile, path: Path | BinaryIO, limits: Limits) -> None:
        self._archive = archive
        self._path = path
        files = [member for member in archive.infolist() if not member.is_dir()]
        self.ignored = tuple(m.filename for m in files if _is_debris(m.filename))
        files = [member for member in files if not _is_debris(member.filename)]
        if len(files) > limits.members:
            raise RefusedError(f"the zip holds {len(files)} files, at most {limits.members} may be")
        for member in files:
            _check_member(member, limits)
        self._members = _by_name(files)
        self.names = tuple(sorted(self._members))
        _check_sizes({name: m.file_size for name, m in self._members.items()}, limits)

    def open(self, name: str) -> IO[bytes]:
        return self._archive.open(self._members[name])

    def sha256(self) -> str:
        if isinstance(self._path, Path):
            return _digest(self._path.open("rb"))
        self._path.seek(0)
        return _digest(self._path, close=False)


def _digest(file: IO[bytes], *, close: bool = True) -> str:
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    if close:
        file.close()
    return digest.hexdigest()


def _is_debris(name: str) -> bool:
    return name.startswith(DEBRIS[0]) or PurePosixPath(name).name in DEBRIS[1:]


def _check_member(member: zipfile.ZipInfo, limits: Limits) -> None:
    name = member.filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or "\\" in name or ":" in name or ".." in parts:
        raise RefusedError(f"“{name[:80]}” in the zip points outside of it; nothing was read")
    if member.flag_bits & 1:
        raise RefusedError("the zip has a password; nothing was read")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise RefusedError(f"“{name[:80]}” in the zip is a link; nothing was read")
    if member.file_size > max(limits.ratio_from, limits.ratio * member.compress_size):
        raise RefusedError(f"“{name[:80]}” unpacks to more than {limits.ratio} times its size")


def _by_name(files: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    folders = {PurePosixPath(member.filename).parent for member in files}
    if len(folders) > 1 or any(len(folder.parts) > 1 for folder in folders):
        raise RefusedError("the files of the zip must lie together, at its top or in one folder")
    found = {PurePosixPath(member.filename).name: member for member in files}
    if len(found) < len(files):
        raise RefusedError("the zip holds two files of the same name; nothing was read")
    return found


def _check_sizes(sizes: dict[str, int], limits: Limits) -> None:
    if len(sizes) > limits.members:
        raise RefusedError(f"the folder holds {len(sizes)} files, at most {limits.members} may be")
    for name, size in sizes.items():
        if size > limits.file_bytes:
            raise RefusedError(
                f"{name} has {size // MEBIBYTE} MB, at most {limits.file_bytes // MEBIBYTE} "
                "may be; nothing was read"
            )
    if sum(sizes.values()) > limits.total_bytes:
        raise RefusedError(
            f"the files have {sum(sizes.values()) // MEBIBYTE} MB together, at most "
            f"{limits.total_bytes // MEBIBYTE} may be; nothing was read"
        )
