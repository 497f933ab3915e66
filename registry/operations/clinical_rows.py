"""Record and change a clinical row that is one table's: its rules first, then the row."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from registry.operations.placing import placed, replace
from registry.queries.scope import PatientInReach

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody says about one row, and what the rules about it may need."""

    session: Session
    patient: PatientInReach
    values: Values
    row: Any = None  # the row as it stands; None for a new one
    answered: Set[str] = frozenset()  # questions that the person has seen and kept


# Refuses what cannot be and asks about what is unlikely; returns the columns to store.
Rules = Callable[[Entry], Values]


def record(model: type[Any], rules: Rules, entry: Entry) -> Any:
    """Add a row at the patient's present site."""
    row = model(**placed(entry.patient), **rules(entry))
    entry.session.add(row)
    entry.session.flush()
    return row


def change(rules: Rules, entry: Entry) -> None:
    """Replace what a row says; the trail keeps what it said."""
    replace(entry.row, rules(entry))
    entry.session.flush()
