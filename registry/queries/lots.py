"""Lots: the list with its search, and one lot with its tests and decisions. They have no site."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, or_, select
from sqlalchemy.orm import Session

from registry.donation_number import LENGTH as DIN_LENGTH
from registry.donation_number import InvalidDonationNumberError, parse
from registry.lot_rules import IGNORED, search_key
from registry.models import Lot, LotDecision, LotTest, Product

PAGE = 50
FLAGS_AND_K = 3  # characters that a scanner or a label adds to a donation number
LONGEST_SEARCH = 80  # characters, as the longest lot code
_SHOWN = (
    *("id", "code", "product_name", "cell_type", "donor_type"),
    *("donor_id", "din", "expires_on_text", "release_status"),
)
_lot = Lot.__table__


@dataclass(frozen=True, slots=True)
class LotPage:
    rows: Sequence[Any]
    older: str | None  # the code after which the next page begins


def key_of(column: Any) -> ColumnElement[str]:
    """Return what ``lot_rules.search_key`` makes of the column, worked out by the database."""
    key: ColumnElement[str] = func.upper(cast(column, String))
    for mark in IGNORED:
        key = func.replace(key, mark, "")
    return func.replace(key, "O", "0")


def searched_key(search: str) -> str:
    """Return the key of what was typed; of a scanned donation number without flags and K."""
    try:
        return search_key(parse(search).number)
    except InvalidDonationNumberError:
        return search_key(search)


def donation_key_of(column: Any) -> ColumnElement[str]:
    """Return the key of a stored donation number without flags and K, which files may carry."""
    key = key_of(column)
    carried = func.length(key).between(DIN_LENGTH, DIN_LENGTH + FLAGS_AND_K)
    return case((carried, func.substr(key, 1, DIN_LENGTH)), else_=key)


def donation_key(text: str) -> str:
    """Return what ``donation_key_of`` makes of a text."""
    key = search_key(text)
    carried = DIN_LENGTH <= len(key) <= DIN_LENGTH + FLAGS_AND_K
    return key[:DIN_LENGTH] if carried else key


def is_named(name: str, *searches: str) -> ColumnElement[bool]:
    """Return whether a lot is called so: by the key, or letter for letter as it was written.

    Databases do not agree on the capitals of other alphabets, and a recall may miss nobody.
    """
    column, keys = _lot.c[name], {searched_key(search) for search in searches}
    named = [column.in_(sorted({*searches})), key_of(column).in_(sorted(keys))]
    if name == "din":
        named.append(donation_key_of(column).in_(sorted(map(donation_key, searches))))
    return or_(*named)


def lots_page(session: Session, search: str = "", after: str = "") -> LotPage:
    """Return the lots by code, 50 from ``after`` on, whose keys or product contain ``search``."""
    if not (search + after).isprintable() or len(search) > LONGEST_SEARCH:
        return LotPage((), None)
    statement = (
        select(*[_lot.c[name] for name in _SHOWN])
        .where(_lot.c.code > after, _lot.c.voided_at.is_(None))
        .order_by(_lot.c.code)
        .limit(PAGE + 1)
    )
    if search:
        statement = statement.where(_contains(search))
    found = session.execute(statement).all()
    return LotPage(found[:PAGE], found[PAGE - 1].code if len(found) > PAGE else None)


def tests_of(session: Session, lot: Lot) -> Sequence[LotTest]:
    """Return the release tests in the order they were entered."""
    return session.scalars(
        select(LotTest)
        .where(LotTest.lot_id == lot.id, LotTest.voided_at.is_(None))
        .order_by(LotTest.id)
    ).all()


def decisions_of(session: Session, lot: Lot) -> Sequence[LotDecision]:
    """Return the decisions, the one in force first."""
    return session.scalars(
        select(LotDecision)
        .where(LotDecision.lot_id == lot.id, LotDecision.voided_at.is_(None))
        .order_by(
            LotDecision.__table__.c.decided_on_earliest.desc(),
            LotDecision.__table__.c.decided_on_latest.desc(),
            LotDecision.id.desc(),
        )
    ).all()


def product_names(session: Session) -> list[str]:
    """Return the names of the products, for a choice."""
    return list(
        session.scalars(
            select(Product.name).where(Product.voided_at.is_(None)).order_by(Product.name)
        )
    )


def _contains(search: str) -> ColumnElement[bool]:
    named = [_lot.c[name] for name in ("code", "din", "donor_id", "product_name", "sec")]
    key = searched_key(search)
    return or_(
        *[key_of(column).contains(key, autoescape=True) for column in named],
        *[column.contains(search, autoescape=True) for column in named],
    )


def products(session: Session) -> Sequence[Product]:
    """Return the products, by name; there are as many as makers have, not as patients."""
    return session.scalars(
        select(Product).where(Product.voided_at.is_(None)).order_by(Product.name)
    ).all()


def lots_of_product(session: Session, name: str) -> Sequence[Any]:
    """Return the newest lots of a product as the list shows them, at most one page."""
    return session.execute(
        select(*[_lot.c[column] for column in _SHOWN])
        .where(_lot.c.product_name == name, _lot.c.voided_at.is_(None))
        .order_by(_lot.c.id.desc())
        .limit(PAGE)
    ).all()
