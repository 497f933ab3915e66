"""One builder of a patient's curve for all figure tests."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from registry.partial_date import PartialDate
from registry.plots.trajectory import (
    EventMark,
    FlareMark,
    InfusionMark,
    Point,
    Score,
    StepPeriod,
    TrajectoryData,
)

DAY_0 = date(2024, 3, 3)
STEROIDS = (StepPeriod(-60, 30, Decimal(30)), StepPeriod(31, 365, Decimal(5)))


def score(total: int | None, known: int | None = None, possible: int | None = None) -> Score:
    if total is not None:
        return Score(Decimal(total), Decimal(total), Decimal(total))
    return Score(None, Decimal(known or 0), Decimal(possible or 105))


def point(day: int, total: int | None, **changes: Any) -> Point:
    """Return a scheduled visit; ``total`` None is an incomplete score of 6 to 14."""
    whole = score(total) if total is not None else score(None, 6, 14)
    clinical = score(max(total - 2, 0)) if total is not None else None
    made = Point(day, DAY_0 + timedelta(day), whole, clinical, "month_3")
    return replace(made, **changes)


def infusion(day: int | None, lot: str = "UC-24-017", **changes: Any) -> InfusionMark:
    given = PartialDate.parse("2024-03") if day is None else PartialDate.on(DAY_0 + timedelta(day))
    return InfusionMark(day, given, "MSC", (lot,), **changes)


def onset(text: str | int) -> tuple[int, int, PartialDate]:
    """Return first and last day and date of an onset: a day from day 0, or a partial date."""
    on = PartialDate.on(DAY_0 + timedelta(text)) if isinstance(text, int) else None
    on = on or PartialDate.parse(str(text))
    return (on.earliest - DAY_0).days, (on.latest - DAY_0).days, on


def happened(
    at: str | int | None, grade: int | None = 2, *, serious: bool | None = False
) -> EventMark:
    """Return an adverse event; ``at`` None is an onset that nobody knows."""
    span = (None, None, None) if at is None else onset(at)
    return EventMark(*span, "Fever", grade, serious)


def flare(at: str | int, severity: str | None = None) -> FlareMark:
    return FlareMark(*onset(at), severity)


@pytest.fixture
def curve() -> Callable[..., TrajectoryData]:
    """Return a builder: points first, then any field; the first point is the baseline."""

    def build(*points: Point, **changes: Any) -> TrajectoryData:
        made = TrajectoryData(
            patient_code="P-017",
            origin_on=DAY_0,
            day_0_known=True,
            points=points,
            infusions=(infusion(0, is_day_0=True),),
            steroids=STEROIDS,
            baseline=points[0] if points else None,
            cut_on=date(2026, 11, 22),
        )
        return replace(made, **changes)

    return build


@pytest.fixture
def make() -> Any:
    """Give tests the small builders by name."""

    class Make:
        point = staticmethod(point)
        infusion = staticmethod(infusion)
        score = staticmethod(score)
        event = staticmethod(happened)
        flare = staticmethod(flare)

    return Make
