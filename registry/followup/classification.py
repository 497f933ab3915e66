"""What stored facts say of a criterion of classification, ever: a proposal, never an answer.

Three values: present, with the finding that says so; absent, where everything that decides was
tested and never counted; and None, which is "not tested" or "tested and undecided". That nothing
else explains a finding better is a judgement; a person records it at a visit.
A finding from after the treatment began is told as such: conditioning lowers every count.
Sources: the files of the three sets in registry/instruments; ``classification_rules`` has the
cut-offs.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from registry.followup import conditions
from registry.followup.biopsies import classes_of
from registry.followup.clocks import course_start
from registry.followup.facts import AssessmentFact, BiopsyFact, ConditionFact, CourseFact, VisitFact
from registry.followup.kidney.course import unit_of_patient
from registry.instruments import INSTRUMENTS
from registry.instruments._three_valued import Known, any_of
from registry.laboratory.analytes import ANALYTES
from registry.laboratory.proposals import Result, why_open
from registry.partial_date import PartialDate

VERSION = "classification/1"


@dataclass(frozen=True, slots=True)
class Found:
    """What one kind of fact says of a criterion."""

    present: Known
    sources: tuple[str, ...] = ()  # "Platelets 84 × 10⁹/L, 2 Mar 2021"
    tested: bool = True

    @property
    def state(self) -> str:
        """Return present, absent, undecided or not_tested."""
        if self.present is not None:
            return "present" if self.present else "absent"
        return "undecided" if self.tested else "not_tested"


NOT_TESTED = Found(None, tested=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything stored of one patient that may speak for or against a criterion."""

    results: Mapping[str, Sequence[Result]]  # analyte → results with a value, oldest first
    biopsies: Sequence[BiopsyFact] = ()
    conditions: Mapping[str, str] = field(default_factory=dict)  # code → present, absent, unknown
    answered: Mapping[tuple[str, str], PartialDate] = field(default_factory=dict)  # first present
    start: PartialDate | None = None  # of the treatment
    ratio: str = ""  # mg/mmol or mg/g, in which spot ratios are compared; empty: each in its own

    def is_late(self, on: PartialDate) -> bool:
        """Whether a day may be after the treatment began."""
        return self.start is not None and not on.certainly_before(self.start)

    def told(self, words: str, on: PartialDate) -> str:
        """Return the words, with a note where the finding may come from the treatment."""
        return f"{words} (since the treatment began)" if self.is_late(on) else words


Rule = Callable[[Evidence], Found]


def evidence(
    results: Iterable[Result],
    biopsies: Iterable[BiopsyFact],
    stored: Iterable[ConditionFact],
    visits: Iterable[VisitFact],
    course: CourseFact | None,
) -> Evidence:
    """Gather the facts; only final visits speak, and of each item the first present one."""
    by_analyte: dict[str, list[Result]] = defaultdict(list)
    for result in sorted(results, key=lambda r: (r.collected_on.earliest, r.collected_on.text)):
        if result.value is not None:
            by_analyte[result.analyte].append(result)
    return Evidence(
        results=by_analyte,
        biopsies=tuple(sorted(biopsies, key=lambda biopsy: biopsy.taken_on.earliest)),
        conditions=conditions.answers(fact.condition for fact in stored),
        answered=_first_present(visits),
        start=course_start(course) if course else None,
        ratio=unit_of_patient(
            [(r.collected_on, r.unit or "") for r in by_analyte["upcr"]], course
        ).policy.unit,
    )


def _first_present(visits: Iterable[VisitFact]) -> dict[tuple[str, str], PartialDate]:
    first: dict[tuple[str, str], PartialDate] = {}
    for visit in visits:
        if not visit.final or visit.visited_on is None:
            continue
        day = PartialDate.on(visit.visited_on)
        for fact in visit.assessments:
            for item in present_items(fact):
                key = fact.instrument, item
                if key not in first or day.earliest < first[key].earliest:
                    first[key] = day
    return first


def present_items(fact: AssessmentFact) -> list[str]:
    """Return the yes-no items that an assessment says are present; none of another version."""
    declared = INSTRUMENTS.get(fact.instrument)
    if declared is None or fact.answers is None or fact.version != declared.version:
        return []
    answers = declared.from_row(fact.answers)
    return [item.code for item in declared.items if item.yes_no and answers[item.code] == 1]


# --- the kinds of rule ----------------------------------------------------------------------


