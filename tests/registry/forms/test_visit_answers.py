"""What a visit form sends for each kind of item, and what is said where it cannot be right."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.forms.visit_answers import read_answers
from registry.instruments import INSTRUMENTS
from registry.instruments.base import Instrument, Item, Occasion, Score
from registry.views.typed_answers import typed_answers

ONE = Decimal(1)
EVER = Instrument(
    code="ever", key="EVER", version="1", title="Ever", maximum=ONE, source="this test",
    items=(
        Item("cataract", "Cataract", ONE, form="dates"),
        Item("device", "Device", ONE, form="text", optional=True),
        Item("worse", "Worse", ONE),
    ),
    score=lambda answers: Score(None, Decimal(0), Decimal(0), complete=False),
    totalled=False,
)  # fmt: skip


def read(instrument, **typed):
    errors = {}
    form = {f"{instrument.code}.{name.replace('__', '.')}": text for name, text in typed.items()}
    return read_answers(instrument, form, Occasion(date(2026, 3, 10)), errors), errors


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("35 mm", "1.05"), ("35mm", "1.05"), ("35/100", "1.05"), ("3,5/10", "1.05"),
        ("3.5 cm", "1.05"), ("2.1/3", "2.10"), ("0 mm", "0.00"), ("100 mm", "3.00"),
        ("17 mm", "0.51"),
    ],
)  # fmt: skip
def test_a_labelled_pga_is_converted_and_kept_as_it_was_entered(typed, value):
    found, errors = read(INSTRUMENTS["pga"], value=typed)
    assert errors == {}
    assert str(found.answers["value"]) == value
    assert found.reasons == {"value": f"entered as {typed}"}
    reopened = typed_answers(found.instrument, found.answers, found.reasons)
    assert reopened == {"pga.value": typed}


@pytest.mark.parametrize("typed", ["7", "35", "101 mm", "11/10", "35/80", "-1", "3.01"])
def test_a_pga_of_another_scale_without_its_label_is_refused_with_the_way_out(typed):
    found, errors = read(INSTRUMENTS["pga"], value=typed)
    assert found is None
    assert "35 mm, 35/100 or 3.5/10" in errors["pga.value"]


def test_a_plain_pga_has_no_note():
    found, _ = read(INSTRUMENTS["pga"], value="1,5")
    assert (found.score.total, found.reasons) == (Decimal("1.5"), {})


def test_halves_and_lines_of_pain_are_refused():
    for typed in ("5.5", "11", "55 mm"):
        assert read(INSTRUMENTS["pain_nrs"], value=typed)[0] is None


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ({"proteinuria_flag": "present"}, "proteinuria_mg"),
        ({"thrombocytopenia_flag": "present"}, "platelets"),
        ({"leukopenia_flag": "present"}, "wbc"),
        ({"arthritis": "present"}, "swollen_joints_28"),
        ({"arthritis": "absent", "swollen_joints_28": "2"}, "swollen_joints_28"),
        ({"localised_rash": "present", "generalised_rash": "present"}, "generalised_rash"),
    ],
)
def test_a_sle_das_finding_without_its_amount_is_an_error_at_the_amount(given, at):
    found, errors = read(INSTRUMENTS["sle_das"], **given)
    assert (found, list(errors)) == (None, [f"sle_das.{at}"])


def test_a_profile_is_five_digits_and_an_index_names_its_set():
    _, errors = read(INSTRUMENTS["eq_5d_5l"], profile="2123", vas="70", index="0.7")
    assert list(errors) == ["eq_5d_5l.profile", "eq_5d_5l.value_set"]


def test_a_system_left_open_is_not_e():
    found, _ = read(INSTRUMENTS["bilag_2004"], renal="A", reason="remote_contact")
    assert found.answers["mucocutaneous"] is None
    assert found.reasons["mucocutaneous"] == "remote_contact"
    assert (found.score.total, found.score.known_points) == (None, 12)
    assert "renal" not in found.reasons


def test_a_reason_alone_says_that_nothing_was_assessed():
    found, _ = read(INSTRUMENTS["clasi"], reason="declined")
    assert set(found.reasons.values()) == {"declined"}
    assert found.score.missing == ("activity", "damage")


def test_a_reason_beside_complete_answers_is_refused():
    _, errors = read(INSTRUMENTS["clasi"], activity="3", damage="0", reason="declined")
    assert list(errors) == ["clasi.reason"]


def test_a_finding_marked_not_assessed_must_say_why():
    _, errors = read(EVER, worse="not_assessed")
    assert list(errors) == ["ever.reason"]
    assert read(EVER, worse="not_assessed", reason="declined")[1] == {}
    assert read(EVER, worse="not_assessed", worse__reason="declined")[1] == {}


@pytest.mark.parametrize(
    ("typed", "on", "answer"),
    [
        ("present", "", 1), ("absent", "", 0), ("present", "May 2019; 2021", "2019-05;2021"),
        ("", "2021; 3 5 2019", "2019-05-03;2021"), ("2019-05", "", "2019-05"),
    ],
)  # fmt: skip
def test_a_finding_may_say_when_it_came(typed, on, answer):
    found, errors = read(EVER, cataract=typed, cataract__on=on, worse="absent")
    assert errors == {}
    assert found.answers["cataract"] == answer


@pytest.mark.parametrize(("typed", "on"), [("absent", "2019"), ("present", "spring"), ("x", "")])
def test_a_date_of_what_is_absent_and_a_date_that_is_none_are_refused(typed, on):
    found, errors = read(EVER, cataract=typed, cataract__on=on)
    assert (found, list(errors)) == (None, ["ever.cataract"])


def test_nothing_typed_is_no_assessment():
    assert read(EVER) == (None, {})


def answers_of(item):
    if item.kind == "choice":
        return st.sampled_from(sorted(item.choices))
    if item.kind == "number":
        return st.decimals(item.low, item.high, places=item.places)
    return (
        st.sampled_from([0, 1]) if item.kind == "yes_no" else st.sampled_from([0, 1, "2019;2021"])
    )


SAFE = sorted(
    code for code, found in INSTRUMENTS.items()
    if found.stored and found.problems is None and found.asked == "optional"
)  # fmt: skip
REASONS = st.sampled_from(["not_recorded", "declined", "remote_contact"])


@given(st.data(), st.sampled_from([*(INSTRUMENTS[code] for code in SAFE), EVER]))
def test_what_is_stored_reads_back_from_the_form_unchanged(data, instrument):
    answers = {
        item.code: data.draw(st.none() | answers_of(item))
        for item in instrument.items
        if item.kind != "text"
    } | {item.code: "a device" for item in instrument.items if item.kind == "text"}
    reasons = {code: data.draw(REASONS) for code, answer in answers.items() if answer is None}
    errors = {}
    typed = typed_answers(instrument, answers, reasons)
    found = read_answers(instrument, typed, Occasion(), errors)
    if found is None:  # nothing but gaps without a reason: there was nothing to keep
        assert errors == {}
        assert set(reasons.values()) <= {"not_recorded"}
    else:
        assert {**found.answers} == answers
        assert {**found.reasons} == reasons
