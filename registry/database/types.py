"""Column types made once: Id, Exact, UtcDateTime, JsonText; PartialDate is a composite of three."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid_utils
from sqlalchemy import BigInteger, DateTime, Dialect, LargeBinary, Numeric, Text, Uuid
from sqlalchemy.types import TypeDecorator, TypeEngine


def new_id() -> UUID:
    """Return a new UUIDv7: random, yet ordered by time, so that indexes grow at one end."""
    return uuid_utils.uuid7()


class Id(TypeDecorator[UUID]):
    """A UUID: 16 bytes on SQLite, native on PostgreSQL."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(LargeBinary(16))
        return dialect.type_descriptor(Uuid())

    def process_bind_param(self, value: UUID | str | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        value = value if isinstance(value, UUID) else UUID(str(value))
        return value.bytes if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        if value is None or isinstance(value, UUID):
            return value
        return UUID(bytes=value)


class Exact(TypeDecorator[Decimal]):
    """A decimal with a fixed number of places: a scaled integer on SQLite, NUMERIC on PostgreSQL.

    More places than the column holds are refused, never rounded away.
    """

    impl = Numeric
    cache_ok = True

    def __init__(self, scale: int, precision: int = 18) -> None:
        super().__init__(precision, scale)
        self.scale = scale
        self.precision = precision

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(self.precision, self.scale))

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        scaled = Decimal(value).scaleb(self.scale)
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.scale} decimal places")
        return int(scaled) if dialect.name == "sqlite" else Decimal(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return _unscaled(int(value), self.scale)
        return plain(Decimal(value))


@lru_cache(maxsize=4096)  # scores are few and read by the hundred thousand
def _unscaled(value: int, scale: int) -> Decimal:
    return plain(Decimal(value).scaleb(-scale))


def plain(value: Decimal) -> Decimal:
    """Drop trailing zeros, so that both engines return the same digits (2.50 → 2.5, 1E+1 → 10)."""
    value = value.normalize()
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC; a naive one is refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(TypeDecorator[Any]):
    """JSON kept as canonical text, the same bytes on both engines; None is SQL NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def canonical_json(value: Any) -> str:
    """Return sorted, compact JSON; decimals become strings, nan and infinity are refused."""
    return json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
        default=str,
    )


class Entered(TypeDecorator[Decimal]):
    """A decimal kept exactly as typed (2.50 stays 2.50): text stored, Decimal in Python."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        value = Decimal(value)
        if not value.is_finite():
            raise ValueError(f"{value} is not a number that can be stored")
        return format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)
