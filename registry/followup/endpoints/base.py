"""The vocabulary of protocol end points: what is asked when, and what counts as no response.

An end point is data: a responder, a timepoint, and intercurrent rules by name with their
settings; ``outcome`` judges one patient by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from registry.followup.intercurrent import VERSION, After, Failure
from registry.followup.states.base import Verdict

State = Literal["met", "not_met", "indeterminate", "not_evaluable", "missing"]

NO_RESPONSE, MISSING = "no_response", "missing"
DIED = "died"
GONE = frozenset({DIED, "lost", "withdrawn"})
GAPS: tuple[State, ...] = ("missing", "not_evaluable", "indeterminate")
#: Reasons that are no rule of a protocol: whoever is not there, or not known, did not respond.
OTHER_REASONS: Mapping[str, str] = MappingProxyType(
    {
        DIED: "Died",
        "lost": "Lost to follow-up",
        "withdrawn": "Withdrew",
        NO_RESPONSE: "Seen, criteria not met",
        MISSING: "Not seen, or seen without the data",
        "not_evaluable": "Not evaluable: baseline too low",
        "indeterminate": "Indeterminate",
    }
)


@dataclass(frozen=True, slots=True)
class ProtocolEndpoint:
    """A named, versioned end point; change a copy with ``dataclasses.replace``.

    ``otherwise`` is judged in place of the responder where BILAG was graded at the baseline of
    fewer than half of the patients: without grades nobody can reach an SRI.
    """

    name: str
    version: str
    title: str
    timepoint: str
    responder: str  # name of a state
    failures: tuple[Failure, ...]
    source: str
    otherwise: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Mapping[str, str]:
        """Everything that was chosen, as it is printed with a result."""
        instead = (
            f", or {self.otherwise} where BILAG was graded at the baseline of fewer than half"
            if self.otherwise
            else ""
        )
        return {
            "responder": f"{self.responder} at {self.timepoint}{instead}",
            "population": "prospective, infused, first course, window closed by the cut",
            **{rule.name: rule.settings for rule in self.failures},
            "also no response": "died, lost, withdrew, missing, not evaluable, indeterminate",
            "period": "day 1 to the day before the visit; to the end of the window where not seen",
            "rules": VERSION,
            **self.notes,
            "source": self.source,
        }

    @property
    def reasons(self) -> Mapping[str, str]:
        """Every reason of non-response with its words, in the order in which they are counted."""
        rules = {rule.name: rule.title for rule in self.failures}
        return {DIED: OTHER_REASONS[DIED], **rules, **OTHER_REASONS}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one patient; ``reasons`` are all that hold, in order."""

    state: State
    reasons: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()  # rules that the facts leave open


def outcome(
    endpoint: ProtocolEndpoint, after: After, place: str, response: Verdict | None
) -> Outcome:
    """Judge one patient: ``place`` is the state of the flow, ``response`` that of the visit.

    One definite failure decides, whatever else is unknown.
    """
    judged = {rule.name: rule.happened(after) for rule in endpoint.failures}
    undecided = tuple(name for name, happened in judged.items() if happened is None)
    holds = {name for name, happened in judged.items() if happened} | ({place} & GONE)
    if not holds & GONE:
        holds |= _of_visit(response)
    state = _state(holds, undecided)
    if state == "indeterminate":
        holds.add(state)
    return Outcome(state, tuple(name for name in endpoint.reasons if name in holds), undecided)


def _of_visit(response: Verdict | None) -> set[str]:
    """Return why the visit shows no response; nothing where it shows one."""
    if response is None:
        return {MISSING}
    if response.state == "met":
        return set()
    return {NO_RESPONSE if response.state == "not_met" else response.state}


def _state(holds: set[str], undecided: Sequence[str]) -> State:
    """Return what the reasons come to: a definite failure before a gap."""
    if holds - set(GAPS):
        return "not_met"
    found = next((gap for gap in GAPS if gap in holds), None)
    return found or ("indeterminate" if undecided else "met")
