"""Cost of the trajectory against the smallest figure matplotlib can draw, as a CPU ratio.

Both are drawn in turn in one run, so that a busy machine slows both; the medians are
compared. Aim: at most 1.8. Run: ``python -m bench.figure [rounds]``.
"""

import sys
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from statistics import median
from time import process_time

from matplotlib.figure import Figure

from registry.partial_date import PartialDate
from registry.plots import FIGURES
from registry.plots.base import render
from registry.plots.trajectory import InfusionMark, Point, Score, StepPeriod, TrajectoryData

AIM = 1.8
DAY_0 = date(2024, 3, 3)
DAYS = (-7, 30, 61, 91, 137, 182, 228, 274, 320, 365, 547, 730)
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


def minimal() -> None:
    figure = Figure()
    figure.subplots().plot(DAYS, SCORES)
    figure.savefig(BytesIO(), format="svg")


def main(rounds: int) -> None:
    declaration, figure_data = FIGURES["trajectory"], trajectory()
    spent: dict[str, list[float]] = {"minimal": [], "trajectory": []}
    for number in range(rounds + 3):
        for name, times in spent.items():
            began = process_time()
            minimal() if name == "minimal" else render(declaration, figure_data, "svg")
            if number >= 3:  # the first rounds load fonts
                times.append(process_time() - began)
    small, whole = (median(times) * 1000 for times in spent.values())
    size = len(render(declaration, figure_data, "svg")) / 1000
    print(f"minimal {small:.1f} ms, trajectory {whole:.1f} ms ({size:.0f} kB)")
    print(f"ratio {whole / small:.2f}, aim {AIM}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
