"""What a hostile browser sends: odd methods, endless questions, files left in a cache."""

import pytest
from sqlalchemy import func, select

from registry.database.engine import reading
from registry.models import AccessLog, Draft, SignInThrottle, Visit


@pytest.fixture
def database_url(engine_url):
    return engine_url


@pytest.fixture
def counted(app):
    """Return a function that counts the rows of a model."""

    def count(model):
        with reading(app.extensions["registry_engine"]) as session:
            return session.scalar(select(func.count()).select_from(model))

    return count


def test_a_head_request_is_no_attempt_to_sign_in(app, two_sites, counted):
    # Any foreign page can make a browser send one, without a token.
    assert app.test_client().head("/sign-in").status_code == 200
    assert counted(SignInThrottle) == 0
    assert counted(AccessLog) == 0


@pytest.mark.parametrize("action", ["draft", "save"])
def test_a_head_request_with_a_body_stores_nothing(app, two_sites, counted, signed_in, action):
    typed = {"visited_on": "2026-03-01", "timepoint": "unscheduled", "action": action}
    typed |= {"submission_id": "5f1d6b36-5a1c-4f8e-8a1f-9a1f3a3a3a3a", "pga.value": "1"}
    answer = signed_in("alice").head("/patients/N-001/visits/new", data=typed)
    assert answer.status_code == 200
    assert counted(Draft) + counted(Visit) == 0


@pytest.mark.parametrize("length", [41, 60_000])
def test_a_search_longer_than_any_code_finds_nobody(signed_in, length):
    answer = signed_in("alice").get("/patients/", query_string={"q": "a" * length})
    assert answer.status_code == 200
    assert "N-001" not in answer.text


def test_a_file_of_the_whole_registry_stays_in_no_cache(signed_in, sender):
    with sender(signed_in("dora"))("/export", {"purpose": "analysis", "cut": ""}) as answer:
        assert answer.mimetype == "application/zip"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Expires" not in answer.headers


@pytest.mark.parametrize("by", ["lot", "cell_type", "site", "legal_basis"])
def test_a_group_without_any_score_is_shown_as_such(cases, signed_in, by):
    answer = signed_in("dora").get("/cohort", query_string={"by": by})
    assert answer.status_code == 200
    assert "How each group began" in answer.text
