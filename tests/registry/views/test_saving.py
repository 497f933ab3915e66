"""Saving: a form that is sent twice is stored once, and nothing of somebody else's is lost."""

import threading
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from registry.database.base import Base
from registry.database.engine import reading
from registry.models import AuditTx, Medication, Patient, PatientStatus, Submission
from tests.sending import Sender, hidden_fields

TRANSIENT = {"user_session", "access_log", "sign_in_throttle", "draft"}


@pytest.fixture
def database_url(engine_url):
    return engine_url


@pytest.fixture
def engine(app):
    return app.extensions["registry_engine"]


@pytest.fixture
def alice(signed_in, sender) -> Sender:
    return sender(signed_in("alice"))


def count(engine, model):
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(model))


def digest(engine):
    """Return every row of every table that a refused form must leave alone."""
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in Base.metadata.sorted_tables
            if table.name not in TRANSIENT
        }


STATUS = {"status": "lost", "on": "2026-05-01", "reason": "moved away"}
MEDICINE = {"drug": "prednisone", "started_on": "2026-05-01", "daily_dose": "7.50", "unit": "mg"}


def at_once(acts):
    """Run the acts in threads that start together; return what they return."""
    start, answers = threading.Barrier(len(acts)), []

    def run(act):
        start.wait()
        answers.append(act())

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


# --- once -----------------------------------------------------------------------------------


def test_a_form_sent_twice_is_stored_once_and_answers_alike(alice, engine):
    same = str(uuid4())
    answers = [alice("/patients/N-001/medicines/new", MEDICINE, submission_id=same) for _ in "12"]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert count(engine, Medication) == 1


def test_five_sendings_at_once_make_one_record(app, alice, engine):
    page = alice.client.get("/patients/N-001/medicines/new").text
    fields = hidden_fields(page) | MEDICINE
    cookie = alice.client.get_cookie("registry").value

    def send():
        browser = app.test_client()
        browser.set_cookie("registry", cookie)
        return browser.post("/patients/N-001/medicines/new", data=fields)

    answers = at_once([send] * 5)
    assert [answer.status_code for answer in answers] == [303] * 5
    assert len({answer.location for answer in answers}) == 1
    assert count(engine, Medication) == 1


def test_five_sendings_of_a_change_at_once_make_one_change(app, alice, engine, two_sites):
    page = alice.client.get("/patients/N-001/facts").text
    fields = hidden_fields(page) | {"sex": "male"}
    cookie = alice.client.get_cookie("registry").value

    def send():
        browser = app.test_client()
        browser.set_cookie("registry", cookie)
        return browser.post("/patients/N-001/facts", data=fields)

    assert [answer.status_code for answer in at_once([send] * 5)] == [303] * 5
    with reading(engine) as session:
        assert session.get_one(Patient, two_sites.patients["N-001"]).row_version == 2


def test_the_same_form_with_other_answers_is_refused(alice, engine):
    same = str(uuid4())
    alice("/patients/N-001/medicines/new", MEDICINE, submission_id=same)
    other = MEDICINE | {"daily_dose": "15"}
    answer = alice("/patients/N-001/medicines/new", other, submission_id=same)
    assert answer.status_code == 409
    assert "already saved with other answers" in answer.text
    assert count(engine, Medication) == 1


def test_the_same_form_for_another_patient_is_refused(alice, engine):
    same = str(uuid4())
    alice("/patients/new", ENROL, submission_id=same)
    answer = alice("/patients/N-001/medicines/new", MEDICINE, submission_id=same)
    assert answer.status_code == 409
    assert count(engine, Medication) == 0


def test_a_number_that_somebody_else_used_is_refused(alice, engine, signed_in, sender):
    same = str(uuid4())
    alice("/patients/N-001/status", STATUS, submission_id=same)
    cora = sender(signed_in("cora"))
    assert cora("/patients/N-001/status", STATUS, submission_id=same).status_code == 409
    assert count(engine, PatientStatus) == 1


@pytest.mark.parametrize("number", ["", "x", "\0", "1" * 10_000, "../..", "' OR 1=1"])
def test_a_form_without_its_number_is_drawn_again(alice, engine, number):
    answer = alice("/patients/N-001/status", STATUS, submission_id=number)
    assert answer.status_code == 422
    assert "moved away" in answer.text
    assert count(engine, PatientStatus) == 0


def test_a_save_is_one_transaction_of_the_trail(alice, engine):
    before = count(engine, AuditTx)
    alice("/patients/N-001/status", STATUS)
    assert count(engine, AuditTx) == before + 1


