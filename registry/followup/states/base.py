"""The vocabulary of states: a verdict on one visit, and the declaration that gives it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from registry.followup.facts import PatientFacts, VisitFact

POLICY = "definition of this registry, not of a publication"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the state holds; the reason says what decided, or what is missing."""

    state: Literal["met", "not_met", "indeterminate"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A named, versioned definition and the pure function that judges one visit by it."""

    name: str
    version: str
    title: str
    source: str
    judge: Callable[[PatientFacts, VisitFact], Verdict | None]
    settings: Mapping[str, str] = field(default_factory=dict)
    place: int = 100  # among the rows of a summary, the lowest first


MET = Verdict("met")


def unknown(reason: str) -> Verdict:
    """Return the verdict of a limb that the facts do not decide."""
    return Verdict("indeterminate", reason)


def failed(reason: str) -> Verdict:
    """Return the verdict of a limb that is certainly not met."""
    return Verdict("not_met", reason)


def all_of(*limbs: Verdict) -> Verdict:
    """Join the limbs of a state: one definite failure decides, whatever else is unknown.

    The reason names every limb that failed, or else every limb that is missing.
    """
    failures, gaps = _reasons(limbs, "not_met"), _reasons(limbs, "indeterminate")
    if failures:
        return failed(failures)
    return unknown(gaps) if gaps else MET


def _reasons(limbs: Iterable[Verdict], state: str) -> str:
    """Name each reason once, in the order of the limbs."""
    return ", ".join(dict.fromkeys(limb.reason for limb in limbs if limb.state == state))
