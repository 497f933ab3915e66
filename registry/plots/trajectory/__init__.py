"""Trajectory of one patient: SLEDAI-2K and clinical SLEDAI over steroid dose, from day 0."""

from registry.permissions import Permission
from registry.plots.base import FigureDeclaration
from registry.plots.trajectory.drawing import draw
from registry.plots.trajectory.facts import (
    EventMark,
    FlareMark,
    InfusionMark,
    Point,
    Score,
    StateLane,
    StateMark,
    StepPeriod,
    TrajectoryData,
)
from registry.plots.trajectory.words import alt, caption, table

__all__ = [
    "FIGURE",
    "EventMark",
    "FlareMark",
    "InfusionMark",
    "Point",
    "Score",
    "StateLane",
    "StateMark",
    "StepPeriod",
    "TrajectoryData",
]

FIGURE = FigureDeclaration(
    code="trajectory",
    title="Disease activity and steroid dose over time",
    kind="patient",
    permission=Permission.PATIENT_READ,
    load="registry.queries.trajectory:load",
    draw=draw,
    caption=caption,
    alt=alt,
    table=table,
)