def test_no_password_is_in_the_digest_of_a_form(app):
    from registry.views import saving

    def digest_of(**typed):
        class Person:
            id = uuid4()

        with app.test_request_context("/x", method="POST", data={"submission_id": NUMBER, **typed}):
            original, saving.signed_in = saving.signed_in, lambda: Person
            try:
                return saving._sent().body_sha256
            finally:
                saving.signed_in = original

    assert digest_of(a="1", password="x") == digest_of(a="1", password="y")
    assert digest_of(a="1", new_password="x") == digest_of(a="1", new_password="y")
    assert digest_of(a="1") != digest_of(a="2")


NUMBER = str(uuid4())
ENROL = {"site": "NORTH", "patient_id": "N-002", "enrolled_on": "2026-04-01", "sex": "female"}


# --- the second editor ----------------------------------------------------------------------


def test_the_second_editor_gets_a_plain_409_and_nothing_is_overwritten(alice, engine, two_sites):
    drawn = hidden_fields(alice.client.get("/patients/N-001/facts").text)
    alice("/patients/N-001/facts", {"sex": "male"})
    late = drawn | {"sex": "intersex"}
    answer = alice.client.post("/patients/N-001/facts", data=late)
    assert answer.status_code == 409
    assert "Changed by somebody else" in answer.text
    assert "intersex" in answer.text  # what the second editor typed is not lost
    with reading(engine) as session:
        assert session.get_one(Patient, two_sites.patients["N-001"]).sex == "male"


@pytest.mark.parametrize("version", ["", "0", "2", "x", "1.0", "9" * 5000])
def test_a_row_version_that_is_not_the_present_one_changes_nothing(alice, engine, version):
    answer = alice("/patients/N-001/facts", {"sex": "male"}, row_version=version)
    assert answer.status_code == 409


def test_of_two_editors_at_once_exactly_one_wins(app, alice, engine, two_sites):
    pages = [hidden_fields(alice.client.get("/patients/N-001/facts").text) for _ in range(2)]
    cookie = alice.client.get_cookie("registry").value

    def send(fields, sex):
        browser = app.test_client()
        browser.set_cookie("registry", cookie)
        return browser.post("/patients/N-001/facts", data=fields | {"sex": sex})

    answers = at_once([lambda: send(pages[0], "male"), lambda: send(pages[1], "intersex")])
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    with reading(engine) as session:
        assert session.get_one(Patient, two_sites.patients["N-001"]).row_version == 2


def test_two_people_who_take_the_same_code_at_once_get_one_patient(app, signed_in, engine):
    def send(name):
        browser = signed_in_browsers[name]
        return browser("/patients/new", ENROL)

    signed_in_browsers = {name: Sender(signed_in(name)) for name in ("alice", "cora")}
    answers = at_once([lambda: send("alice"), lambda: send("cora")])
    assert sorted(answer.status_code for answer in answers)[0] == 303
    assert sorted(answer.status_code for answer in answers)[1] in {409, 422}
    with reading(engine) as session:
        found = select(func.count()).select_from(Patient).where(Patient.code == "N-002")
        assert session.scalar(found) == 1


# --- what nobody should type ----------------------------------------------------------------

