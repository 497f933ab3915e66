"""What every page promises: no inline code, guarded forms, labels and errors tied to fields."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, render_template, render_template_string

from registry import codes, templating
from registry.instruments._item import ANSWERS
from registry.instruments.base import Group, Instrument, Item, Score
from registry.instruments.pga import INSTRUMENT as PGA
from registry.instruments.sledai_2k import INSTRUMENT as SLEDAI_2K

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ERROR_CODES = (400, 403, 404, 409, 413, 422, 429, 500, 503)


def name_of(path):
    return path.relative_to(ROOT / "templates").as_posix()


class Page(HTMLParser):
    """The tags of a page in order, each with its attributes."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, tag, **wanted):
        return [a for t, a in self.tags if t == tag and wanted.items() <= a.items()]

    def ids(self):
        return Counter(attrs["id"] for _, attrs in self.tags if "id" in attrs)


@pytest.fixture(scope="module")
def app():
    app = Flask(
        "registry",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "registry" / "static"),
        static_url_path="/static",
    )
    app.secret_key = "for the flashed messages of this test only"
    templating.init_app(app)
    app.jinja_env.globals |= {"csrf_token": lambda: "token", "may": lambda _: True}
    return app


def visit_page(app, template="visits/form.html", **given):
    context = {
        "patient": {"patient_id": "P-017"},
        "instrument": SLEDAI_2K,
        "values": {},
        "errors": {},
        "previous": {"arthritis": "present", "rash": "absent"},
        "previous_on": date(2026, 5, 14),
        "previous_total": Decimal(4),
        "baseline": {"total": Decimal(16), "on": date(2025, 11, 10)},
        "timepoints": [("month_12", "Month 12")],
        "submission_id": "s-1",
        "row_version": "3",
    }
    with app.test_request_context():
        return render_template(template, **context | given)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_has_no_inline_style_or_script(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:|hx-on", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_is_short_enough_to_read(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_post_form_carries_a_csrf_token(path):
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL):
        assert re.search(r"guards\(|csrf_field\(|csrf_token\(", form)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_names_no_other_origin(path):
    assert not re.search(r"(src|href|action)=\"(https?:)?//", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", ERROR_CODES)
def test_error_page_says_what_happened_in_plain_words(app, code):
    with app.test_request_context():
        html = render_template(f"errors/{code}.html", message="", request_id="r-1")
    title = re.search(r"<title>(.*?) – Lupus", html, re.DOTALL)
    assert title
    assert title[1] in re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)[1]
    assert "r-1" in html
    assert "Traceback" not in html


def test_visit_form_draws_every_item_with_weight_and_definition(app):
    html = visit_page(app)
    page = Page(html)
    for item in SLEDAI_2K.items:
        choices = page.all("input", type="radio", name=f"sledai_2k.{item.code}")
        assert [choice["value"] for choice in choices] == list(ANSWERS)
        assert page.all("fieldset", **{"data-item": item.label})[0]["data-weight"] == str(
            item.weight
        )
    assert html.count("-definition") >= 2 * len(SLEDAI_2K.items)


def test_nothing_is_answered_before_the_clinician_answers(app):
    page = Page(visit_page(app))
    assert not [attrs for attrs in page.all("input", type="radio") if "checked" in attrs]


def test_what_was_typed_comes_back(app):
    typed = {
        "visited_on": "31 <11> 2026",
        "sledai_2k.rash": "not_assessed",
        "sledai_2k.rash.reason": "declined",
        "pga.value": "0,5",
    }
    page = Page(visit_page(app, values=typed))
    assert page.all("input", name="visited_on")[0]["value"] == "31 <11> 2026"
    assert page.all("input", name="pga.value")[0]["value"] == "0,5"
    assert "checked" in page.all("input", id="sledai_2k-rash-not_assessed")[0]
    assert "selected" in page.all("option", value="declined")[page_index(page)]


def page_index(page):
    codes_of_items = [item.code for item in SLEDAI_2K.items]
    assert len(page.all("option", value="declined")) == len(codes_of_items)
    return codes_of_items.index("rash")


def test_previous_answers_stand_beside_their_items_with_the_date(app):
    html = visit_page(app)
    dated = len(SLEDAI_2K.groups) + 1  # and the global assessment with the steroid
    assert html.count('<span class="last">last 14 May 2026</span>') == dated
    assert html.count("last: </span>▲ present") == 1
    assert html.count("last: </span>absent") == 1


ERRORS = {
    "visited_on": "Visit date: day 31 does not exist",
    "timepoint": "Choose a timepoint",
    "sledai_2k.seizure": "Seizure: choose an answer",
    "sledai_2k.rash.reason": "Rash: say why it was not assessed",
    "pga.value": "PGA must be between 0 and 3",
}


