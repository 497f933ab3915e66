"""Record and change products, lots, release tests and decisions; they belong to no site."""

from collections.abc import Mapping, Sequence, Set
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import release_tests, rules
from registry.errors import InvalidRecordError
from registry.lot_rules import search_key
from registry.models import Infusion, InfusionLot, Lot, LotDecision, LotTest, Product
from registry.operations.placing import replace
from registry.operations.refusing import ask, refuse
from registry.operations.voiding import void
from registry.queries.lots import decisions_of, key_of


def record_product(session: Session, values: Mapping[str, Any]) -> Product:
    """Add a product; its name is its identity."""
    if session.scalar(select(Product.id).where(Product.name == values["name"])):
        raise InvalidRecordError({"name": f"Name: {values['name']} is in use already"})
    product = Product(**values)
    session.add(product)
    session.flush()
    return product


def change_product(session: Session, product: Product, values: Mapping[str, Any]) -> None:
    """Replace the facts of a product."""
    replace(product, values)
    session.flush()


def record_lot(session: Session, values: Mapping[str, Any], answered: Set[str]) -> Lot:
    """Add a lot; a code that only looks like another one is asked about once."""
    code = values["code"]
    if session.scalar(select(Lot.id).where(Lot.code == code)):
        raise InvalidRecordError({"code": f"Lot code: {code} is in use already"})
    _check_lot(values)
    alike = session.scalars(select(Lot.code).where(key_of(Lot.code) == search_key(code)))
    ask([f"There is a lot {other} already. Is {code} another one?" for other in alike], answered)
    lot = Lot(**values)
    session.add(lot)
    session.flush()
    return lot


def change_lot(session: Session, lot: Lot, values: Mapping[str, Any]) -> None:
    """Replace the facts of a lot; infusions that contradict the new facts are named."""
    _check_lot(values)
    _hold(session, lot.id)
    refuse(**_contradicted(session, lot, values))
    replace(lot, values)
    session.flush()


def void_lot(session: Session, lot: Lot, by: str, reason: str) -> None:
    """Void a lot that never was; one that somebody received stays, to be found by a recall."""
    _hold(session, lot.id)
    if _given(session, lot):
        raise InvalidRecordError(
            {"reason": "Infusions of this lot are recorded. Void them first, if they never were"}
        )
    void(session, lot, by, reason)


def record_test(
    session: Session, lot: Lot, values: Mapping[str, Any], answered: Set[str]
) -> LotTest:
    """Add a release test; a verdict that its result contradicts is asked about once."""
    _check_test(values, answered)
    test = LotTest(lot_id=lot.id, **values)
    session.add(test)
    session.flush()
    return test


def change_test(
    session: Session, test: LotTest, values: Mapping[str, Any], answered: Set[str]
) -> None:
    """Replace the facts of a release test, most often a pending one whose result came."""
    _check_test(values, answered)
    replace(test, values)
    session.flush()


def decide(session: Session, lot: Lot, values: Mapping[str, Any]) -> LotDecision:
    """Add a decision; the one in force gives the lot its release status."""
    early = rules.out_of_order(lot.manufactured_on, values["decided_on"], "the lot was made on")
    refuse(decided_on=early)
    session.refresh(lot, with_for_update=True)  # an infusion that reads the lot now comes first
    decision = LotDecision(lot_id=lot.id, **values)
    session.add(decision)
    session.flush()
    _follow(session, lot)
    return decision


def void_decision(session: Session, decision: LotDecision, by: str, reason: str) -> None:
    """Void a decision that was never made; the one before it is in force again.

    The only one stays until there is another: without it a lot that a file calls quarantined
    would be free to use.
    """
    _hold(session, decision.lot_id)
    lot = session.get_one(Lot, decision.lot_id)
    if len(decisions_of(session, lot)) == 1:
        sentence = "This is the only decision about the lot. Record the right one, then void this"
        raise InvalidRecordError({"reason": sentence})
    void(session, decision, by, reason)
    _follow(session, lot)


def _hold(session: Session, lot: UUID) -> None:
    """Wait for who uses the lot now, and let no infusion or decision slip in before the commit.

    What is loaded already is not read anew: if it changed meanwhile, its row version says so.
    """
    session.execute(select(Lot.id).where(Lot.id == lot).with_for_update())


def _follow(session: Session, lot: Lot) -> None:
    lot.release_status = decisions_of(session, lot)[0].decision
    session.flush()


def _check_lot(values: Mapping[str, Any]) -> None:
    made = values["manufactured_on"]
    refuse(
        frozen_on=rules.out_of_order(made, values["frozen_on"], "it was made on"),
        expires_on=rules.out_of_order(made, values["expires_on"], "it was made on"),
    )


def _given(session: Session, lot: Lot) -> Sequence[Infusion]:
    return session.scalars(
        select(Infusion)
        .join(InfusionLot, InfusionLot.infusion_id == Infusion.id)
        .where(InfusionLot.lot_id == lot.id, Infusion.voided_at.is_(None))
    ).all()


def _contradicted(session: Session, lot: Lot, values: Mapping[str, Any]) -> dict[str, str | None]:
    """Return what infusions of this lot make impossible, by field."""
    given = _given(session, lot)
    made, patients = values["manufactured_on"], {row.patient_id for row in given}
    early = made and any(row.started_at.certainly_before(made) for row in given)
    shared = values["donor_type"] == "autologous" and len(patients) > 1
    other = any(row.cell_type != values["cell_type"] for row in given)
    return {
        "manufactured_on": f"this lot was given before {made.words}" if early else None,
        "donor_type": "Donor: this lot was given to several patients" if shared else None,
        "cell_type": "Cell type: infusions of this lot are of another type" if other else None,
    }


def _check_test(values: Mapping[str, Any], answered: Set[str]) -> None:
    if not (values["state"] or values["result"]):
        raise InvalidRecordError({"state": "Verdict: a test needs a result or a verdict"})
    names = ("state", "result", "comparator", "unit", "limit")
    ask([release_tests.contradiction(*(values[name] for name in names))], answered)
