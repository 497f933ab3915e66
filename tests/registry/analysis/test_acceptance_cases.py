"""Cases from the papers that the registry must get right, each with where it comes from.

Day 0 of everybody is 2024-01-10; the papers print days after it.
"""

from datetime import date
from fractions import Fraction

import pytest

from registry.analysis.adverse_events import adverse_events
from registry.analysis.cohort import cohort
from registry.analysis.flow import FlowDoesNotSumError, at_timepoint
from registry.analysis.intervals import proportion
from registry.analysis.members import infused
from registry.analysis.rounding import half_up
from registry.followup.facts import (
    AdverseEventFact,
    CausalityFact,
    CourseFact,
    EndpointFact,
    StatusFact,
)
from registry.partial_date import PartialDate
from tests.registry.analysis.conftest import CUT, day

LATER = date(2032, 1, 1)  # after five and seven years


def on(offset):
    return PartialDate.on(day(offset))


def event(name, started=5, verdict=None, **changes):
    causality = (CausalityFact("product", "reporter", verdict),) if verdict else ()
    return AdverseEventFact(name, name, on(started), term=name, causality=causality, **changes)


def reported(definition, timepoint, state):
    return EndpointFact(definition, timepoint, state)


def share(x, n):
    found = proportion(x, n)._asdict()
    return tuple(found[name] for name in ("percent", "ci_low", "ci_high"))


@pytest.fixture(scope="module")
def counted():
    def run(patients):
        return adverse_events(cohort(patients, CUT)[0])

    return run


def states(row, rows, definition, timepoint="month_12"):
    return row(rows, definition=definition, timepoint=timepoint, row="observed")


def test_a1_five_of_six_label_their_method():
    """Kamen 2022 prints 83.3 % (35.9 to 99.6)."""
    found = proportion(5, 6)
    assert share(5, 6) == (83.3, 35.9, 99.6)
    assert (found.wilson_low, found.wilson_high, found.method) == (43.6, 97.0, "clopper_pearson")


@pytest.fixture(scope="module")
def wang_2014(make):
    """Forty patients; seven listed events in patients 2, 3, 3, 9, 12, 14, 27, none related."""
    deaths = {9: 7, 14: 256, 27: 192}
    listed = {
        2: [("Herpesvirus infection", 291)],
        3: [("Herpesvirus infection", 135), ("Herpesvirus infection", 187)],
        9: [("Death", 7)], 12: [("Tuberculosis infection", 326)],
        14: [("Death", 256)], 27: [("Death", 192)],
    }  # fmt: skip
    return [
        make.patient(
            f"{number:02}",
            adverse_events=tuple(
                event(
                    name, day, "not_related",
                    outcome="fatal" if number in deaths else "recovered",
                )
                for name, day in listed.get(number, ())
            ),
            death_on=on(deaths[number]) if number in deaths else None,
            endpoints=(
                (reported("major_clinical_response", "month_3", "met"),
                 reported("relapse", "month_12", "met"))
                if number == 9 else ()
            ),
        )
        for number in range(1, 41)
    ]  # fmt: skip


def test_a2_no_related_event_among_forty_is_not_no_risk(wang_2014, counted):
    related = counted(wang_2014)["related"]
    assert (related["patients"], related["n"], related["percent"]) == (0, 40, 0.0)
    assert (related["ci_low"], related["ci_high"]) == (0.0, 8.8)


def test_a13_seven_events_in_six_patients(wang_2014, counted):
    result = counted(wang_2014)
    found = result["any"]
    assert (found["patients"], found["events"], found["n"]) == (6, 7, 40)
    assert (found["percent"], found["ci_low"], found["ci_high"]) == (15.0, 5.7, 29.8)
    assert (result["serious"]["patients"], result["serious"]["events"]) == (3, 3)
    assert [death["day"] for death in result["deaths"]] == [7, 192, 256]


def test_a14_a_response_after_death_is_questioned(wang_2014, summary):
    warned = summary(*wang_2014)["warnings"]
    assert any(
        "Status after death: 1 patient with a reported result that was met" in sentence
        for sentence in warned
    )


def test_a4_remission_is_of_the_treated_and_survivors_are_another_line(make, summary, row):
    """Wang 2018: 28 remissions, 68 alive, 81 treated."""
    patients = [
        make.patient(
            f"{n:02}",
            endpoints=(
                reported("remission_of_treated", "year_5", "met" if n < 28 else "not_met"),
                *(
                    [reported("remission_of_survivors", "year_5", "met" if n < 28 else "not_met")]
                    if n < 68
                    else []
                ),
            ),
        )
        for n in range(81)
    ]
    rows = summary(*patients, cut=LATER)["states"]
    treated, alive = (
        states(row, rows, f"remission_of_{who}", "year_5") for who in ("treated", "survivors")
    )
    printed = [treated[name] for name in ("x", "n", "percent", "ci_low", "ci_high", "not_seen")]
    assert printed == [28, 81, 34.6, 24.3, 46.0, 0]
    assert [alive[name] for name in ("x", "n", "percent", "not_seen")] == [28, 68, 41.2, 13]


@pytest.mark.parametrize("counts", [(3, 24, 12.5), (4, 24, 16.7), (7, 24, 29.2), (7, 40, 17.5)])
def test_a8_relapses_depend_on_their_denominator(make, summary, row, counts):
    """Wang 2014: relapse among 24 responders; the other 16 had no response to lose."""
    x, n, percent = counts

    def of(number):
        return "not_evaluable" if number >= n else "met" if number < x else "not_met"

    patients = [
        make.patient(f"{k:02}", endpoints=(reported("relapse", "month_12", of(k)),))
        for k in range(40)
    ]
    found = states(row, summary(*patients)["states"], "relapse")
    printed = [found[name] for name in ("x", "n", "percent", "not_evaluable")]
    assert printed == [x, n, percent, 40 - n]


