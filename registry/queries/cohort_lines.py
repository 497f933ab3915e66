"""PURE. The lines of a cohort and their summary at each timepoint, for the spaghetti figure.

Unit: points of SLEDAI-2K.  Median and percentiles: type 7, as everywhere in the summary, so that
the picture and the table of activity cannot disagree.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from registry.analysis.descriptive import describe, percentile
from registry.analysis.members import Member, due_or_gone, infused
from registry.analysis.readings import Measure
from registry.codes import CELL_TYPE
from registry.followup import selection, timepoints
from registry.instruments import INSTRUMENTS
from registry.plots.spaghetti import SpaghettiData, TimepointStats

SLEDAI = "sledai_2k"


def spaghetti_of(
    members: Sequence[Member],
    reported: Sequence[str],
    cut: date,
    *,
    within: str = "",
    synthetic: bool = False,
) -> SpaghettiData:
    """Draw the lines of the infused; ``within`` says which part of the cohort they are."""
    treated = infused(members)
    measure = _measure(treated)
    lines = [[_total(member, measure, code) for code in reported] for member in treated]
    columns = zip(*lines, strict=True) if lines else [()] * len(reported)
    return SpaghettiData(
        measure=INSTRUMENTS[SLEDAI].title,
        unit="points",
        population=_population(treated, within),
        timepoints=tuple(
            _stats(code, [value for value in column if value is not None], treated)
            for code, column in zip(reported, columns, strict=True)
        ),
        lines=tuple(tuple(line) for line in lines),
        cut_on=cut,
        definitions=(
            f"{INSTRUMENTS[SLEDAI].title} {measure[1]}",
            f"visit selection {selection.VERSION}",
            f"windows {timepoints.VERSION}",
        ),
        synthetic=synthetic,
    )


def _measure(treated: Sequence[Member]) -> Measure:
    """Return the version that most results have: versions are never averaged together."""
    found = Counter(
        key for m in treated for place in m.places.values() for key in place.readings
        if key[0] == SLEDAI
    )  # fmt: skip
    present = (SLEDAI, INSTRUMENTS[SLEDAI].version)
    return max(sorted(found), key=lambda key: found[key], default=present)


def _population(treated: Sequence[Member], within: str) -> str:
    """Say who is drawn; kinds of cells that should not be pooled are named."""
    types = sorted({m.first_infusion.cell_type for m in treated if m.first_infusion})
    named = [CELL_TYPE.get(code, code) for code in types]
    mixed = [f"mixes {', '.join(named)}"] if len(named) > 1 else named
    return ", ".join(["infused", *([within] if within else []), *mixed])


def _total(member: Member, measure: Measure, timepoint: str) -> Decimal | None:
    reading = member.places[timepoint].readings.get(measure)
    return reading.total if reading else None


def _stats(code: str, values: Sequence[Decimal], treated: Sequence[Member]) -> TimepointStats:
    return TimepointStats(
        code=code,
        label=_label(code),
        target_day=0 if code == timepoints.BASELINE else timepoints.target(code),
        seen=len(values),
        missing=due_or_gone(treated, code) - len(values),
        median=_printed(describe(values).median),
        p10=_printed(percentile(values, 10)),
        p90=_printed(percentile(values, 90)),
    )


def _printed(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:g}")


def _label(code: str) -> str:
    """Return the short label of an axis: Baseline, M3, Y3."""
    kind, _, number = code.partition("_")
    return f"{kind[0].upper()}{number}" if number else timepoints.title(code)
