"""Fetch the pinned style sheet and scripts, strip what must not be shipped, record the hashes.

Run ``python docs/vendor_assets.py`` with npm on the PATH. GDS Transport and the crest may be used
on GOV.UK only, so both leave the style sheet; nothing that is kept asks another origin for a file.
"""

import hashlib
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[1] / "registry" / "static" / "vendor"
SYSTEM_FONTS = 'system-ui,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif'
MIT = """\
The MIT License (MIT)

Copyright (C) 2017 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of
this software and associated documentation files (the "Software"), to deal in
the Software without restriction, including without limitation the rights to
use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies
of the Software, and to permit persons to whom the Software is furnished to do
so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package: exact version, files to keep, licence name and text (None: its LICENSE)."""

    name: str
    version: str
    folder: str
    files: tuple[str, ...]
    licence: str
    licence_text: str | None = None


PACKAGES = (
    Package(
        "govuk-frontend",
        "6.6.0",
        "govuk-frontend-6.6.0",
        ("dist/govuk/govuk-frontend.min.css", "dist/govuk/govuk-frontend.min.js"),
        "MIT",
        MIT,  # the package names its licence but does not carry the text
    ),
    Package("htmx.org", "2.0.11", "htmx-2.0.11", ("dist/htmx.min.js",), "0BSD"),
)


def strip(text: str) -> str:
    """Remove fonts, crest and source maps from a style sheet or script."""
    text = re.sub(r"/\*![^*]*Margaret Calvert.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"@font-face\{[^}]*\}", "", text)
    text = text.replace("GDS Transport,arial,sans-serif", SYSTEM_FONTS)
    text = re.sub(r"url\(/assets/images/[^)]*\)", "none", text)
    return re.sub(r"(/\*#|//#) sourceMappingURL=\S+( \*/)?", "", text)


def unpack(package: Package, folder: Path) -> Path:
    """Download the package with npm and return the folder of its files."""
    subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=folder,
        check=True,
    )
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as files:
        files.extractall(folder, filter="data")
    return folder / "package"


def keep(package: Package, source: Path) -> list[str]:
    """Write the stripped files and the licence; return the lines for the manifest."""
    target = VENDOR / package.folder
    target.mkdir(parents=True, exist_ok=True)
    licence = package.licence_text or (source / "LICENSE").read_text(encoding="utf-8")
    (target / "LICENSE.txt").write_text(licence, encoding="utf-8")
    lines = []
    for name in package.files:
        before = (source / name).read_bytes()
        after = strip(before.decode()).encode()
        file = target / Path(name).name
        file.write_bytes(after)
        lines.append(
            f"{package.folder}/{file.name} {_sha256(before)} {_sha256(after)}"
            f" {package.version} {package.licence}"
        )
    return lines


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def main() -> None:
    """Vendor every package and rewrite the manifest."""
    lines = ["# file sha256_before sha256_after version licence"]
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            lines += keep(package, unpack(package, Path(folder)))
    (VENDOR / "MANIFEST").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
