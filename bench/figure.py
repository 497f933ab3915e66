"""Cost of a patient's figures against the smallest that matplotlib can draw, as CPU ratios.

All are drawn in turn in one run, so that a busy machine slows all; the medians are
compared. Aim for the trajectory: at most 1.8. Run: ``python -m bench.figure [rounds]``.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from statistics import median
from time import process_time

from matplotlib.figure import Figure

from registry.followup.facts import LabFact
from registry.partial_date import PartialDate
from registry.plots import FIGURES
from registry.plots.base import FigureData, render
from registry.plots.item_heat_map import Assessed, Given, HeatMapData
from registry.plots.laboratory_panel import LaboratoryData
from registry.plots.laboratory_panel.facts import PLACES
from registry.plots.trajectory import (
    EventMark,
    FlareMark,
    InfusionMark,
    Point,
    Score,
    StepPeriod,
    TrajectoryData,
)

AIM = 1.8
DAY_0 = date(2024, 3, 3)
DAYS = (-7, 30, 61, 91, 137, 182, 228, 274, 320, 365, 547, 730)
ANSWERS = (False, False, True, False, False, None)
SCORES = (16, 10, 8, 6, 6, 4, 4, 2, 2, 2, 8, 4)


def score(points: int) -> Score:
    return Score(Decimal(points), Decimal(points), Decimal(points))


def trajectory() -> TrajectoryData:
    points = tuple(
        Point(day, DAY_0 + timedelta(day), score(total), score(max(total - 4, 0)))
        for day, total in zip(DAYS, SCORES, strict=True)
    )
    doses = ((-90, 20, "30"), (21, 90, "15"), (91, 200, "7.5"), (201, 730, "5"))
    return TrajectoryData(
        patient_code="P-017",
        origin_on=DAY_0,
        day_0_known=True,
        points=points,
        infusions=(InfusionMark(0, PartialDate.on(DAY_0), "MSC", ("UC-24-017",), is_day_0=True),),
        steroids=tuple(StepPeriod(first, last, Decimal(mg)) for first, last, mg in doses),
        baseline=points[0],
        cut_on=date(2026, 11, 22),
    )


def with_events() -> TrajectoryData:
    """Return the trajectory with an adverse event a month and one flare."""
    events = tuple(
        EventMark(day, day, PartialDate.on(DAY_0 + timedelta(day)), "Fever", 1 + day % 4, day < 90)
        for day in DAYS
    )
    flare = FlareMark(540, 540, PartialDate.on(DAY_0 + timedelta(540)), "severe")
    return replace(trajectory(), events=events, flares=(flare,))


def item_heat_map() -> HeatMapData:
    visits = tuple(
        Assessed(
            PartialDate.on(DAY_0 + timedelta(day)),
            day,
            tuple(ANSWERS[(row + day) % len(ANSWERS)] for row in range(24)),
            Decimal(total),
            None,
        )
        for day, total in zip(DAYS, SCORES, strict=True)
    )
    return HeatMapData("P-017", visits, (Given(1, "day 0"),), date(2026, 11, 22))


def laboratory_panel() -> LaboratoryData:
    """Return nine analytes at each visit, with limits."""
    results = tuple(
        LabFact(
            codes[0],
            PartialDate.on(DAY_0 + timedelta(day)),
            Decimal(total + number),
            "g/L",
            lower_limit=Decimal(4),
            upper_limit=Decimal(12),
        )
        for day, total in zip(DAYS, SCORES, strict=True)
        for number, codes in enumerate(PLACES)
    )
    return LaboratoryData("P-017", DAY_0, True, results, (), date(2026, 11, 22))


def minimal() -> None:
    figure = Figure()
    figure.subplots().plot(DAYS, SCORES)
    figure.savefig(BytesIO(), format="svg")


def drawn(code: str, figure_data: FigureData) -> Callable[[], bytes]:
    return lambda: render(FIGURES[code], figure_data, "svg")


def main(rounds: int) -> None:
    draws: dict[str, Callable[[], object]] = {
        "minimal": minimal,
        "trajectory": drawn("trajectory", trajectory()),
        "trajectory with events": drawn("trajectory", with_events()),
        "item heat map": drawn("item_heat_map", item_heat_map()),
        "laboratory panel": drawn("laboratory_panel", laboratory_panel()),
    }
    spent: dict[str, list[float]] = {name: [] for name in draws}
    for number in range(rounds + 3):
        for name, draw in draws.items():
            began = process_time()
            draw()
            if number >= 3:  # the first rounds load fonts
                spent[name].append(process_time() - began)
    small = median(spent["minimal"])
    for name, times in spent.items():
        print(f"{name}: {median(times) * 1000:.1f} ms, ratio {median(times) / small:.2f}")
    print(f"aim for the trajectory: {AIM}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
