"""What a figure declares, and the one way to turn it into bytes or a table.

A figure is frozen data in, a drawing out: no database, no clock, no pyplot (which keeps
every figure alive in a server). matplotlib is imported on the first drawing, so that
listing figures stays cheap.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from io import BytesIO, StringIO
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from registry.permissions import Permission
from registry.spreadsheets import as_cell

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ImageFormat = Literal["svg", "png", "pdf"]
Table = tuple[Sequence[str], Sequence[Sequence[object]]]

CONTENT_TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
PAGE_DPI = 110
PRINT_DPI = 300
_CREATOR = "Lupus Cell Therapy Registry"
# A fixed salt makes the ids inside an SVG, and so its bytes and ETag, reproducible; text
# stays text, which is smaller, faster and searchable.
_SVG_SETTINGS = {"svg.hashsalt": "lupus-cell-therapy-registry", "svg.fonttype": "none"}
# matplotlib keeps its settings and font caches per process. Drawing holds the interpreter
# lock nearly all the time, so one figure at a time costs no throughput.
_DRAWING = Lock()


class FigureData(Protocol):
    """What every figure's data carry, whatever else they hold."""

    @property
    def synthetic(self) -> bool:
        """Whether any value comes from invented patients; the drawing then says so."""
        ...

    @property
    def cut_on(self) -> date:
        """Last day of the facts that were allowed in."""
        ...


D = TypeVar("D", bound=FigureData)


@dataclass(frozen=True, slots=True)
class FigureDeclaration(Generic[D]):
    """One figure: where its data come from, how it is drawn, and how it is put in words.

    ``load`` is called as ``load(session, scope, **options)``; given as ``module:function``
    it is imported when first needed, because figures never import the database.
    """

    code: str
    title: str
    kind: Literal["patient", "cohort"]
    permission: Permission
    load: str | Callable[..., D]
    draw: Callable[["Figure", D], None]
    caption: Callable[[D], str]  # method, n, missing
    alt: Callable[[D], str]  # the finding in one sentence
    table: Callable[[D], Table]  # exactly what is drawn, in the order drawn
    size_inches: tuple[float, float] = (7.2, 4.6)

    def loader(self) -> Callable[..., D]:
        """Return the function that reads this figure's data."""
        if not isinstance(self.load, str):
            return self.load
        module, _, name = self.load.partition(":")
        found: Callable[..., D] = getattr(import_module(module), name)
        return found


def render(
    declaration: FigureDeclaration[D], data: D, image_format: ImageFormat, dpi: int = PAGE_DPI
) -> bytes:
    """Draw the figure; equal data give equal bytes, in any thread. ``dpi`` is for PNG only."""
    with _DRAWING:
        figure = _new_figure(declaration.size_inches)
        declaration.draw(figure, data)
        if data.synthetic:
            _mark_synthetic(figure)
        return _printed(figure, declaration.title, image_format, dpi)


def file_name(
    declaration: FigureDeclaration[Any], data: FigureData, version: str, extension: str
) -> str:
    """Name a download: code of the patient if any, figure, data cut and software version."""
    subject = getattr(data, "patient_code", None)
    parts = [subject, declaration.code, data.cut_on.isoformat(), f"v{version}"]
    return "_".join(part for part in parts if part) + f".{extension}"


def table_csv(declaration: FigureDeclaration[D], data: D, software: str) -> str:
    """Write the plotted points as CSV, under comment lines that say where they come from."""
    columns, rows = declaration.table(data)
    out = StringIO()
    out.write(f"# {declaration.title}; data cut {data.cut_on.isoformat()}; {software}\n")
    if data.synthetic:
        out.write("# SYNTHETIC DATA: no real patient\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([as_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _new_figure(size_inches: tuple[float, float]) -> "Figure":
    from matplotlib.figure import Figure

    return Figure(figsize=size_inches, dpi=72, facecolor="white")


def _mark_synthetic(figure: "Figure") -> None:
    from registry.plots import style

    style.figure_text(
        figure, 0.995, 0.99, "SYNTHETIC DATA", size=style.SMALL, color=style.VERMILION, ha="right"
    )


def _printed(figure: "Figure", title: str, image_format: ImageFormat, dpi: int) -> bytes:
    out = BytesIO()
    if image_format == "svg":
        _print_svg(figure, out, title)
    elif image_format == "pdf":
        _print_pdf(figure, out, title)
    else:
        _print_png(figure, out, title, dpi)
    return out.getvalue()


def _print_svg(figure: "Figure", out: BytesIO, title: str) -> None:
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    settings: Any = mpl.rcParams
    kept = {name: settings[name] for name in _SVG_SETTINGS}
    settings.update(_SVG_SETTINGS)
    try:
        metadata = {"Date": None, "Creator": _CREATOR, "Title": title}
        canvas: Any = FigureCanvasSVG(figure)
        canvas.print_svg(out, metadata=metadata)
    finally:
        settings.update(kept)


def _print_pdf(figure: "Figure", out: BytesIO, title: str) -> None:
    from matplotlib.backends.backend_pdf import FigureCanvasPdf

    metadata = {"CreationDate": None, "Creator": _CREATOR, "Producer": None, "Title": title}
    canvas: Any = FigureCanvasPdf(figure)
    canvas.print_pdf(out, metadata=metadata)


def _print_png(figure: "Figure", out: BytesIO, title: str, dpi: int) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(dpi)
    metadata = {"Software": None, "Creator": _CREATOR, "Title": title}
    canvas: Any = FigureCanvasAgg(figure)
    canvas.print_png(out, metadata=metadata)
