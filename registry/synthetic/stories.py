"""What happens to the invented patients, as data: one card of the deck for each patient in turn.

Thirty cards, so that every story is told in any cohort of 30 or more, in fixed proportions.
Curves are activity over the months since day 0, as a multiple of the patient's own level.
"""

from dataclasses import dataclass

Curve = tuple[tuple[float, float], ...]

# Patients are enrolled while they are worse than usual, so every curve falls a little untreated.
RESPONSE: Curve = ((-6, 1.1), (0, 1.05), (1, 0.85), (3, 0.65), (6, 0.5), (12, 0.45), (60, 0.5))
RELAPSE: Curve = ((-6, 1.1), (0, 1.05), (3, 0.7), (6, 0.55), (9, 0.8), (12, 1.05), (60, 0.8))
NO_RESPONSE: Curve = ((-6, 1.1), (0, 1.05), (1, 1.0), (3, 0.95), (12, 1.0), (60, 0.9))
UNTREATED: Curve = ((-6, 1.35), (-3, 1.1), (0, 0.9), (60, 0.8))


def after_lead_in(curve: Curve) -> Curve:
    """Return the curve with a fall before day 0 that no treatment explains."""
    return ((-6, 1.4), (-3, 1.15), *(point for point in curve if point[0] >= 0))


@dataclass(frozen=True, slots=True)
class Ending:
    """Why follow-up stops: a status, some months after day 0, with its reason or cause."""

    status: str
    month: int
    reason: str
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One card: product, curve, months since day 0 (first and last possible), and incidents."""

    name: str
    curve: Curve
    months: tuple[int, int] = (4, 60)
    product: str = "msc"  # empty = enrolled, never infused
    ascertainment: str = "prospective"
    lead_in: bool = False
    ending: Ending | None = None
    transfer_month: int | None = None
    second_course_month: int | None = None
    incidents: frozenset[str] = frozenset()


def _plain(name: str, curve: Curve, count: int) -> tuple[Story, ...]:
    return (Story(name=name, curve=curve),) * count


# Old enough to have fallen ill before the growth in their lot was found.
CLUSTER_MONTHS = (11, 14)

RESPONDERS = (
    *_plain("responder", RESPONSE, 1),
    Story(name="responder", curve=RESPONSE, incidents=frozenset({"duplicate_event"})),
    Story(name="responder", curve=after_lead_in(RESPONSE), lead_in=True),
    Story(name="responder", curve=RESPONSE, incidents=frozenset({"remote_visits"})),
    Story(name="responder", curve=RESPONSE, months=(18, 60), transfer_month=8),
    Story(name="responder", curve=RESPONSE, product="hsc", months=(10, 60)),
    Story(name="responder", curve=RESPONSE, ascertainment="early"),
    Story(
        name="responder",
        curve=RESPONSE,
        months=(20, 60),
        ascertainment="retrospective",
        incidents=frozenset({"historic_total", "month_only_infusion", "prior_cell_therapy"}),
    ),
    Story(name="recently infused", curve=RESPONSE, months=(1, 2)),
)
RELAPSERS = (
    *_plain("relapser", RELAPSE, 1),
    Story(name="relapser", curve=RELAPSE, months=(20, 60), second_course_month=14),
    Story(name="relapser", curve=RELAPSE, incidents=frozenset({"unknown_dose", "partial_onset"})),
)
NON_RESPONDERS = (
    *_plain("non-responder", NO_RESPONSE, 2),
    Story(
        name="serious event on day 12",
        curve=NO_RESPONSE,
        months=CLUSTER_MONTHS,
        incidents=frozenset({"bad_lot", "sepsis_on_day_12"}),
    ),
    *(
        Story(
            name="same lot",
            curve=NO_RESPONSE,
            months=CLUSTER_MONTHS,
            incidents=frozenset({"bad_lot"}),
        ),
    )
    * 2,
    Story(
        name="flare or not",
        curve=after_lead_in(NO_RESPONSE),
        lead_in=True,
        incidents=frozenset({"flare_or_not"}),
    ),
    Story(name="non-responder", curve=NO_RESPONSE, incidents=frozenset({"overdue"})),
    Story(name="non-responder", curve=NO_RESPONSE, incidents=frozenset({"pulse"})),
    Story(name="non-responder", curve=NO_RESPONSE, product="exosome"),
    Story(
        name="non-responder",
        curve=NO_RESPONSE,
        months=(16, 60),
        ascertainment="retrospective",
        incidents=frozenset({"consent_not_recorded"}),
    ),
    Story(
        name="death",
        curve=NO_RESPONSE,
        months=(12, 60),
        ending=Ending("died", 8, "", "Sepsis after pneumonia"),
    ),
    Story(
        name="loss",
        curve=NO_RESPONSE,
        months=(14, 60),
        ending=Ending("lost", 9, "Three calls and a letter without an answer"),
    ),
    Story(
        name="withdrawal",
        curve=NO_RESPONSE,
        months=(12, 60),
        ending=Ending("withdrew_visits", 7, "Visits take too long"),
    ),
)
NEVER_INFUSED = (
    Story(
        name="untreated",
        curve=UNTREATED,
        product="",
        lead_in=True,
        incidents=frozenset({"course_planned"}),
        ending=Ending("completed", 1, "Not infused: manufacturing failure"),
    ),
    Story(
        name="untreated",
        curve=UNTREATED,
        product="",
        lead_in=True,
        ending=Ending("completed", 0, "Not infused: ineligible, infection at screening"),
    ),
    Story(
        name="untreated",
        curve=UNTREATED,
        product="",
        lead_in=True,
        incidents=frozenset({"course_planned", "consent_withdrawn"}),
        ending=Ending("withdrew_consent", 0, "Not infused: changed their mind"),
    ),
    Story(
        name="declined",
        curve=UNTREATED,
        product="",
        incidents=frozenset({"consent_declined"}),
        ending=Ending("withdrew_consent", 0, "Declined to take part"),
    ),
)
COMPLETED = (
    Story(
        name="completed",
        curve=RESPONSE,
        months=(26, 60),
        ending=Ending("completed", 25, "Planned follow-up of 24 months is over"),
    ),
)
# Dealt like cards, so that a small cohort already holds some of each.
_HANDS = (RESPONDERS, NON_RESPONDERS, RELAPSERS, NEVER_INFUSED, COMPLETED)
DECK: tuple[Story, ...] = tuple(
    hand[turn] for turn in range(max(map(len, _HANDS))) for hand in _HANDS if turn < len(hand)
)


def level(curve: Curve, month: float) -> float:
    """Interpolate the curve; flat before its first and after its last point."""
    before = curve[0]
    for point in curve:
        if month <= point[0]:
            width = point[0] - before[0]
            share = (month - before[0]) / width if width else 1.0
            return before[1] + (point[1] - before[1]) * min(max(share, 0.0), 1.0)
        before = point
    return curve[-1][1]
