"""The outcome summary: one computation that every rendering shows.

Keys are a contract, published in docs/outcome-summary.schema.json.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from registry.analysis.activity import activity
from registry.analysis.adverse_events import adverse_events, started
from registry.analysis.cohort import cohort
from registry.analysis.definitions import definitions
from registry.analysis.exposure import ends_with
from registry.analysis.flow import flow
from registry.analysis.groups import FIELDS, grouped
from registry.analysis.members import Member, infused
from registry.analysis.primary import Protocols, protocols, sections
from registry.analysis.provenance import Maker, Question, provenance, seal
from registry.analysis.rates import rates
from registry.analysis.rates_since import rates_since
from registry.analysis.safety_warnings import safety_warnings
from registry.analysis.state_course import state_courses
from registry.analysis.states import (
    computed_states,
    judged_definitions,
    reported_by,
    reported_states,
)
from registry.analysis.table1 import table1
from registry.analysis.warnings import warnings
from registry.analysis.wording import DESIGN, LIMITS
from registry.followup import timepoints
from registry.followup.facts import AdverseEventFact, PatientFacts


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the patients: sentences before the warnings, events of lots alone.

    ``product_events`` reached no patient and are dated by the cut.
    """

    notes: Sequence[str] = ()
    product_events: Sequence[AdverseEventFact] = ()


NOTHING = Beside()


@dataclass(frozen=True, slots=True)
class Shared:
    """What is decided over the whole cohort, so that its groups are alike and add up to it."""

    ends: str  # the person-time
    chosen: Protocols  # what the end points judge
    definitions: tuple[str, ...]  # the states by which anybody was judged


class UnknownGroupingError(ValueError):
    """There is no such field to group by; the message lists those there are."""


def summarise(
    patients: Iterable[PatientFacts],
    question: Question,
    maker: Maker,
    beside: Beside = NOTHING,
) -> dict[str, Any]:
    """Return the summary of the patients as of the cut.

    Raises UnknownGroupingError, and FlowDoesNotSumError when somebody is in no state.
    """
    members, reported = cohort(patients, question.cut, question.site)
    return summarise_members(members, reported, question, maker, beside)


def summarise_members(
    members: Sequence[Member],
    reported: Sequence[str],
    question: Question,
    maker: Maker,
    beside: Beside = NOTHING,
) -> dict[str, Any]:
    """Return the summary of a cohort that is needed for something else as well, as a figure."""
    if question.by not in {None, *FIELDS}:
        raise UnknownGroupingError(f"“{question.by}” is no grouping; known are {', '.join(FIELDS)}")
    shared = Shared(
        ends_with(started(members)),
        protocols(members, question.cut),
        judged_definitions(members),
    )
    summary = {
        "provenance": provenance(question, maker, members, definitions()),
        "design": DESIGN,
        "limits": list(LIMITS),
        **outcomes(members, reported, shared, beside),
    }
    if question.by:
        summary["groups"] = [
            {"value": value, **outcomes(part, reported, shared)}
            for value, part in grouped(members, question.by)
        ]
    return seal(summary)


def outcomes(
    members: Sequence[Member],
    reported: Sequence[str],
    shared: Shared,
    beside: Beside | None = None,
) -> dict[str, Any]:
    """Return the keys that a whole cohort and each of its groups have.

    What stands beside the patients belongs to no group.
    """
    product_events = beside.product_events if beside else None
    notes = beside.notes if beside else ()
    return {
        "flow": flow(members, reported),
        "table1": table1(members),
        **sections(members, shared.chosen),
        "activity": activity(members, reported),
        "states": [
            *computed_states(members, reported, shared.definitions),
            *reported_states(members, reported_keys(members)),
        ],
        "state_course": state_courses(members, shared.definitions),
        "rates": [*rates(members), *rates_since(members)],
        "adverse_events": adverse_events(members, shared.ends, product_events),
        "warnings": [*notes, *warnings(members), *safety_warnings(members, shared.ends)],
    }


def reported_keys(members: Sequence[Member]) -> list[tuple[str, str]]:
    """Return each (definition, timepoint) that was reported of an infused patient, in order."""
    keys = {key for member in infused(members) for key in reported_by(member)}
    return sorted(keys, key=lambda key: (key[0], timepoints.in_order(key[1])))
