"""The outcome summary of the patients in reach and the lines of its figure, from one reading.

Kept in memory for as long as the audited rows stay as they are: a page, its figure and a file are
several requests, but one computation. The head of the trail names the state of the rows, because
every change of a clinical row moves it.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import registry
from registry.analysis.cohort import cohort
from registry.analysis.flow import FlowDoesNotSumError
from registry.analysis.groups import grouped
from registry.analysis.members import Member, infused
from registry.analysis.provenance import Maker, Question
from registry.analysis.summary import Beside, summarise_members
from registry.database.schema import head
from registry.errors import NotInReachError, RefusedError
from registry.models import Site
from registry.models.audit_entry import AuditHead
from registry.plots.spaghetti import SpaghettiData
from registry.queries.cohort_lines import spaghetti_of
from registry.queries.cohort_safety import SafetyData, safety_of
from registry.queries.collecting import no_pauses
from registry.queries.facts import load_facts
from registry.queries.safety_facts import product_events

SYNTHETIC = "These are invented patients: nothing here is about anybody."
MOST_KEPT = 8  # a summary of 10,000 patients with its lines is some megabytes
_NOBODY_YET = datetime(1970, 1, 1, tzinfo=UTC)

Key = tuple[str, frozenset[int] | None, Question, bool]
_KEPT: OrderedDict[Key, "Cohort"] = OrderedDict()
# One at a time: a second reader of the same question finds the answer of the first.
_COMPUTING = Lock()


@dataclass(frozen=True, slots=True)
class GroupStart:
    """Where one group began, because groups are not alike and are never ranked."""

    value: str
    infused: int
    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """A summary without its maker, the figure of the whole and of each group."""

    summary: Mapping[str, Any]
    figures: Mapping[str | None, SpaghettiData]
    harms: Mapping[str | None, SafetyData]
    starts: tuple[GroupStart, ...]

    def figure(self, group: str | None = None) -> SpaghettiData:
        """Return what is drawn; raises NotInReachError when there is no such group."""
        if group not in self.figures:
            raise NotInReachError
        return self.figures[group]

    def safety(self, group: str | None = None) -> SafetyData:
        """Return the adverse events that are drawn; raises NotInReachError likewise."""
        if group not in self.harms:
            raise NotInReachError
        return self.harms[group]

    def made(self, by: str, at: datetime) -> dict[str, Any]:
        """Return the summary as made by somebody; the hash covers neither who nor when."""
        maker = {"made_by": by, "made_at": at.isoformat(timespec="seconds")}
        return {**self.summary, "provenance": self.summary["provenance"] | maker}


def software() -> str:
    """Return the name under which this program signs a summary."""
    return f"lupus-cell-therapy-registry {registry.__version__}"


def cohort_of(
    session: Session, reads: frozenset[int] | None, question: Question, *, synthetic: bool = False
) -> Cohort:
    """Return the cohort of the sites in reach; ``session`` must see one instant throughout."""
    key: Key = (_state_of_rows(session), reads, question, synthetic)
    with _COMPUTING:
        found = _KEPT.get(key)
        if found is None:
            with no_pauses():
                found = _KEPT[key] = _computed(session, reads, question, synthetic=synthetic)
        _KEPT.move_to_end(key)
        while len(_KEPT) > MOST_KEPT:
            _KEPT.popitem(last=False)
    return found


def _state_of_rows(session: Session) -> str:
    return session.execute(select(AuditHead.mac)).scalar_one()


def _computed(
    session: Session, reads: frozenset[int] | None, question: Question, *, synthetic: bool
) -> Cohort:
    notes = [SYNTHETIC] if synthetic else []
    if reads is not None:
        notes.append(_partly(session, reads))
    facts = load_facts(session, question.cut, reads=reads)
    lots = product_events(session, question.cut, reads=reads, site=question.site)
    members, reported = cohort(facts, question.cut, question.site)
    maker = Maker(software(), head(), _NOBODY_YET, "")
    try:
        summary = summarise_members(members, reported, question, maker, Beside(notes, lots))
    except FlowDoesNotSumError as error:
        raise RefusedError("The flow does not sum, so nothing is shown.", [str(error)]) from error
    return Cohort(
        summary,
        _figures(members, reported, question, synthetic=synthetic),
        _harms(members, summary, question, synthetic=synthetic),
        tuple(_start(value, part) for value, part in _groups(members, question)),
    )


def _partly(session: Session, reads: frozenset[int]) -> str:
    codes = session.scalars(select(Site.code).where(Site.id.in_(reads)).order_by(Site.code))
    return (
        f"Only patients who are or were at {', '.join(codes)} are counted: "
        "this is not the whole registry."
    )


def _groups(members: Sequence[Member], question: Question) -> list[tuple[str, list[Member]]]:
    return grouped(members, question.by) if question.by else []


def _figures(
    members: Sequence[Member], reported: Sequence[str], question: Question, *, synthetic: bool
) -> Mapping[str | None, SpaghettiData]:
    place = f"site {question.site}" if question.site else ""
    found: dict[str | None, SpaghettiData] = {
        None: spaghetti_of(members, reported, question.cut, within=place, synthetic=synthetic)
    }
    for value, part in _groups(members, question):
        within = ", ".join(filter(None, (place, f"{question.by} {value}")))
        found[value] = spaghetti_of(
            part, reported, question.cut, within=within, synthetic=synthetic
        )
    return found


def _harms(
    members: Sequence[Member], summary: Mapping[str, Any], question: Question, *, synthetic: bool
) -> Mapping[str | None, SafetyData]:
    place = f"site {question.site}" if question.site else ""

    def drawn(part: Sequence[Member], counted: Mapping[str, Any], within: str) -> SafetyData:
        events = counted["adverse_events"]
        return safety_of(part, events, question.cut, within=within, synthetic=synthetic)

    found: dict[str | None, SafetyData] = {None: drawn(members, summary, place)}
    parts = zip(_groups(members, question), summary.get("groups", ()), strict=True)
    for (value, part), counted in parts:
        within = ", ".join(filter(None, (place, f"{question.by} {value}")))
        found[value] = drawn(part, counted, within)
    return found


def _start(value: str, part: Sequence[Member]) -> GroupStart:
    years = [m.first_infusion.started_at.earliest.year for m in part if m.first_infusion]
    return GroupStart(value, len(infused(part)), min(years), max(years))
