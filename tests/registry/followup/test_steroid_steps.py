"""Steroid doses as periods: each with its dose, and an unknown one as a gap."""

from datetime import date

from registry.followup.steroid_steps import steroid_steps


def test_steps_show_each_period_with_its_dose_and_unknown_as_a_gap(a_medicine):
    steps = steroid_steps(
        [
            a_medicine(started="2024-01-01", ended="2024-02-01", daily_dose=20),
            a_medicine(started="2024-02-01", ended="2024-02-29", daily_dose=10),
            a_medicine(started="2024-03-10", daily_dose=1, unit="tablet"),
            a_medicine("methylprednisolone", "2024-01-05", "2024-01-07", dose=500, route="iv"),
        ],
        until=date(2024, 3, 31),
    )
    assert [(s.first.isoformat(), s.last.isoformat(), s.mg_per_day) for s in steps] == [
        ("2024-01-01", "2024-01-31", 20),
        ("2024-02-01", "2024-02-29", 10),
        ("2024-03-01", "2024-03-09", 0),
        ("2024-03-10", "2024-03-31", None),
    ]


def test_steps_stop_at_the_cut(a_medicine):
    assert steroid_steps([a_medicine(started="2024-05-01")], until=date(2024, 4, 1)) == []
    (step,) = steroid_steps([a_medicine(daily_dose=5)], until=date(2024, 1, 31))
    assert (step.last, step.mg_per_day) == (date(2024, 1, 31), 5)