def test_a9_percentages_are_rounded_once():
    """Gu 2014: 11 of 49 is 22.449; by way of 22.45 it would print 22.5."""
    assert share(11, 49)[0] == 22.4
    assert half_up(Fraction(1100, 49), 3) == 22.449


@pytest.fixture(scope="module")
def leng_2017(make):
    """27 begun: 1 without cells, 2 missing; 24 infused: 1 dies early, 2 later, 4 lost, 17 seen."""
    begun = CourseFact("c", 1, None, on(-30))
    unfinished = [make.patient(f"u{n}", courses=(begun,)) for n in range(3)]
    dead = [make.patient(f"d{n}", death_on=on(20 + 100 * n)) for n in range(3)]
    lost = [make.patient(f"l{n}", statuses=(StatusFact("lost", on(90)),)) for n in range(4)]
    seen = [make.patient(f"s{n:02}", visits=(make.visit(365, make.sledai(2)),)) for n in range(17)]
    return [*unfinished, *dead, *lost, *seen]


def test_a11_the_flow_closes_from_27_to_23(leng_2017, summary):
    flow = summary(*leng_2017)["flow"]
    (year,) = (at for at in flow["at"] if at["timepoint"] == "month_12")
    assert (flow["course_started"], flow["infused"]) == (27, 24)
    assert flow["not_infused"] == [{"reason": "not_recorded", "n": 3}]
    assert (year["seen"], year["lost"], year["died"]) == (17, 4, 3)
    assert year["seen"] + year["lost"] + year["died"] - 1 == 23  # all but the early death


def test_a11_a_flow_that_does_not_sum_stops_the_summary(leng_2017):
    members, _ = cohort(leng_2017, CUT)
    treated = infused(members)
    object.__setattr__(treated[0].places["month_12"], "state", "mislaid")
    with pytest.raises(FlowDoesNotSumError, match="23, but 24 patients were infused"):
        at_timepoint(treated, "month_12")


def test_a12_deaths_before_the_graft_stay_in_the_safety_population(make, counted, summary):
    """Burt 2006: 50 mobilised, 48 transplanted, two deaths before; related 1 of 50, then 2."""
    begun = CourseFact("c", 1, None, on(-30))
    gone = [
        make.patient(
            f"m{n}", courses=(begun,), death_on=on(-10 + n),
            adverse_events=(event("Mucormycosis", -12, verdict, outcome="fatal"),),
        )
        for n, verdict in enumerate(("related", None))
    ]  # fmt: skip
    patients = [*gone, *(make.patient(f"t{n:02}") for n in range(48))]
    result = counted(patients)
    assert (result["patients"], result["infusions"]) == (50, 48)
    assert [result[name]["patients"] for name in ("related", "related_worst_case")] == [1, 2]
    assert result["related"]["percent"] == 2.0
    assert {death["phase"] for death in result["deaths"]} == {"mobilisation_and_conditioning"}
    flow = summary(*patients)["flow"]
    assert (flow["infused"], flow["not_infused"]) == (48, [{"reason": "died", "n": 2}])


def test_a15_pairs_are_counted_beside_those_without(make, summary, row):
    """Liang 2010: changes of 12 pairs among 15 patients."""
    before, after = make.visit(-1, make.sledai(12)), make.visit(365, make.sledai(3))
    patients = [
        make.patient(f"{n:02}", visits=(before, after) if n < 12 else (before,)) for n in range(15)
    ]
    found = row(summary(*patients)["activity"], instrument="sledai_2k", timepoint="month_12")
    assert (found["change"]["n_pairs"], found["n"], found["missing"]) == (12, 12, 3)
    assert found["change"]["mean"] == -9.0


def test_a16_grades_add_up_over_six_patients(make, counted):
    """Kamen 2022, grade 1 and grade 2 of each patient: 3/5, 0/2, 2/2, 0/3, 1/1, 1/1."""
    patients = [
        make.patient(
            str(n),
            adverse_events=tuple(
                event(f"e{n}{k}", grade=1 if k < mild else 2) for k in range(mild + worse)
            ),
        )
        for n, (mild, worse) in enumerate([(3, 5), (0, 2), (2, 2), (0, 3), (1, 1), (1, 1)])
    ]
    result = counted(patients)
    events = {row["grade"]: row["events"] for row in result["by_grade"]}
    assert (events[1], events[2]) == (7, 14)
    found = result["any"]
    assert (found["patients"], found["n"], found["events"]) == (6, 6, 21)
    assert (found["percent"], found["ci_low"], found["ci_high"]) == (100.0, 54.1, 100.0)
    worst = {row["grade"]: row["patients"] for row in result["by_grade"]}
    assert (worst[1], worst[2]) == (0, 6)


def test_a19_survival_that_does_not_match_the_deaths_is_objected_to(make, summary):
    """Song 2011: 82.4 % of 17 alive is a loss of 3, yet two deaths are listed."""
    alive = "song_2011_overall_survival"
    patients = [
        make.patient(
            f"{n:02}",
            endpoints=(reported(alive, "year_7", "not_met" if n < 3 else "met"),),
            death_on=on(100 + n) if n < 2 else None,
        )
        for n in range(17)
    ]
    result = summary(*patients, cut=LATER)
    assert len(result["adverse_events"]["deaths"]) == 2
    assert (
        "song_2011_overall_survival at year_7: 3 reported as not alive, but 2 deaths listed. "
        "The flow does not close."
    ) in result["warnings"]
