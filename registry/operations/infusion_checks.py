"""What the lots of an infusion forbid, and what about it is unlikely and asked once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import cell_dose, lot_rules
from registry.lot_rules import Decided, GivenLot, LotState, Use
from registry.models import Infusion, InfusionLot, Lot, LotDecision
from registry.operations.refusing import refuse
from registry.partial_date import PartialDate
from registry.queries.lots import key_of


@dataclass(frozen=True, slots=True)
class UsedLot:
    """A lot of the infusion with what was decided about it, in the order it was entered."""

    given: GivenLot
    lot: Lot
    decisions: tuple[Decided, ...]

    def use_on(self, on: PartialDate) -> Use:
        state = LotState(self.lot.code, self.decisions, self.lot.release_status)
        return lot_rules.use_of(state, on)


def used_lots(session: Session, lots: Iterable[GivenLot]) -> dict[str, UsedLot]:
    """Return the lots by code, each with its decisions: two queries.

    The lots stay locked until the commit, so that no other infusion or decision slips between.
    """
    given = {lot.code: lot for lot in lots}
    named = select(Lot).where(Lot.code.in_(given)).order_by(Lot.id)
    rows = session.scalars(named.with_for_update()).all()
    decided: dict[UUID, list[Decided]] = defaultdict(list)
    made = session.scalars(
        select(LotDecision)
        .where(LotDecision.lot_id.in_([row.id for row in rows]), LotDecision.voided_at.is_(None))
        .order_by(LotDecision.id)
    )
    for one in made:
        decided[one.lot_id].append(Decided(one.decision, one.decided_on))
    return {row.code: UsedLot(given[row.code], row, tuple(decided[row.id])) for row in rows}


def given_elsewhere(session: Session, used: Mapping[str, UsedLot], patient_id: UUID) -> Set[str]:
    """Return the codes of those lots that another patient received."""
    return set(
        session.scalars(
            select(Lot.code)
            .join(InfusionLot, InfusionLot.lot_id == Lot.id)
            .join(Infusion, Infusion.id == InfusionLot.infusion_id)
            .where(
                Lot.code.in_(list(used)),
                Infusion.patient_id != patient_id,
                Infusion.voided_at.is_(None),
            )
        )
    )


def refuse_lots(
    used: Mapping[str, UsedLot],
    facts: Mapping[str, Any],
    elsewhere: Set[str],
    settled: Set[str] = frozenset(),
) -> None:
    """Raise InvalidRecordError for every lot that cannot have been given so.

    ``settled`` lots were linked on this date before: what was decided since does not undo that.
    """
    wrong: dict[str, str | None] = {}
    for one in used.values():
        code, of = one.lot.code, one.lot.cell_type
        if of == facts["cell_type"]:
            impossible = _impossible(one, facts, elsewhere, settled)
            wrong[one.given.field] = impossible and f"Lot code: {impossible}"
        elif code in settled:
            wrong["cell_type"] = f"Cell type: lot {code} is of another cell type ({of})"
        else:
            wrong[one.given.field] = f"Lot code: {code} is a lot of another cell type ({of})"
    refuse(**wrong)


def _impossible(
    one: UsedLot, facts: Mapping[str, Any], elsewhere: Set[str], settled: Set[str]
) -> str | None:
    lot, on = one.lot, facts["started_at"]
    if lot.voided_at is not None:
        return f"{lot.code} was voided as a lot: {lot.void_reason}"
    if lot.code in elsewhere and "autologous" in {lot.donor_type, facts["donor_type"]}:
        return f"{lot.code} is autologous and was given to another patient"
    early = lot_rules.before_manufacture(lot.code, lot.manufactured_on, on)
    return early or (None if lot.code in settled else one.use_on(on).blocked)


def questions_about(
    session: Session, facts: Mapping[str, Any], used: Mapping[str, UsedLot]
) -> list[str]:
    """Return what is unlikely about an infusion, each as a question."""
    found = [*_of_the_dose(facts, used), *_of_the_lots(facts, used), *_look_alikes(session, used)]
    return [question for question in found if question]


def _of_the_dose(facts: Mapping[str, Any], used: Mapping[str, UsedLot]) -> Iterator[str | None]:
    total, per_kg, weight = (
        facts[name] for name in ("dose_total_cells", "dose_cells_per_kg", "weight_kg")
    )
    planned, planned_per_kg = facts["planned_total_cells"], facts["planned_cells_per_kg"]
    yield cell_dose.unlike(total, per_kg, weight)
    plan = cell_dose.unlike(planned, planned_per_kg, weight)
    yield plan and f"Of the plan: {plan}"
    yield cell_dose.unlike_plan("Cells in all", planned, total)
    yield cell_dose.unlike_plan("Cells per kg", planned_per_kg, per_kg)
    yield cell_dose.unusual_weight(weight)
    yield cell_dose.unusual_per_kg(per_kg)
    yield cell_dose.lots_unlike_total([one.given.cells for one in used.values()], total)


def _of_the_lots(facts: Mapping[str, Any], used: Mapping[str, UsedLot]) -> Iterator[str | None]:
    on = facts["started_at"]
    for one in used.values():
        lot = one.lot
        yield one.use_on(on).question
        yield lot_rules.after_expiry(lot.code, lot.expires_on, on)
        yield cell_dose.beyond_lot(lot.code, _cells_of(one, facts, used), lot.cells)
        yield _donor(lot, facts["donor_type"])


def _cells_of(
    one: UsedLot, facts: Mapping[str, Any], used: Mapping[str, UsedLot]
) -> Decimal | None:
    """Return the cells that this lot gave; of a single lot they are the whole dose."""
    whole: Decimal | None = facts["dose_total_cells"] if len(used) == 1 else None
    return one.given.cells if one.given.cells is not None else whole


def _donor(lot: Lot, donor_type: str | None) -> str | None:
    if lot.donor_type and donor_type and lot.donor_type != donor_type:
        return f"Lot {lot.code} is {lot.donor_type}, and the infusion {donor_type}. Is this right?"
    if "allogeneic" in {lot.donor_type, donor_type} and not (lot.donor_id or lot.din):
        return (
            f"Lot {lot.code} is allogeneic, and neither a donor key nor a donation number is "
            "recorded on its page. Go on without?"
        )
    return None


def _look_alikes(session: Session, used: Mapping[str, UsedLot]) -> Iterator[str]:
    """Ask about another lot whose code differs in case, spaces, hyphens or O and 0 only."""
    for code in used:
        alike = key_of(Lot.code) == lot_rules.search_key(code)
        for other in session.scalars(select(Lot.code).where(alike, Lot.code != code)):
            yield f"There is a lot {other} too. Is {code} another one?"
