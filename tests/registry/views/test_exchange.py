"""Import and export pages: what is checked, what is stored, what is refused, in words."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from registry import clock
from registry.database.engine import reading
from registry.models import AccessLog, Patient
from registry.models.audit_entry import AuditTx
from registry.synthetic import write_folder

HEADER = "patient_id,site_code,sex,enrolled_on\n"
SITES = ("sites.csv", b"site_code,name\nNORTH,North Hospital\nSOUTH,South Hospital\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("exchange")
    write_folder(made, 12, today=clock.today())
    # The site of that code is there already, under another name.
    sites = (made / "sites.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (made / "sites.csv").write_text("".join(s for s in sites if not s.startswith("NORTH,")))
    return made


def zipped(files: dict[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def zip_of(folder: Path) -> bytes:
    return zipped({path.name: path.read_bytes() for path in sorted(folder.iterdir())})


@pytest.fixture
def stored(app, two_sites):
    """Return a function that counts the rows of a model, or lists a column."""

    def ask(statement):
        with reading(app.extensions["registry_engine"]) as session:
            return session.execute(statement).scalars().all()

    return ask


@pytest.fixture
def send(signed_in, token_of):
    """Return a function that sends files to the import page as the data manager."""
    client = signed_in("dora")

    def post(*files: tuple[str, bytes], act="check", **typed):
        token = token_of(client.get("/import").text)
        parts = [(io.BytesIO(content), name) for name, content in files]
        form = {"csrf_token": token, "act": act, "files": parts, "reason": "", **typed}
        return client.post("/import", data=form, content_type="multipart/form-data")

    return post


def checked_sha(answer) -> str:
    return answer.text.partition('name="checked" value="')[2].partition('"')[0]


COUNT = select(func.count()).select_from(Patient)


def test_a_check_counts_and_stores_nothing(send, stored, folder):
    answer = send(("cohort.zip", zip_of(folder)))
    assert answer.status_code == 200
    assert "Nothing was stored yet" in answer.text
    assert stored(COUNT) == [2]


def test_what_was_checked_is_stored_in_one_signed_transaction(send, stored, folder):
    content = zip_of(folder)
    sha = checked_sha(send(("cohort.zip", content)))
    answer = send(("cohort.zip", content), act="import", checked=sha)
    assert answer.status_code == 303
    assert stored(COUNT) == [14]
    reasons = stored(select(AuditTx.reason).where(AuditTx.actor == "dora"))
    assert reasons == [f"import cohort.zip, SHA-256 {sha}"]


def test_importing_twice_stores_nothing_new(send, stored, folder):
    content = zip_of(folder)
    sha = checked_sha(send(("cohort.zip", content)))
    for _ in range(2):
        assert send(("cohort.zip", content), act="import", checked=sha).status_code == 303
    assert stored(COUNT) == [14]
    assert "there is nothing to store" in send(("cohort.zip", content)).text


@pytest.mark.parametrize("checked", ["", "0" * 64])
def test_another_file_than_the_checked_one_is_refused(send, stored, folder, checked):
    answer = send(("cohort.zip", zip_of(folder)), act="import", checked=checked)
    assert answer.status_code == 422
    assert "This is not the file that was checked" in answer.text
    assert stored(COUNT) == [2]


def test_csv_files_are_taken_together(send, stored, folder):
    files = [(path.name, path.read_bytes()) for path in folder.iterdir()]
    sha = checked_sha(send(*files))
    assert send(*files[::-1], act="import", checked=sha).status_code == 303
    assert stored(COUNT) == [14]


def test_every_problem_is_shown_with_its_place_and_escaped(send, stored):
    rows = (
        "P-1,NORTH,<script>alert(1)</script>,2026",
        "P-2,NORTH,male,2026",
        "P 3,NORTH,male,2026",
    )
    text = HEADER + "\n".join(rows) + "\n"
    answer = send(SITES, ("patients.csv", text.encode()))
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text
    assert "Import for real" not in answer.text
    for line in ("2", "4"):
        assert f'govuk-table__cell--numeric">{line}</td>' in answer.text
    assert stored(COUNT) == [2]


def test_a_problem_in_one_row_stores_none(send, stored, folder):
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    files["patients.csv"] += b"P-999,purple\n"
    content = zipped(files)
    sha = checked_sha(send(("cohort.zip", zip_of(folder))))
    assert send(("cohort.zip", content), act="import", checked=sha).status_code == 422
    assert stored(COUNT) == [2]


def test_replacing_a_stored_value_needs_a_reason_that_is_kept(send, stored):
    changed = ("patients.csv", f"{HEADER}N-001,NORTH,male,2026-01-12\n".encode())
    refused = send(SITES, changed)
    assert refused.status_code == 422
    assert "differs from the stored" in refused.text
    sha = checked_sha(send(SITES, changed, reason="clerical error"))
    answer = send(SITES, changed, act="import", checked=sha, reason="clerical error")
    assert answer.status_code == 303
    assert stored(select(Patient.sex).where(Patient.code == "N-001")) == ["male"]
    assert any(r.startswith("clerical error; import") for r in stored(select(AuditTx.reason)))


def damaged(content: bytes) -> bytes:
    """Overwrite the middle of a zip."""
    middle = len(content) // 2
    return content[:middle] + bytes(200) + content[middle + 200 :]


def relabelled(content: bytes) -> bytes:
    """Claim a way of packing that nobody can read, in both places of a zip that say so."""
    return content.replace(b"\x08\x00", b"\x63\x00")


SMALL = {SITES[0]: SITES[1], "patients.csv": HEADER + "P-1,NORTH,female,2026\n"}
BOMB = zipped({"patients.csv": HEADER + " " * 60_000_000})


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("notes.zip", b"this is no zip", "neither a folder nor a complete zip"),
        ("cut.zip", zipped(SMALL)[:-10], "neither a folder nor a complete zip"),
        ("empty.zip", b"", "neither a folder nor a complete zip"),
        ("picture.csv.png", b"\x89PNG", "neither a folder nor a complete zip"),
        ("climb.zip", zipped({"../../etc/patients.csv": HEADER}), "points outside of it"),
        ("rooted.zip", zipped({"/etc/patients.csv": HEADER}), "points outside of it"),
        ("bomb.zip", BOMB, "unpacks to more than"),
        ("many.zip", zipped({f"f{n}.csv": "" for n in range(100)}), "at most 64"),
        ("odd.zip", relabelled(zipped(SMALL)), "damaged, or packed in a way"),
        ("other.zip", zipped({"secrets.txt": "x"}), "is no file of the exchange format"),
    ],
)
def test_what_is_not_an_exchange_zip_gets_a_sentence(send, stored, name, content, sentence):
    answer = send((name, content))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert stored(COUNT) == [2]


@pytest.mark.parametrize("place", range(0, 100, 5))
def test_a_damaged_zip_is_never_an_error_page(send, folder, place):
    content = bytearray(zip_of(folder))
    middle = len(content) * place // 100
    content[middle : middle + 50] = bytes(50)
    assert send(("cohort.zip", bytes(content))).status_code in {200, 422}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        HEADER.encode() + b"P-\x00,NORTH,female,2026\n",
        HEADER.encode() + b'"P-1,NORTH,female,2026\n',
        HEADER.encode() + b"P-\xed\xa0\x80,NORTH,female,2026\n",
        HEADER.encode() + b"P-1,NORTH," + b"9" * 10_000 + b",2026\n",
        HEADER.encode() + b"P-1,NORTH,female,2023-02-29\n",
        HEADER.encode() + b"=cmd|' /C calc'!A0,NORTH,female,2026\n",
        HEADER.encode() + b"P-1,NORTH,female,2026\nP-1,NORTH,female,2026\n",
        b"patient_id,site_code,sex,enrolled_on,enrolled_on\n",
    ],
)
def test_a_bad_file_is_refused_in_words(send, stored, content):
    answer = send(SITES, ("patients.csv", content))
    assert answer.status_code == 422
    assert "nothing was stored" in answer.text
    assert "this required file is missing" not in answer.text
    assert stored(COUNT) == [2]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([], "choose a zip or CSV files"),
        ([("a.csv", b""), ("A B.csv", b"")], "is no CSV file of the exchange format"),
        ([("patients.csv", b"x"), ("x/patients.csv", b"y")], "was chosen twice"),
        ([("patients.csv", b"x"), ("../evil.py", b"y")], "is no CSV file"),
    ],
)
def test_a_wrong_choice_of_files_is_said_at_the_field(send, files, sentence):
    answer = send(*files)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'href="#files"' in answer.text


def test_a_file_over_the_limit_is_refused_before_it_is_read(send, app, stored):
    app.config["MAX_CONTENT_LENGTH"] = 100_000
    answer = send(("patients.csv", b"x" * 200_000), csrf_token="any")
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert stored(COUNT) == [2]


def test_somebody_else_saving_during_the_import_is_a_conflict(send, folder, monkeypatch):
    from registry.errors import ConflictError
    from registry.views import exchange

    def race(*_given, **_named):
        raise ConflictError("somebody else saved while the files were read")

    content = zip_of(folder)
    sha = checked_sha(send(("cohort.zip", content)))
    monkeypatch.setattr(exchange, "import_folder", race)
    assert send(("cohort.zip", content), act="import", checked=sha).status_code == 409


# --- export ------------------------------------------------------------------------------


def export(client, token_of, **typed):
    token = token_of(client.get("/export").text)
    form = {"csrf_token": token, "purpose": "annual report", "cut": "", **typed}
    return client.post("/export", data=form)


def test_an_export_is_a_zip_that_imports_as_unchanged(signed_in, token_of, send, folder, stored):
    content = zip_of(folder)
    send(("c.zip", content), act="import", checked=checked_sha(send(("c.zip", content))))
    answer = export(signed_in("dora"), token_of)
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    content = answer.data
    answer.close()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [row["patient_id"] for row in csv.DictReader(
            io.TextIOWrapper(archive.open("patients.csv"), "utf-8"))]  # fmt: skip
    assert len(names) == 14
    assert "there is nothing to store" in send(("back.zip", content)).text


def test_an_export_is_logged_with_its_purpose(signed_in, token_of, stored):
    export(signed_in("dora"), token_of, cut="2025-12-31").close()
    line = select(AccessLog.detail).where(AccessLog.action == "export")
    assert stored(line) == [{"cut": "2025-12-31", "purpose": "annual report"}]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"purpose": " "}, "Purpose: this is needed"),
        ({"cut": "30 2 2026"}, "Facts dated until"),
        ({"cut": "2026"}, "the day is needed"),
        ({"cut": date(2999, 1, 1).isoformat()}, "is in the future"),
    ],
)
def test_an_export_without_a_purpose_or_day_is_refused(
    signed_in, token_of, stored, typed, sentence
):
    answer = export(signed_in("dora"), token_of, **typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert stored(select(AccessLog.id).where(AccessLog.action == "export")) == []


@pytest.mark.parametrize("path", ["/import", "/export"])
@pytest.mark.parametrize("name", ["alice", "cora", "adam", "audrey"])
def test_only_a_data_manager_moves_files(signed_in, path, name):
    assert signed_in(name).get(path).status_code == 403
