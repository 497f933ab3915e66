"""The primary end point of a small cohort that was counted by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from registry.followup.facts import (
    AssessmentFact,
    EnrolmentFact,
    IntercurrentFact,
    MedicineFact,
    StatusFact,
)
from registry.instruments.bilag_2004 import VERSION
from registry.partial_date import PartialDate

ROWS = ("composite", "treatment_policy", "observed", "worst", "best")


def on(text):
    return PartialDate.parse(text)


STEADY = MedicineFact("prednisone", on("2023"), daily_dose=Decimal(5), unit="mg", route="oral")
HCQ = MedicineFact("hydroxychloroquine", on("2020"))


def graded(grades):
    return AssessmentFact(
        "bilag_2004", VERSION, None, None, None, complete=True, answers=list(grades)
    )


@pytest.fixture
def enrolled(make):
    """Build a prospective patient with a baseline and a visit at month 12, both complete."""

    def build(code, before=10, now=4, *, pga=("1", "1"), bilag=None, day=365, **changes):
        first = [make.sledai(before), make.pga(pga[0])]
        then = [] if now is None else [make.sledai(now), make.pga(pga[1])]
        if bilag:
            first.append(graded(bilag[0]))
            then.append(graded(bilag[1]))
        visits = [make.visit(-5, *first)]
        visits += [make.visit(day, *then)] if day is not None else []
        facts = {"visits": tuple(visits), "medicines": (STEADY, HCQ)} | changes
        return make.patient(code, **facts)

    return build


def event(make, kind, day, **changes):
    return IntercurrentFact(kind, PartialDate.on(make.day(day)), **changes)


@pytest.fixture
def by_hand(make, enrolled):
    """Twelve in the population, with what was expected of each written beside; four are not."""
    azathioprine = MedicineFact("azathioprine", PartialDate.on(make.day(100)))
    raised = replace(
        STEADY, started_on=PartialDate.on(make.day(60)), ended_on=PartialDate.on(make.day(67)),
        daily_dose=Decimal(20),
    )  # fmt: skip
    lost = StatusFact("lost", PartialDate.on(make.day(200)))
    recent = make.course(PartialDate.parse("2025-06-01"))
    late = EnrolmentFact("A", PartialDate.on(make.day(90)))
    early = EnrolmentFact("A", PartialDate.on(make.day(9)))
    return [
        enrolled("p01"),  # met
        enrolled("p02", 8, 4),  # met: exactly 4
        enrolled("p03", 8, 5),  # no_response: 3 points
        enrolled("p04", pga=("0.9", "1.2")),  # no_response: PGA rose by 0.3
        enrolled("p05", medicines=(STEADY, azathioprine)),  # new_treatment, responds at the visit
        enrolled("p06", 10, 10, medicines=(STEADY, raised)),  # steroid above baseline; no response
        enrolled("p07", 3, 0),  # not_evaluable
        enrolled("p08", medicines=()),  # responds; without medicine history: indeterminate
        enrolled("p09", day=None, death_on=PartialDate.on(make.day(300))),  # died
        enrolled("p10", day=None, statuses=(lost,)),  # lost
        enrolled("p11", day=None),  # missing
        enrolled("p12", now=None),  # missing: seen without the data
        enrolled("x13", courses=(recent,)),  # window still open
        enrolled("x14", enrolments=(late,)),  # retrospective
        enrolled("x15", enrolments=(early,)),  # early
        enrolled("x16", courses=()),  # not infused
    ]


def counted(found):
    return {row["row"]: (row["x"], row["n"]) for row in found["rows"]}


def reasons(found, key="first"):
    return {row["reason"]: row[key] for row in found["reasons"] if row[key]}


def test_the_cohort_counted_by_hand(by_hand, summary):
    found = summary(*by_hand)["primary"]
    assert (found["endpoint"], found["responder"]) == ("default_primary", "csledai_4")
    assert counted(found) == {
        "composite": (2, 12),  # p01 p02
        "treatment_policy": (4, 12),  # with p05 and p08
        "observed": (4, 7),  # p01 p02 p05 p08 of those and p03 p04 p06
        "worst": (2, 12),
        "best": (3, 12),  # with p08
    }
    assert reasons(found) == {
        "died": 1, "new_treatment": 1, "steroid_above_baseline": 1, "lost": 1, "no_response": 2,
        "missing": 2, "not_evaluable": 1, "indeterminate": 1,
    }  # fmt: skip
    assert reasons(found, "patients")["no_response"] == 3  # p06 as well
    assert reasons(found, "undecided")["new_treatment"] == 1  # p08
    assert (found["infused"], found["not_prospective"], found["window_open"]) == (15, 2, 1)
    assert found["n"] == 12
    assert (found["indeterminate"], found["not_evaluable"], found["missing"]) == (1, 1, 2)


def test_every_row_has_its_interval_and_method(by_hand, summary):
    row = summary(*by_hand)["primary"]["rows"][0]
    assert (row["percent"], row["ci_low"], row["ci_high"]) == (16.7, 2.1, 48.4)
    assert (row["wilson_low"], row["wilson_high"]) == (4.7, 44.8)
    assert row["method"] == "clopper_pearson"


def test_the_first_reasons_and_the_responders_are_everybody(by_hand, summary):
    found = summary(*by_hand)["primary"]
    assert sum(reasons(found).values()) + counted(found)["composite"][0] == found["n"]


def test_the_order_of_the_patients_changes_nothing(by_hand, summary):
    assert summary(*by_hand)["primary"] == summary(*reversed(by_hand))["primary"]


@pytest.mark.parametrize(("day", "n"), [(455, 0), (456, 1)])
def test_the_population_waits_until_the_window_has_closed(make, enrolled, summary, day, n):
    found = summary(enrolled("p"), cut=make.day(day))["primary"]
    assert (found["n"], found["window_open"]) == (n, 1 - n)


def test_without_anybody_there_is_a_row_without_a_percentage(summary, make):
    found = summary()["primary"]
    assert counted(found) == dict.fromkeys(ROWS, (0, 0))
    assert found["rows"][0]["percent"] is None
    assert summary(make.patient())["primary"]["n"] == 1


# --- which responder ----------------------------------------------------------------------

QUIET = "BEEEEEEEE", "CEEEEEEEE"


def test_sri_is_judged_where_half_were_graded_at_baseline(enrolled, summary):
    found = summary(enrolled("a", bilag=QUIET), enrolled("b"))
    assert (found["primary"]["responder"], found["primary"]["bilag_at_baseline"]) == ("sri_4", 1)
    assert counted(found["primary"])["composite"] == (1, 2)
    assert reasons(found["primary"]) == {"indeterminate": 1}
    fewer = summary(enrolled("a", bilag=QUIET), enrolled("b"), enrolled("c"))
    assert fewer["primary"]["responder"] == "csledai_4"
    assert counted(fewer["primary"])["composite"] == (3, 3)


def test_the_placebo_background_stands_only_beside_sri_4(enrolled, summary):
    graded_, plain = (summary(enrolled("a", bilag=b)) for b in (QUIET, None))
    background = graded_["primary"]["background"]
    assert [background[k] for k in ("percent", "trials", "patients", "mean_sledai")] == [
        39.8, 24, 3899, 10.4,
    ]  # fmt: skip
    assert "Not a control group" in background["sentence"]
    assert plain["primary"]["background"] is None


def test_a_published_end_point_is_there_once_anybody_can_be_judged_by_it(enrolled, summary):
    assert summary(enrolled("a"))["endpoints"] == []
    above = replace(STEADY, daily_dose=Decimal(12))
    found = summary(
        enrolled("a", bilag=QUIET, day=180),
        enrolled("b", bilag=QUIET, day=180, medicines=(above,)),
    )["endpoints"]
    assert [row["endpoint"] for row in found] == ["kamen_2022"]
    assert counted(found[0])["composite"] == (1, 2)
    assert reasons(found[0]) == {"steroid_above_ceiling": 1}
    assert found[0]["timepoint"] == "month_6"


def test_groups_are_judged_by_what_was_chosen_over_all(make, enrolled, summary):
    elsewhere = (make.course(site="B"),)
    found = summary(
        enrolled("a", bilag=QUIET),
        enrolled("b", bilag=QUIET),
        enrolled("c", courses=elsewhere),
        by="site",
    )
    assert [group["primary"]["responder"] for group in found["groups"]] == ["sri_4", "sri_4"]
    assert sum(group["primary"]["n"] for group in found["groups"]) == found["primary"]["n"]


# --- what happened in between ---------------------------------------------------------------


def test_a_failure_of_treatment_is_for_the_rules_and_not_for_the_response(make, enrolled, summary):
    early, late = (event(make, "steroid_pulse", day) for day in (20, 29))
    patients = [
        enrolled("a", bilag=QUIET, intercurrent=(early,)),
        enrolled("b", bilag=QUIET, intercurrent=(late,)),
    ]
    found = summary(*patients)["primary"]
    assert counted(found)["composite"] == (1, 2)  # a pulse by day 28 is allowed
    assert counted(found)["treatment_policy"] == (2, 2)
    assert reasons(found) == {"pulse": 1}


@pytest.mark.parametrize("kind", ["treatment_failure", "rescue_other"])
def test_a_failure_that_only_an_event_tells_of_is_no_response(make, enrolled, summary, row, kind):
    failed = enrolled("a", bilag=QUIET, intercurrent=(event(make, kind, 100),))
    found = summary(failed)
    primary, states = found["primary"], found["states"]
    assert reasons(primary) == {"treatment_failure": 1}
    assert counted(primary)["treatment_policy"] == (1, 1)
    sri = row(states, definition="sri_4", timepoint="month_12", row="observed")
    assert counted(primary)["composite"] == (sri["x"], sri["n"]) == (0, 1)
    planned = event(make, kind, 100, planned=True)
    assert counted(summary(enrolled("a", bilag=QUIET, intercurrent=(planned,)))["primary"])[
        "composite"
    ] == (1, 1)


def test_what_begins_at_the_visit_follows_its_assessment(make, enrolled, summary):
    for day, x in ((364, 0), (365, 1)):
        started = MedicineFact("belimumab", PartialDate.on(make.day(day)))
        found = summary(enrolled("a", medicines=(STEADY, started)))["primary"]
        assert counted(found)["composite"] == (x, 1)


def test_who_missed_the_visit_and_was_recorded_as_lost_is_lost(make, enrolled, summary):
    gone = event(make, "withdrew", 200)
    found = summary(enrolled("a", day=None, intercurrent=(gone,)))["primary"]
    assert reasons(found) == {"withdrawn": 1}
    seen = summary(enrolled("a", intercurrent=(gone,)))["primary"]
    assert counted(seen)["composite"] == (1, 1)


def test_an_event_that_no_rule_reads_is_counted(make, enrolled, summary):
    events = (event(make, "pregnancy", 100), event(make, "dialysis", 400))
    found = summary(enrolled("a", intercurrent=events))["primary"]
    assert found["other_events"] == 1
    assert counted(found)["composite"] == (1, 1)


def test_seen_is_seen_whatever_happened_later(make, enrolled, summary):
    found = summary(enrolled("a", day=340, death_on=PartialDate.on(make.day(400))))["primary"]
    assert counted(found)["composite"] == (1, 1)


# --- the rows of the states ------------------------------------------------------------------


def test_responders_have_no_row_at_baseline_and_none_without_data(enrolled, summary):
    rows = summary(enrolled("a"))["states"]
    named = {row["definition"] for row in rows}
    assert "csledai_4" in named
    assert not named & {"sri_4", "bicla", "clasi_50", "joint_50"}
    assert "baseline" not in {r["timepoint"] for r in rows if r["definition"] == "csledai_4"}
    graded_ = {row["definition"] for row in summary(enrolled("a", bilag=QUIET))["states"]}
    assert {"sri_4", "sri_8", "bicla", "csledai_4"} <= graded_


def test_who_is_not_evaluable_is_counted_and_not_observed(enrolled, summary, row):
    rows = summary(enrolled("a"), enrolled("b", 3, 0), enrolled("c", 10, 10))["states"]
    keys = {"definition": "csledai_4", "timepoint": "month_12"}
    observed, imputed = (
        row(rows, row=kind, **keys) for kind in ("observed", "non_responder_imputed")
    )
    assert (observed["x"], observed["n"], observed["not_evaluable"]) == (1, 2, 1)
    assert (imputed["x"], imputed["n"]) == (1, 3)


def test_the_definitions_print_the_end_points_with_their_settings(summary):
    printed = summary()["provenance"]["definitions"]
    assert printed["default_primary"]["version"] == "1"
    assert "above 10 mg" in printed["default_primary"]["settings"]["steroid_above_ceiling"]
    assert printed["kamen_2022"]["settings"]["source"].endswith("e000704")
