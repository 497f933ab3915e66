"""Scores of an earlier rule leave with its version, and come back without a change."""

import pytest
from sqlalchemy import select, update

from registry.database.engine import reading, writing
from registry.errors import RefusedError
from registry.imports import source
from registry.imports.importer import import_folder
from registry.instruments import INSTRUMENTS
from registry.models import Assessment
from tests.exchanging import CONTEXT, TODAY, exported, written

SLEDAI = INSTRUMENTS["sledai_2k"]
OLD = "2002/0"
ANSWERS = [
    {"visit_id": "V1", "instrument": "sledai_2k", "item": item.code, "value": "absent"}
    for item in SLEDAI.items
]
FOLDER = {
    "sites.csv": [{"site_code": "A", "name": "North"}],
    "patients.csv": [
        {"patient_id": "P1", "site_code": "A", "sex": "female", "enrolled_on": "2024-01-10"}
    ],
    "visits.csv": [
        {"visit_id": name, "patient_id": "P1", "site_code": "A", "visited_on": "2024-02-01"}
        for name in ("V1", "V2")
    ],
    "assessments.csv": ANSWERS,
}
TOTAL = {"visit_id": "V2", "instrument": "sledai_2k", "item": "total", "value": "12"}


@pytest.fixture
def bring(engine, tmp_path):
    """Return a function that imports a folder and returns the report."""

    def come(name, files, **options):
        with source.opened(written(tmp_path / name, files)) as found:
            return import_folder(engine, found, CONTEXT, TODAY, **options)

    return come


def rules_of(engine):
    with reading(engine) as session:
        return sorted(session.scalars(select(Assessment.rule_version)))


def leave(engine, **columns):
    """Leave the scores as an earlier version of the program made them."""
    with writing(engine, CONTEXT) as session:
        session.connection().execute(update(Assessment.__table__).values(**columns))


def test_answers_of_another_rule_are_scored_by_the_present_one_and_a_total_is_kept(engine, bring):
    rows = [row | {"version": OLD} for row in (*ANSWERS, TOTAL)]
    report = bring("in", FOLDER | {"assessments.csv": rows})
    assert report.errors == []
    assert {warning.rule for warning in report.warnings if warning.column == "version"} == {
        f"answers are scored by the present rule, {SLEDAI.version}; a total is kept"
    }
    assert rules_of(engine) == [OLD, SLEDAI.version]


def test_a_score_of_an_earlier_rule_goes_out_and_comes_back_unchanged(engine, bring, tmp_path):
    bring("in", FOLDER)
    leave(engine, rule_version=OLD, total=3)
    lines = exported(engine, tmp_path / "out")["assessments.csv"].decode().splitlines()
    assert {line.split(",")[5] for line in lines[1:]} == {OLD}
    with source.opened(tmp_path / "out") as found:
        again = import_folder(engine, found, CONTEXT, TODAY)
    assert (again.errors, again.imported) == ([], False)
    # Nor does a file that says nothing of the rule.
    again = bring("again", FOLDER)
    assert (again.errors, again.imported) == ([], False)
    assert rules_of(engine) == [OLD]


def test_another_answer_to_it_is_scored_by_the_present_rule(engine, bring):
    bring("in", FOLDER)
    leave(engine, rule_version=OLD, total=3)
    changed = [ANSWERS[0] | {"value": "present"}, *ANSWERS[1:]]
    report = bring("more", FOLDER | {"assessments.csv": changed}, update=True)
    assert report.errors == []
    assert [change.column for change in report.changes] == [SLEDAI.items[0].code]
    assert rules_of(engine) == [SLEDAI.version]


def test_answers_that_do_not_fit_the_items_do_not_leave(engine, bring, tmp_path):
    bring("in", FOLDER)
    leave(engine, rule_version=OLD, answers=[0, 1])
    with pytest.raises(RefusedError, match=f"sledai_2k {OLD}, which this version does not know"):
        exported(engine, tmp_path / "out")
