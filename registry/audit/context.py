"""Who writes, why, and in which request: bound to a transaction when it begins."""

from dataclasses import dataclass

# Who signs what a migration rewrote.
MIGRATION_ACTOR = "alembic"


@dataclass(frozen=True, slots=True)
class Context:
    """The signature under every change of one transaction."""

    actor: str
    reason: str
    request: str | None = None

    def __post_init__(self) -> None:
        if not self.actor.strip() or not self.reason.strip():
            raise ValueError("an audit context needs an actor and a reason")