def lab(analyte: str, judge: Callable[[Result], Known], days: int = 1) -> Rule:
    """Return the rule that results of an analyte count, on so many different days."""

    def rule(known: Evidence) -> Found:
        results = known.results.get(analyte, ())
        verdicts = [(result, judge(result)) for result in results]
        counting = _on_different_days([result for result, verdict in verdicts if verdict])
        if len(counting) >= days:
            chosen = _before_treatment(counting, known)[:days]
            return Found(True, tuple(known.told(r.words, r.collected_on) for r in chosen))
        undecided = [result for result, verdict in verdicts if verdict is None]
        if not results:
            return NOT_TESTED
        if undecided or counting:
            return Found(None, tuple(_open_words(r, judge) for r in (*counting, *undecided)[-1:]))
        return Found(False, (_never(analyte, results),))

    return rule


def _on_different_days(results: Sequence[Result]) -> list[Result]:
    """Return as many as certainly lie on different days; "March" may be any day of March."""
    kept: list[Result] = []
    for result in sorted(results, key=lambda result: result.collected_on.latest):
        if not kept or kept[-1].collected_on.certainly_before(result.collected_on):
            kept.append(result)
    return kept


def _before_treatment(results: list[Result], known: Evidence) -> list[Result]:
    """Return those from before the treatment first."""
    return sorted(results, key=lambda result: known.is_late(result.collected_on))


def _open_words(result: Result, judge: Callable[[Result], Known]) -> str:
    why = "once only" if judge(result) else why_open(result)
    return f"{result.words}: {why}"


def _never(analyte: str, results: Sequence[Result]) -> str:
    title, many = ANALYTES[analyte].title, len(results)
    return f"{title}: never in {many} result{'s' if many > 1 else ''} to {_last(results).words}"


def _last(results: Sequence[Result]) -> PartialDate:
    return results[-1].collected_on


def at_visit(instrument: str, item: str, doubt: str = "") -> Rule:
    """Return the rule that an item was ever present at a visit; with a doubt it only hints.

    That it was absent at the visits says nothing of the time between and before.
    """

    def rule(known: Evidence) -> Found:
        day = known.answered.get((instrument, item))
        if day is None:
            return NOT_TESTED
        declared = INSTRUMENTS[instrument]
        label = declared.item(item).label
        words = known.told(f"{declared.title}, {label.lower()}: present {day.words}", day)
        return Found(None, (f"{words}; {doubt}",)) if doubt else Found(True, (words,))

    return rule


def condition(code: str, title: str) -> Rule:
    """Return the rule that a condition stands in the history; its absence decides nothing."""

    def rule(known: Evidence) -> Found:
        present = known.conditions.get(code) == conditions.PRESENT
        return Found(True, (f"History: {title}",)) if present else NOT_TESTED

    return rule


def biopsy(counting: frozenset[str], doubtful: frozenset[str] = frozenset()) -> Rule:
    """Return the rule that any biopsy showed one of the classes."""

    def rule(known: Evidence) -> Found:
        if not known.biopsies:
            return NOT_TESTED
        read = [(one, classes_of(one.classes)) for one in known.biopsies]
        for one, classes in read:
            if classes & counting:
                return Found(True, (known.told(_biopsy_words(one), one.taken_on),))
        open_ = any(not classes or classes & doubtful for _, classes in read)
        return Found(None if open_ else False, (_biopsy_words(known.biopsies[-1]),))

    return rule


def _biopsy_words(one: BiopsyFact) -> str:
    return f"Biopsy of {one.taken_on.words}: {one.classes}"


def either(*rules: Rule) -> Rule:
    """Return the rule that any of several facts decides; absent only where all were tested."""

    def rule(known: Evidence) -> Found:
        return _joined([one(known) for one in rules])

    return rule


def one_of(*rules: Rule) -> Rule:
    """Return the rule of several ways to test one thing: those not used are left out."""

    def rule(known: Evidence) -> Found:
        return _joined([found for one in rules if (found := one(known)).tested])

    return rule


def or_seen(decisive: Rule, *signs: Rule) -> Rule:
    """Return the rule that signs may show presence as well; without them nothing is decided."""

    def rule(known: Evidence) -> Found:
        found = decisive(known)
        seen = [one for sign in signs if (one := sign(known)).present]
        return _joined([found, *seen]) if seen else found

    return rule


def _joined(found: Sequence[Found]) -> Found:
    if not found:
        return NOT_TESTED
    present = any_of(*(one.present for one in found))
    telling = [one for one in found if one.present] if present else found
    sources = tuple(source for one in telling for source in one.sources)
    return Found(present, sources, any(one.tested for one in found))


def unknown(_: Evidence) -> Found:
    """Say nothing: no stored fact speaks of this criterion."""
    return NOT_TESTED
