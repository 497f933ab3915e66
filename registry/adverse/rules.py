"""What an adverse event cannot say, and what it may say but is worth a second look.

Grade is severity, not seriousness: neither is worked out from the other, except that grade 5 is
death.  Sources: CTCAE v5.0 (grades that exist); ICH E2A (seriousness criteria); E2B(R3) E.i.7.
"""

from collections.abc import Collection, Iterator, Mapping

from registry import rules
from registry.adverse import terms
from registry.followup.emergence import DEATH, FATAL, FATAL_GRADE
from registry.partial_date import PartialDate

SEVERE_GRADE = 3
ENDED = frozenset({"recovered", "recovered_with_sequelae", FATAL})
Wrong = Mapping[str, str | None]  # field → a sentence, or None


def grade_that_does_not_exist(
    term: str | None, dictionary: str | None, version: str | None, grade: int | None
) -> str | None:
    """Return a sentence when a listed CTCAE term has no such grade, else None."""
    found = terms.find(term) if terms.is_listed(dictionary, version) else None
    if found is None or grade is None or grade in found.grades:
        return None
    exist = ", ".join(map(str, found.grades))
    return f"Grade: “{found.name}” has no grade {grade} in {terms.SCALE}; it has {exist}"


def fatal_together(grade: int | None, outcome: str | None, seriousness: Collection[str]) -> Wrong:
    """Grade 5 is death: then the outcome is fatal, and death is a criterion of seriousness."""
    if grade != FATAL_GRADE:
        return {}
    return {
        "outcome": None if outcome == FATAL else "Outcome: grade 5 is death, so it is fatal",
        "seriousness_death": None
        if DEATH in seriousness
        else "Death: grade 5 is death, so tick it as a criterion of seriousness",
    }


def criteria_without_serious(serious: bool | None, seriousness: Collection[str]) -> str | None:
    """Return a sentence when a criterion is met but the event is called not serious."""
    if serious is False and seriousness:
        return "Serious: a criterion of seriousness is ticked, so the event is serious"
    return None


def dates(
    onset: PartialDate | None,
    end: PartialDate | None,
    birth: PartialDate | None,
    death: PartialDate | None,
) -> Wrong:
    """Onset and end lie within the life and in order, over every completion of partial dates."""
    return {
        "started_on": rules.outside_life(onset, birth, death),
        "ended_on": rules.out_of_order(onset, end, "the onset on")
        or rules.outside_life(end, birth, death),
    }


def worst_below_history(worst: int | None, history: Collection[int]) -> str | None:
    """Return a sentence when the worst grade is lower than one of its history."""
    if worst is None or not history or worst >= max(history):
        return None
    return f"Grade: the history below has grade {max(history)}, so the worst is not {worst}"


def counts_as_expected(expected: bool | None, reference: str | None) -> bool:
    """Return whether it counts as expected: only against a named reference document."""
    return bool(expected and reference)


def second_looks(  # noqa: PLR0913 - each is one fact of the event
    *,
    grade: int | None,
    serious: bool | None,
    seriousness: Collection[str],
    outcome: str | None,
    ended: bool,
    death_recorded: bool = True,
) -> Iterator[str]:
    """Yield sentences about what is possible and unusual: never a block."""
    yield from _missing(grade, serious, seriousness)
    if grade is not None and serious is not None and serious is not (grade >= SEVERE_GRADE):
        yield (
            f"It is {'serious' if serious else 'not serious'} at grade {grade}. That is possible: "
            "the grade says how severe it is, seriousness what came of it."
        )
    if outcome == FATAL:
        yield from _fatal(grade, seriousness, death_recorded=death_recorded)
    elif DEATH in seriousness:
        yield "Death is a criterion of seriousness, but the outcome is not fatal."
    if ended and outcome in {"not_recovered", "recovering"}:
        yield "It has an end, but the outcome says that it goes on."


def _missing(
    grade: int | None, serious: bool | None, seriousness: Collection[str]
) -> Iterator[str]:
    if serious is None:
        yield "Whether it is serious is not recorded."
    if serious and not seriousness:
        yield "It is called serious, but no criterion says why."
    if grade is None:
        yield "No grade is recorded."


def _fatal(
    grade: int | None, seriousness: Collection[str], *, death_recorded: bool
) -> Iterator[str]:
    if grade not in {None, FATAL_GRADE}:
        yield "The outcome is fatal, but the grade is not 5."
    if DEATH not in seriousness:
        yield "The outcome is fatal, but death is not among the criteria of seriousness."
    if not death_recorded:
        yield "The outcome is fatal, but no death of the patient is recorded."