CORPUS = {
    "NUL": b"a\0b",
    "lone surrogate": b"\xed\xa0\x80",
    "bytes that are no text": b"\xff\xfe",
    "ten thousand digits": b"9" * 10_000,
    "right to left": "\u202eabc\u202c".encode(),
    "too large a number": b"1e400",
    "nan": b"nan",
    "infinity": b"-inf",
    "emoji": "🙂🧪".encode(),
    "below a limit": b"<10",
    "no such day": b"2026-02-29",
    "before Christ": b"-0001-01-01",
    "the last day": b"9999-12-31",
    "the first day": b"0001-01-01",
    "formula": b"=cmd|' /C calc'!A0",
    "markup": b"<script>alert(1)</script>",
    "blank": b"   ",
    "long words": b"x" * 5_000,
    "combining": ("e" + "\u0301" * 300).encode(),
    "far ago": b"-9999",
    "other digits": "١٢٣".encode(),
    "quote": b"' OR 1=1 --",
}
FORMS = {
    "/patients/new": ("site", "patient_id", "enrolled_on", "sex", "birth_date", "ancestry",
                      "consent_version", "consent_decided_on"),
    "/patients/N-001/facts": ("sex", "birth_date", "ancestry", "death_on", "death_cause"),
    "/patients/N-001/status": ("status", "on", "reason"),
    "/patients/N-001/consents/new": ("version", "decision", "decided_on", "scopes"),
    "/patients/N-001/transfer": ("site", "on"),
    "/patients/N-001/courses/new": ("indication", "reason", "planned_infusions", "started_on"),
    "/patients/N-001/infusions/new": ("course", "started_at", "sequence", "cell_type", "lot",
                                      "dose_total_cells", "weight_kg", "reaction"),
    "/patients/N-001/medicines/new": ("drug", "started_on", "daily_dose", "per_day", "pulse",
                                      "unit"),
    "/patients/N-001/visits/new": ("visited_on", "timepoint", "attendance", "sledai_2k.seizure",
                                   "sledai_2k.rash.reason", "pga.value", "reason"),
    "/admin/users/new": ("username", "printed_name", "role", "site"),
    "/admin/sites/new": ("code", "name", "country", "time_zone"),
}  # fmt: skip
VALID = {
    "/patients/new": ENROL,
    "/patients/N-001/facts": {"sex": "female"},
    "/patients/N-001/status": STATUS,
    "/patients/N-001/consents/new": {"version": "1", "decision": "given", "decided_on": "2026"},
    "/patients/N-001/transfer": {"site": "SOUTH", "on": "2026-05-01"},
    "/patients/N-001/courses/new": {},
    "/patients/N-001/infusions/new": {"started_at": "2026-03-01", "cell_type": "msc"},
    "/patients/N-001/medicines/new": MEDICINE,
    "/patients/N-001/visits/new": {"visited_on": "2026-03-01"},
    "/admin/users/new": {"username": "n", "printed_name": "N", "role": "auditor"},
    "/admin/sites/new": {"code": "NEW", "name": "New"},
}


@pytest.mark.parametrize("address", FORMS)
def test_what_nobody_should_type_is_stored_or_refused_and_never_breaks(
    app, engine, signed_in, address
):
    """A refused form leaves every table as it was; nothing typed comes back as markup."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = signed_in("adam" if address.startswith("/admin") else "alice")
    fields = hidden_fields(client.get(address).text)
    for name in FORMS[address]:
        for kind, typed in CORPUS.items():
            if address.endswith("/transfer") and client.get(address).status_code != 200:
                pytest.fail(f"{name}={kind} transferred the patient")
            before = digest(engine)
            data = VALID[address] | fields | {name: typed, "submission_id": str(uuid4())}
            answer = client.post(address, data=data)
            assert answer.status_code in {200, 303, 422, 409}, (name, kind)
            assert "<script>alert" not in answer.text
            if answer.status_code in {409, 422}:
                assert digest(engine) == before, (name, kind)
            fields = hidden_fields(client.get(address).text)


@pytest.mark.parametrize("address", ["/patients/N-001/facts", "/patients/N-001/medicines/new"])
def test_fields_that_the_form_does_not_have_change_nothing(alice, engine, two_sites, address):
    """A posted column name is not a form field: nobody sets a site, a version or a voiding."""
    columns = {
        "id": str(uuid4()), "patient_id": str(two_sites.patients["S-canary"]), "site_id": "2",
        "enrolment_id": str(two_sites.enrolments["S-canary"]), "voided_at": "2026-01-01",
        "voided_by": "eve", "void_reason": "x", "source": "import", "code": "STOLEN",
    }  # fmt: skip
    alice(address, VALID[address] | columns)
    with reading(engine) as session:
        patient = session.get_one(Patient, two_sites.patients["N-001"])
        assert (patient.code, patient.voided_at, patient.source) == ("N-001", None, "form")
        for row in session.scalars(select(Medication)):
            assert (row.site_id, row.voided_at, row.source) == (1, None, "form")
            assert row.patient_id == patient.id


def test_everything_typed_comes_back_with_the_sentence(alice):
    typed = STATUS | {"on": "31 2 2026", "reason": 'a <b> & "c"'}
    answer = alice("/patients/N-001/status", typed)
    assert answer.status_code == 422
    assert 'value="31 2 2026"' in answer.text
    assert "a &lt;b&gt; &amp; &#34;c&#34;" in answer.text
    assert '<a href="#on">' in answer.text


def test_what_was_refused_can_be_sent_again_corrected(alice, engine):
    first = alice("/patients/N-001/status", STATUS | {"on": "nonsense"})
    corrected = hidden_fields(first.text) | STATUS
    assert alice.client.post("/patients/N-001/status", data=corrected).status_code == 303
    assert count(engine, Submission) == 1
