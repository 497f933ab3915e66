"""Files of the exchange format: checked, then stored as a whole; and taken away as a zip."""

import zipfile
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from registry import clock
from registry.audit.context import Context
from registry.errors import InvalidRecordError, NotAllowedError, RefusedError
from registry.exchange.cells import shown
from registry.exports.exchange import export_zip
from registry.extensions import (
    close_read_session,
    engine,
    read_session,
    request_id,
    settings,
    signed_in,
)
from registry.forms.exchange import ExportForm, ImportForm
from registry.imports.importer import check_folder, import_folder
from registry.imports.report import Report
from registry.imports.source import Source
from registry.permissions import Permission
from registry.views import uploads

bp = Blueprint("exchange", __name__)
UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"
IN_MEMORY = 8 * 2**20  # bytes of a zip before it moves to a temporary file
NOT_THE_CHECKED = (
    "This is not the file that was checked. Nothing was stored. "
    "Choose the same file again, or check this one first."
)
DAMAGED = "The zip is damaged, or packed in a way that cannot be read. Nothing was stored."
WHOLE_REGISTRY = "Files of the whole registry are for people with a role in the whole registry."


@dataclass(frozen=True, slots=True)
class Sent:
    """What the person sent: the files, why stored values may be replaced, what was checked."""

    files: list[FileStorage]
    reason: str | None
    checked: str  # SHA-256 of the dry run; empty before it
    for_real: bool


@bp.route("/import", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    """Check the files and store nothing; store them in a second, separate act."""
    _require_everywhere(Permission.IMPORT)
    if request.method != "POST":
        return _upload_page()
    try:
        sent = _sent()
        with uploads.opened(sent.files) as found:
            report = _stored(sent, found) if sent.for_real else _checked(sent, found)
    except InvalidRecordError as error:
        return _upload_page(error.fields)
    except RefusedError as error:
        return _upload_page({"files": _sentence(error)})
    except (zipfile.BadZipFile, NotImplementedError):
        return _upload_page({"files": DAMAGED})
    if report.ok and sent.for_real:
        flash(_outcome(report), "success" if report.imported else "info")
        return redirect(url_for("exchange.upload"), 303)
    return _upload_page(report=report)


@bp.route("/export", methods=["GET", "POST"])
def download() -> ResponseReturnValue:
    """Send every record as a zip, logged with its purpose before the first byte."""
    _require_everywhere(Permission.EXPORT)
    if request.method != "POST":
        return _download_page()
    try:
        values = ExportForm.sent().checked()
    except InvalidRecordError as error:
        return _download_page(error.fields)
    cut = values["cut"].exact if values["cut"] else None
    close_read_session()

    # Complete before it leaves: a failure half-way is an error page, never half a file.
    archive = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the answer
    export_zip(
        engine(), archive, signed_in().username, clock.today(),
        cut=cut, purpose=values["purpose"], request=request_id(),
    )  # fmt: skip
    archive.seek(0)

    invented = "SYNTHETIC_" if settings().synthetic else ""
    name = f"{invented}exchange_{(cut or clock.today()).isoformat()}.zip"
    return send_file(archive, "application/zip", as_attachment=True, download_name=name)


def _require_everywhere(permission: Permission) -> None:
    """Files hold every site: a role at one site is not enough, whatever it may grant one day."""
    if signed_in().sites(permission) is not None:
        raise NotAllowedError(WHOLE_REGISTRY)


def _sent() -> Sent:
    values = ImportForm.sent().checked()
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files:
        raise InvalidRecordError(
            {"files": "Files: choose a zip or CSV files of the exchange format"}
        )
    return Sent(
        files, values["reason"], request.form.get("checked", ""),
        for_real=request.form.get("act") == "import",
    )  # fmt: skip


def _checked(sent: Sent, found: Source) -> Report:
    return check_folder(found, read_session(), clock.today(), update=bool(sent.reason))


def _stored(sent: Sent, found: Source) -> Report:
    """Store what was checked; raises InvalidRecordError for anything else."""
    digest = found.sha256()
    if digest != sent.checked:
        raise InvalidRecordError({"files": NOT_THE_CHECKED})
    why = f"import {uploads.name_of(sent.files)}, SHA-256 {digest}"
    reason = f"{sent.reason}; {why}" if sent.reason else why
    context = Context(actor=signed_in().username, reason=reason, request=request_id())
    close_read_session()
    return import_folder(engine(), found, context, clock.today(), update=bool(sent.reason))


def _upload_page(
    errors: dict[str, str] | None = None, report: Report | None = None
) -> ResponseReturnValue:
    refused = bool(errors) or (report is not None and not report.ok)
    page = render_template(
        "exchange/upload.html",
        errors=errors or {},
        report=report,
        values={"reason": "", "checked": ""} | request.form.to_dict(),
        megabytes=settings().upload_megabytes,
        visible=_visible,
    )
    return page, 422 if refused else 200


def _download_page(errors: dict[str, Any] | None = None) -> ResponseReturnValue:
    values = {"purpose": "", "cut": ""} | request.form.to_dict()
    page = render_template("exchange/download.html", errors=errors or {}, values=values)
    return page, 422 if errors else 200


def _visible(text: str) -> str:
    """Shorten a cell, and show a mark for what a page cannot show."""
    return "".join(c if c.isprintable() else UNPRINTABLE for c in shown(text))


def _sentence(error: RefusedError) -> str:
    text = ": ".join([str(error), *error.details()])
    return f"{text[:1].upper()}{text[1:]}."


def _outcome(report: Report) -> str:
    """Say in one line what was stored; the trail has the rest."""
    if not report.imported:
        return "Nothing to store: every record is in the registry as it is in these files."
    new = sum(count.new for count in report.counts.values())
    changed = sum(count.changed for count in report.counts.values())
    patients = report.counts["patients.csv"].new
    return f"Imported: {new} new records, {patients} of them patients; {changed} replaced."
