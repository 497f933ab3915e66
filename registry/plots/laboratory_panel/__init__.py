"""Laboratory panel of one patient: at most nine analytes, each with its own axis, from day 0."""

from registry.permissions import Permission
from registry.plots.base import FigureDeclaration
from registry.plots.laboratory_panel.drawing import SIZE_INCHES, draw
from registry.plots.laboratory_panel.facts import LaboratoryData, Panel
from registry.plots.laboratory_panel.words import alt, caption, table

__all__ = ["FIGURE", "LaboratoryData", "Panel"]

FIGURE = FigureDeclaration(
    code="laboratory_panel",
    title="Laboratory results over time",
    kind="patient",
    permission=Permission.PATIENT_READ,
    load="registry.queries.laboratory_panel:load",
    draw=draw,
    caption=caption,
    alt=alt,
    table=table,
    size_inches=SIZE_INCHES,
)