@pytest.mark.parametrize("errors", [{}, ERRORS], ids=["no errors", "errors"])
def test_every_reference_has_its_target_and_every_id_is_unique(app, errors):
    page = Page(visit_page(app, errors=errors))
    ids = page.ids()
    assert not [name for name, times in ids.items() if times > 1]
    for _, attrs in page.tags:
        wanted = f"{attrs.get('aria-describedby', '')} {attrs.get('aria-labelledby', '')}".split()
        wanted += [attrs["for"]] if "for" in attrs and " " not in attrs["for"] else []
        wanted += [attrs["href"][1:]] if attrs.get("href", "").startswith("#") else []
        assert set(wanted) <= ids.keys()


def test_error_summary_links_each_sentence_and_the_title_begins_with_error(app):
    html = visit_page(app, errors=ERRORS)
    assert re.search(r"<title>Error: ", html)
    assert html.index("There is a problem") < html.index("<h1")
    for field, sentence in ERRORS.items():
        assert f'<a href="#{templating.field_id(field)}">{sentence}</a>' in html


def test_every_field_has_a_label(app):
    page = Page(visit_page(app))
    labelled = {attrs.get("for") for attrs in page.all("label")}
    fields = page.all("input", type="text") + page.all("select")
    assert {field["id"] for field in fields} <= labelled


def test_another_instrument_is_drawn_from_its_declaration_alone(app):
    other = Instrument(
        code="other",
        key="OTHER",
        version="1",
        title="Other index",
        items=(Item("knee", "Knee", Decimal(3), "A swollen knee.", "joints"),),
        maximum=Decimal(3),
        score=lambda _: Score(None, Decimal(0), Decimal(3), complete=False),
        source="Nobody 2026",
        groups=(Group("joints", "Joints"),),
    )
    page = Page(visit_page(app, instrument=other, previous={}))
    assert len(page.all("input", type="radio", name="other.knee")) == len(ANSWERS)
    assert not page.all("input", name="sledai_2k.arthritis")


def test_amending_asks_for_a_reason_and_the_password_and_offers_no_draft(app):
    page = Page(visit_page(app, "visits/amend.html", draft_url="/draft"))
    assert page.all("textarea", name="amendment_reason")
    assert page.all("input", name="password", type="password")
    assert [b["value"] for b in page.all("button", name="action")] == ["amend"]


def test_further_instruments_of_numbers_are_drawn_as_boxes(app):
    page = Page(visit_page(app, more_instruments=[PGA], values={"pga.value": "0,5"}))
    boxes = page.all("input", name="pga.value", inputmode="decimal")
    assert boxes
    assert {box["value"] for box in boxes} == {"0,5"}


def test_sign_button_names_the_patient_and_the_password_is_never_echoed(app):
    html = visit_page(
        app,
        "visits/sign.html",
        visit={"visited_on": date(2026, 11, 22)},
        facts=[("Timepoint", "Month 12")],
        content=[("Seizure", "Absent")],
        sha256="ab" * 32,
        meanings=codes.SIGNATURE_MEANING.items(),
        back_url="/back",
        values={"password": "typed secret"},
        errors={"password": "The password is not right"},
    )
    assert "Sign visit for P-017" in html
    assert "typed secret" not in html


def test_conflict_page_shows_both_versions_and_keeps_what_was_typed(app):
    page_html = visit_page(
        app,
        "visits/conflict.html",
        who="a.moreau",
        at=datetime(2026, 11, 22, 10, 41, tzinfo=UTC),
        differences=[("Arthritis", "Absent", "Present")],
        action_url="/visits/1",
        reload_url="/visits/1",
        values={"pga.value": "0,5"},
    )
    assert Page(page_html).all("input", type="hidden", name="pga.value")[0]["value"] == "0,5"
    assert "Saved by a.moreau" in page_html
    assert "22 Nov 2026 10:41 UTC" in page_html


def test_incomplete_score_is_shown_as_two_bounds_and_never_as_a_total(app):
    html = visit_page(
        app,
        "visits/show.html",
        visit={"visited_on": date(2026, 11, 22), "state": "unsigned"},
        facts=[("Timepoint", "Month 12")],
        answers={"arthritis": "present"},
        reasons={"fever": "not_done"},
        score={"total": None, "known_points": 4, "max_possible": 12, "complete": False},
        signatures=[],
        changes=[],
    )
    assert "incomplete, 4 to 12" in html
    assert "Not assessed: Not done" in html
    assert "Nobody has signed this visit yet" in html


def test_synthetic_registry_says_so_on_every_page(app):
    assert "Synthetic data" in visit_page(app, synthetic=True)
    assert "Synthetic data" not in visit_page(app, synthetic=False)


def test_sign_out_is_a_guarded_post(app):
    person = SimpleNamespace(is_authenticated=True, username="j.kimani")
    html = visit_page(app, current_user=person)
    form = html[html.index('action="/sign-out"') :]
    assert 'name="csrf_token"' in form[: form.index("</form>")]


def test_field_keeps_markup_as_text(app):
    source = '{% from "macros/forms.html" import text %}{{ text("a", "A", values, {}) }}'
    with app.test_request_context():
        html = render_template_string(source, values={"a": '"><script>x</script>'})
    assert "<script>" not in html
