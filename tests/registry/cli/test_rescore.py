"""``registry rescore``: open visits take the present rules over, final ones are only listed."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update
from sqlalchemy.orm.exc import StaleDataError

from registry.audit.context import Context
from registry.cli import main
from registry.cli.rescore import REASON
from registry.database.engine import reading, writing
from registry.instruments import INSTRUMENTS
from registry.models import Assessment, AuditEntry, AuditTx, Signature, Visit
from registry.operations.rescoring import rescore

SLEDAI = INSTRUMENTS["sledai_2k"]
OLD = "2002/0"
WHY = Context("tests", "as an earlier version of the program left it")
TEN = dict.fromkeys(("total", "known_points", "max_possible"), Decimal(10))
POINTS = ("total", "known_points", "max_possible", "complete", "parts")


@pytest.fixture
def database_url(engine_url):
    return engine_url


@pytest.fixture
def alice(clinic):
    return clinic("alice")


@pytest.fixture
def registry(settings, monkeypatch):
    """Return a runner of commands of this registry."""
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_HOME", str(settings.home))
    monkeypatch.setenv("REGISTRY_KEY_FILE", str(settings.key_file))
    return lambda *command: CliRunner().invoke(main, command)


@pytest.fixture
def earlier(app):
    """Return a function that leaves a score as another rule made it."""

    def leave(code, of="sledai_2k", rule=OLD, **columns):
        visit = select(Visit.id).where(Visit.code == code).scalar_subquery()
        changed = update(Assessment.__table__).where(
            Assessment.visit_id == visit, Assessment.instrument == of
        )
        with writing(engine_of(app), WHY) as session:
            session.connection().execute(changed.values(rule_version=rule, **columns))

    return leave


def engine_of(app):
    return app.extensions["registry_engine"]


def stored(person, code, instrument="sledai_2k"):
    visit = person.row(Visit, code=code)
    row = person.row(Assessment, visit_id=visit.id, instrument=instrument)
    return {name: getattr(row, name) for name in ("rule_version", *POINTS)}


def test_an_open_visit_takes_the_present_rule_over(alice, registry, earlier):
    code = alice.log("2026-03-10", "arthritis rash", pga="1")
    right, visit = stored(alice, code), alice.row(Visit)
    earlier(code, **TEN, parts={"organs": {}})
    assert stored(alice, code)["total"] == 10
    result = registry("rescore")
    assert result.exit_code == 0, result.output
    assert stored(alice, code) == right
    assert result.stdout.splitlines() == [
        f"N-001, visit {code}, SLEDAI-2K: would change 10 to 6 (not final)",
        "not final: 1 taken over, 1 of them with another result",
        "final, not touched: 0 would stay the same, 0 would change, 0 do not fit",
    ]
    # Who has the form of the visit open saves it all the same.
    assert alice.row(Visit).row_version == visit.row_version


def test_a_final_result_is_listed_and_never_changed(alice, registry, earlier):
    signed = alice.signed("2026-03-10", "arthritis rash")
    same = alice.signed("2026-03-12", "arthritis")
    earlier(signed, **TEN)
    earlier(same)
    before, (one, other) = stored(alice, signed), alice.rows(Signature)
    result = registry("rescore")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        f"N-001, visit {signed}, SLEDAI-2K: would change 10 to 6",
        "not final: 0 taken over, 0 of them with another result",
        "final, not touched: 1 would stay the same, 1 would change, 0 do not fit",
    ]
    assert stored(alice, signed) == before
    assert stored(alice, same)["rule_version"] == OLD
    assert [row.content for row in alice.rows(Signature)] == [one.content, other.content]


def test_a_later_program_rescores_what_this_one_stored(alice, registry, monkeypatch):
    """Nothing is planted: the rule changes, as an upgrade changes it."""
    signed, code = alice.signed("2026-03-10", "arthritis"), alice.log("2026-03-11", "arthritis")
    before = [(row.content, row.content_sha256) for row in alice.rows(Signature)]

    def score(answers):
        found, two = SLEDAI.score(answers), Decimal(2)
        points = {name: getattr(found, name) + two for name in TEN}
        return replace(found, **points)

    later = replace(SLEDAI, version="2030/1", score=score)
    monkeypatch.setitem(INSTRUMENTS, SLEDAI.code, later)
    result = registry("rescore")
    assert f"N-001, visit {signed}, SLEDAI-2K: would change 4 to 6" in result.stdout.splitlines()
    assert (stored(alice, code)["rule_version"], stored(alice, code)["total"]) == ("2030/1", 6)
    assert stored(alice, signed)["total"] == 4
    assert [(row.content, row.content_sha256) for row in alice.rows(Signature)] == before
    for command in (("audit", "verify"), ("verify",)):
        checked = registry(*command)
        assert checked.exit_code == 0, checked.output


def test_what_it_did_is_sealed_with_who_and_why(app, alice, registry, earlier):
    code = alice.log("2026-03-10", "arthritis")
    earlier(code, **TEN)
    assert registry("rescore", "--as", "alice").exit_code == 0
    for command in (("audit", "verify"), ("verify",)):
        assert registry(*command).exit_code == 0
    with reading(engine_of(app)) as session:
        last = session.scalars(select(AuditTx).order_by(AuditTx.seq.desc())).first()
    assert (last.actor, last.reason, last.n) == ("alice", REASON, 1)


def test_a_dry_run_says_the_same_and_stores_nothing(alice, registry, earlier):
    code = alice.log("2026-03-10", "arthritis rash")
    earlier(code, **TEN)
    before = stored(alice, code)
    result = registry("rescore", "--dry-run")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        f"N-001, visit {code}, SLEDAI-2K: would change 10 to 6 (not final)",
        "not final: 1 to take over, 1 of them with another result",
        "final, not touched: 0 would stay the same, 0 would change, 0 do not fit",
        "dry run: nothing was stored",
    ]
    assert stored(alice, code) == before


def test_answers_that_do_not_fit_refuse_everything(alice, registry, earlier):
    good, bad = alice.log("2026-03-10", "arthritis"), alice.log("2026-03-11", "rash")
    earlier(good, **TEN)
    earlier(bad, answers=[0] * 23)
    result = registry("rescore")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "registry: nothing was stored: 1 not judged",
        f"  N-001, visit {bad}, SLEDAI-2K: answers do not fit the present rule: "
        "SLEDAI-2K has 24 items, not 23",
    ]
    assert stored(alice, good)["total"] == 10


def test_a_final_visit_that_does_not_fit_is_named_and_stops_nobody(alice, registry, earlier):
    signed, good = alice.signed("2026-03-10", "rash"), alice.log("2026-03-11", "arthritis")
    earlier(signed, answers=[0] * 23)
    earlier(good, **TEN)
    result = registry("rescore")
    assert result.exit_code == 0, result.output
    assert "answers do not fit the present rule: SLEDAI-2K has 24 items" in result.stdout
    assert "0 would stay the same, 0 would change, 1 do not fit" in result.stdout
    assert stored(alice, good)["total"] == 4


def test_an_incomplete_score_is_told_by_its_bounds(alice, registry, earlier):
    code = alice.signed("2026-03-10", "rash", sledai_2k__seizure="not_assessed",
                        sledai_2k__seizure__reason="not_done")  # fmt: skip
    earlier(code, known_points=Decimal(3), max_possible=Decimal(11))
    said = "would change incomplete (3 to 11) to incomplete (2 to 10)"
    assert said in registry("rescore").stdout


def test_present_scores_historic_totals_and_unknown_instruments_are_left(alice, registry, earlier):
    code = alice.log("2026-03-10", "rash", pga__value="1.5")
    earlier(code, "pga", rule="7", instrument="later")
    earlier(code, answers=None, reasons=None, total_only=True, parts=None, rule=OLD,
            known_points=None, max_possible=None)  # fmt: skip
    before = [alice.row(Assessment, instrument=name) for name in ("sledai_2k", "later")]
    result = registry("rescore")
    assert result.stdout == "every score with answers is of the present rule\n"
    after = [alice.row(Assessment, instrument=name) for name in ("sledai_2k", "later")]
    assert [row.row_version for row in after] == [row.row_version for row in before]


def test_a_second_run_has_nothing_to_do(alice, registry, earlier):
    earlier(alice.log("2026-03-10", "arthritis rash"), **TEN)
    assert registry("rescore").exit_code == 0
    entries = len(alice.rows(AuditEntry))
    assert registry("rescore").stdout == "every score with answers is of the present rule\n"
    assert len(alice.rows(AuditEntry)) == entries


def test_many_rows_go_in_batches(alice, registry, earlier, monkeypatch):
    monkeypatch.setattr("registry.operations.rescoring.BATCH", 2)
    codes = [alice.log(f"2026-03-1{day}", "arthritis rash") for day in range(5)]
    for code in codes:
        earlier(code, **TEN)
    signed = codes[2]
    alice.sign(signed)
    assert registry("rescore").exit_code == 0
    assert {code: stored(alice, code)["total"] for code in codes} == {
        code: 10 if code == signed else 6 for code in codes
    }


def test_who_saves_at_the_same_moment_is_told(app, alice, earlier):
    code = alice.log("2026-03-10", "arthritis")
    earlier(code, **TEN)
    with writing(engine_of(app), WHY) as session:
        row = session.scalars(select(Assessment).where(Assessment.instrument == "sledai_2k")).one()
        list(rescore(session))
        row.total = Decimal(12)
        with pytest.raises(StaleDataError):
            session.flush()
        session.rollback()


def test_verify_says_what_they_would_be_and_calls_it_no_damage(alice, registry, earlier):
    changed, same = alice.signed("2026-03-10", "arthritis rash"), alice.signed("2026-03-12")
    earlier(changed, **TEN)
    earlier(same)
    result = registry("verify")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    told = f"N-001, visit {changed}, SLEDAI-2K: would change 10 to 6"
    assert [line for line in lines if "visit V" in line] == [f"information: {told}"]
    knows = f"this version of the program knows {SLEDAI.version}"
    assert f"not judged: 2 results of sledai_2k {OLD}: {knows}" in lines
    counts = "1 would stay the same, 1 would change, 0 do not fit"
    assert lines[-2:] == [
        f"by the present rules, of those in force: {counts}",
        "everything stored is what its rule says",
    ]
    first, last = (json.loads(line) for line in registry("verify", "--json").stdout.splitlines())
    assert first == {"information": told}
    assert last["by_present_rules"] == {"changed": 1, "same": 1}
