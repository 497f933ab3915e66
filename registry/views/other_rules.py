"""What the pages of a visit say of scores that another rule than the present one made."""

import json
from collections.abc import Iterator

from registry.analysis.rescoring import Rescored, Stored, rescored
from registry.instruments import INSTRUMENTS, UNSCORED
from registry.instruments.base import Instrument
from registry.models import Visit
from registry.operations.finality import is_closed
from registry.operations.visit_rows import Assessed, VisitRows


def other_rules(visit: Visit, rows: VisitRows) -> Iterator[str]:
    """Yield a sentence for each score with answers that the present rule did not make."""
    for code, row in sorted(rows.assessments.items()):
        instrument = INSTRUMENTS.get(code)
        if instrument is None or code in UNSCORED or row.answers is None:
            continue
        if row.rule_version != instrument.version:
            (found,) = rescored(instrument, [_stored(visit, row)])
            made = f"{instrument.title}: this score was made by rule {row.rule_version}."
            yield f"{made} {_by_the_present(instrument, found, final=is_closed(visit))}"


def _by_the_present(instrument: Instrument, found: Rescored, *, final: bool) -> str:
    rule = f"The present rule, {instrument.version},"
    if found.score is None:
        return (
            f"{rule} cannot read its answers ({found.unfit}). It stays as it was: {found.was}. "
            "To score it anew, every item has to be answered anew."
        )
    if not found.changes:
        return f"{rule} gives the same."
    how = "Amend the visit" if final else "Change the visit and save it"
    return f"{rule} gives {found.now} instead of {found.was}. {how} to take the new rule over."


def _stored(visit: Visit, row: Assessed) -> Stored:
    return Stored(
        answers=json.dumps(row.answers),
        visited_on=visit.visited_on.text if visit.visited_on else None,
        total=row.total,
        known_points=row.known_points,
        max_possible=row.max_possible,
        complete=row.complete,
        parts=row.parts or {},
    )
