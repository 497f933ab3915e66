"""What is known about a lot in words: its tests, its decisions, and who received it."""

from dataclasses import dataclass
from uuid import UUID

from registry import release_tests
from registry.codes import LOT_DECISION, LOT_TEST_STATE
from registry.lot_rules import BLOCKING
from registry.models import LotDecision, LotTest
from registry.queries.recall import Recall, Recipient
from registry.templating import show_code, show_date, show_number

TONES = {"passed": "good", "failed": "late", "pending": "soon"}


@dataclass(frozen=True, slots=True)
class TestLine:
    """One release test as the page shows it."""

    key: UUID
    words: str
    test: str
    result: str | None
    limit: str | None
    verdict: str
    tone: str
    remark: str
    reported_on: object


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision as the page shows it."""

    key: UUID
    words: str
    decision: str
    tone: str
    decided_on: object
    reason: str


@dataclass(frozen=True, slots=True)
class RecipientLine:
    """One infusion of a lot as page, print and command show it."""

    patient: str
    infusion: str
    lot: str
    given: str
    site: str
    volume_ml: str
    cells: str
    now_at: str
    status: str
    events: int
    voided: bool


def test_line(row: LotTest) -> TestLine:
    """Return one test; where the verdict was not entered, the limit answers or leaves it open."""
    verdict = release_tests.verdict(
        state=row.state, result=row.result, comparator=row.comparator, unit=row.unit,
        limit=row.limit,
    )  # fmt: skip
    result = f"{row.comparator or ''}{row.result} {row.unit or ''}".strip() if row.result else None
    word = LOT_TEST_STATE[verdict] if verdict else "Not decided"
    doubt = release_tests.contradiction(row.state, row.result, row.comparator, row.unit, row.limit)
    return TestLine(
        key=row.id,
        words=f"{row.test}, {result or 'no result'}, {word.lower()}",
        test=row.test,
        result=result,
        limit=row.limit,
        verdict=word,
        tone=TONES.get(verdict or "", "plain"),
        remark=doubt or ("" if row.state or not verdict else "by the limit"),
        reported_on=row.reported_on,
    )


def decision_line(row: LotDecision) -> DecisionLine:
    """Return one decision."""
    title = LOT_DECISION[row.decision]
    return DecisionLine(
        key=row.id,
        words=f"{title}, {show_date(row.decided_on)}",
        decision=title,
        tone=status_tone(row.decision),
        decided_on=row.decided_on,
        reason=row.reason,
    )


def status_tone(status: str | None) -> str:
    """Return how a release status is drawn: what blocks use stands out."""
    code = (status or "").strip().casefold()
    if code in BLOCKING:
        return "late"
    if code in {"released_pending", "released_by_exception"}:
        return "soon"
    return "good" if code == "released" else "plain"


def recipient_lines(found: Recall) -> list[RecipientLine]:
    """Return the recipients in reach, by the date of the infusion."""
    return [_line(row) for row in found.recipients]


def _line(row: Recipient) -> RecipientLine:
    return RecipientLine(
        patient=row.patient,
        infusion=row.infusion,
        lot=row.lot,
        given=show_date(row.started_at),
        site=row.site,
        volume_ml=show_number(row.volume_ml),
        cells=show_number(row.cells, grouped=True),
        now_at=_now_at(row),
        status=_status(row),
        events=row.events_after,
        voided=row.voided,
    )


def _now_at(row: Recipient) -> str:
    if row.followed_elsewhere:
        return "another site"
    return row.followed_at or "no site"


def _status(row: Recipient) -> str:
    if row.died_on is not None:
        return f"Died {show_date(row.died_on)}"
    return show_code(row.status)
