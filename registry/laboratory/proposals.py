"""What results propose for the nine SLEDAI-2K items that can be read off them.

A proposal is a help beside the question, never an answer: that a finding is due to lupus is a
judgement. It has three values: likely present, likely absent, or cannot say and why.
Window: 30 days before the visit, 10 before day 30 of a course; never a sample taken before day 0
for a visit after it, never one taken after the visit. The newest result in the window decides.
Source: registry/instruments/lab_items.py and the definitions of the registry.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from registry.instruments import lab_items
from registry.instruments.sledai_2k import EARLY_UNTIL_DAY, WINDOW_DAYS, first_day
from registry.instruments.units import printed
from registry.laboratory.analytes import ANALYTES
from registry.laboratory.reading import as_number, canonical, unit_of
from registry.partial_date import PartialDate

VERSION = "proposals/1"
DNA_ASSAYS = ("anti_dsdna_farr", "anti_dsdna_elisa", "anti_dsdna_clift")
WORDS: Mapping[bool | None, str] = {
    True: "likely present",
    False: "likely absent",
    None: "cannot say",
}
ANSWERS: Mapping[bool | None, str] = {True: "present", False: "absent", None: ""}


@dataclass(frozen=True, slots=True)
class Result:
    """One laboratory result as entered; limits are those of its laboratory, in ``unit``."""

    analyte: str
    collected_on: PartialDate
    value: str | None = None
    unit: str | None = None
    comparator: str | None = None
    state: str | None = None
    lower_limit: Decimal | None = None
    upper_limit: Decimal | None = None

    @property
    def words(self) -> str:
        """The result with its day: ``Platelets 82 × 10⁹/L, 20 Nov 2026``."""
        title = ANALYTES[self.analyte].title if self.analyte in ANALYTES else self.analyte
        said = (self.state or "").replace("_", " ") if self.value is None else self.value
        shown = f"{title} {self.comparator or ''}{said} {printed(self.unit or '')}".rstrip()
        return f"{shown}, {self.collected_on.words}"


@dataclass(frozen=True, slots=True)
class Window:
    """The days whose samples count for a visit, both included.

    From ``first`` on they may count, from ``sure`` on they do: two days where day 0 is partial.
    """

    first: date
    last: date
    sure: date

    def holds(self, on: PartialDate) -> bool | None:
        """Whether the sample was taken in the window; None where a date leaves that open."""
        if on.latest < self.first or on.earliest > self.last:
            return False
        return True if on.earliest >= self.sure and on.latest <= self.last else None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the results say of one item; ``present`` None is cannot say, and ``why`` tells why."""

    item: str
    present: bool | None
    why: str = ""
    rests_on: tuple[Result, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def answer(self) -> str:
        """The answer that accepting it would give; empty where it cannot say."""
        return ANSWERS[self.present]

    @property
    def words(self) -> str:
        return WORDS[self.present]


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one analyte says: the verdict, the results it rests on, or why there is none."""

    present: bool | None
    why: str = ""
    rests_on: tuple[Result, ...] = ()


def window_of(visited_on: date, day_0: date | None, day_0_latest: date | None = None) -> Window:
    """Return the window of a visit; ``day_0`` is of the course in force, the visit's day or before.

    A partial day 0 is any day from ``day_0`` to ``day_0_latest``. A visit on day 0 itself is the
    baseline: what came before it counts.
    """
    if day_0 is None:
        first = visited_on - timedelta(days=WINDOW_DAYS)
        return Window(first, visited_on, first)
    latest = day_0_latest or day_0
    # Where the window changes: these days, and the ends, hold its widest and its narrowest.
    turns = (visited_on - timedelta(days=days) for days in (EARLY_UNTIL_DAY, 1, 0))
    tried = {day_0, latest, *(day for day in turns if day_0 <= day <= latest)}
    firsts = [first_day(visited_on, day) for day in tried]
    return Window(min(firsts), visited_on, max(firsts))


def propose(results: Iterable[Result], window: Window, ratio: str = "") -> dict[str, Proposal]:
    """Return a proposal for each of the nine items, in the order of the instrument.

    ``ratio`` is the unit in which the patient's spot ratios are compared, ``mg/mmol`` or ``mg/g``;
    empty is the unit of each sample.
    """
    known = list(results)
    rules = {**_PROPOSED, "proteinuria": _proteinuria(ratio)}
    return {item: rules[item](known, window) for item in lab_items.ITEMS}


def _one(
    item: str, analyte: str, judge: Callable[[Result], bool | None]
) -> Callable[[list[Result], Window], Proposal]:
    """Return the rule of an item that one analyte decides."""

    def proposed(results: list[Result], window: Window) -> Proposal:
        found = _finding(results, analyte, window, judge)
        return Proposal(item, found.present, found.why, found.rests_on)

    return proposed


def _finding(
    results: Sequence[Result], analyte: str, window: Window, judge: Callable[[Result], bool | None]
) -> _Finding:
    of_it = [result for result in results if result.analyte == analyte]
    inside = [r for r in of_it if window.holds(r.collected_on) is not False and _counts(r)]
    if not inside:
        return _Finding(None, _nothing(of_it, analyte, window))
    newest = _newest(inside, window)
    verdicts = {judge(result) for result in newest}
    certain = any(window.holds(result.collected_on) for result in newest)
    if len(verdicts) == 1 and certain:
        present = verdicts.pop()
        return _Finding(present, "" if present is not None else why_open(newest[0]), tuple(newest))
    why = "results that may be the newest disagree" if certain else "the date is not known exactly"
    return _Finding(None, why, tuple(newest))


def _counts(result: Result) -> bool:
    """Tell a result that is awaited, which may be the newest, from one that was never made."""
    return result.value is not None or result.state == "pending"


def _newest(inside: list[Result], window: Window) -> list[Result]:
    """Return the results that may be the newest, the surest first."""
    sure = [r for r in inside if window.holds(r.collected_on)]
    may_be = [r for r in inside if not any(_is_before(r, other) for other in sure)]
    return sorted(may_be, key=lambda r: window.holds(r.collected_on) is None)


def _is_before(one: Result, other: Result) -> bool:
    """Whether a sample was certainly taken before another, by the time where both have one."""
    first, second = one.collected_on, other.collected_on
    if first.certainly_before(second):
        return True
    timed = "T" in first.text and "T" in second.text and first.exact == second.exact
    # One site writes one offset: the texts of one day sort like the times.
    return timed and first.text[16:] == second.text[16:] and first.text < second.text


def _nothing(of_it: list[Result], analyte: str, window: Window) -> str:
    """Say that there is no result, and where the last one lies that does not count."""
    title = ANALYTES[analyte].title
    outside = [r for r in of_it if r.value is not None and r.collected_on.latest < window.first]
    if not outside:
        return f"no result of {title}"
    last = max(outside, key=lambda r: r.collected_on.latest).collected_on.words
    days = (window.last - window.first).days
    return f"{title} of {last} is before the window of {days} days"


def why_open(result: Result) -> str:
    """Say why a result decides nothing."""
    if result.state == "pending":
        return "the result is awaited"
    analyte = ANALYTES[result.analyte]
    if as_number(analyte, result.value or "") is None:
        return "the result is in words that do not decide"
    if analyte.code in LIMITED and _limit(result) is None:
        side = "lower" if analyte.panel == "complement" else "upper"
        return f"the {side} limit of the laboratory is not recorded"
    problem = canonical(result.analyte, result.value, result.unit, result.comparator).problem
    return problem or "the result and its limit do not decide"


def counted(
    limit: Decimal, compare: Callable[[Decimal, str | None, Decimal], bool | None]
) -> Callable[[Result], bool | None]:
    """Return a judge against a published cut-off, in the canonical unit."""

    def judge(result: Result) -> bool | None:
        found = canonical(result.analyte, result.value, result.unit, result.comparator)
        if found.value is None or found.impossible:
            return None
        return compare(found.value, result.comparator, limit)

    return judge


LIMITED = frozenset({"c3", "c4", "ch50", *DNA_ASSAYS})


def _limit(result: Result) -> Decimal | None:
    low = ANALYTES[result.analyte].panel == "complement"
    return result.lower_limit if low else result.upper_limit


def is_low(result: Result) -> bool | None:
    """Compare with the laboratory's own lower limit, in the same unit: none is converted."""
    number, limit = as_number(ANALYTES[result.analyte], result.value or ""), result.lower_limit
    if number is None or limit is None:
        return None
    return lab_items.is_below(number, result.comparator, limit)


def binds(result: Result) -> bool | None:
    """Compare with the assay's own upper limit, or read its words."""
    number, limit = as_number(ANALYTES[result.analyte], result.value or ""), result.upper_limit
    if number is None:
        return lab_items.in_words(result.value or "")
    return None if limit is None else lab_items.is_above(number, result.comparator, limit)


def has_casts(result: Result) -> bool | None:
    return lab_items.casts_in_words(result.value or "")


def spot_above(ratio: str = "") -> Callable[[Result], bool | None]:
    """Return a judge of spot ratios in the unit of the patient, or each in its own where empty."""

    def judge(result: Result) -> bool | None:
        analyte = ANALYTES[result.analyte]
        number, unit = as_number(analyte, result.value or ""), unit_of(analyte, result.unit)
        if number is None or unit is None:
            return None
        return lab_items.upcr_above(number, result.comparator, unit, ratio)

    return judge


def _low_complement(results: list[Result], window: Window) -> Proposal:
    """Any low one decides; C3 and C4 must both be normal to say absent, CH50 where it is given."""
    found = {code: _finding(results, code, window, is_low) for code in ("c3", "c4", "ch50")}
    if not found["ch50"].rests_on:
        del found["ch50"]
    return _together("low_complement", list(found.values()))


def _increased_dna_binding(results: list[Result], window: Window) -> Proposal:
    """Any assay above its limit decides; what another assay says differently is told."""
    found = [_finding(results, assay, window, binds) for assay in DNA_ASSAYS]
    measured = [finding for finding in found if finding.rests_on]
    if not measured:
        why = next(
            (f.why for f in found if "before the window" in f.why), "no result of anti-dsDNA"
        )
        return Proposal("increased_dna_binding", None, why)
    proposal = _together("increased_dna_binding", measured)
    verdicts = {finding.present for finding in measured}
    notes = ("the assays disagree",) if {True, False} <= verdicts else ()
    return Proposal(proposal.item, proposal.present, proposal.why, proposal.rests_on, notes)


def _together(item: str, found: list[_Finding]) -> Proposal:
    present = lab_items.any_of(finding.present for finding in found)
    deciding = [f for f in found if f.present == present] if present else found
    why = "; ".join(dict.fromkeys(f.why for f in found if f.why)) if present is None else ""
    return Proposal(item, present, why, tuple(r for f in deciding for r in f.rests_on))


def _proteinuria(ratio: str) -> Callable[[list[Result], Window], Proposal]:
    """Return the rule of proteinuria for a patient whose ratios are compared in one unit."""
    return partial(_protein, ratio)


def _protein(ratio: str, results: list[Result], window: Window) -> Proposal:
    """Let a 24-hour collection win over a spot ratio; say their conflict and the grey band."""
    by_day = _finding(
        results, "protein_24h", window, counted(lab_items.PROTEIN_ABOVE, lab_items.is_above)
    )
    spot = _finding(results, "upcr", window, spot_above(ratio))
    if by_day.present is None:
        notes = tuple(_grey(result, ratio) for result in spot.rests_on if _is_grey(result))
        why = spot.why if spot.rests_on or not by_day.rests_on else by_day.why
        rests_on = spot.rests_on or by_day.rests_on
        return Proposal("proteinuria", spot.present, why, rests_on, notes)
    conflict = spot.present is not None and spot.present != by_day.present
    notes = (
        (f"the 24-hour collection decides; the spot ratio says {WORDS[spot.present]}",)
        if conflict
        else ()
    )
    rests_on = (*by_day.rests_on, *(spot.rests_on if conflict else ()))
    return Proposal("proteinuria", by_day.present, "", rests_on, notes)


def _is_grey(result: Result) -> bool:
    analyte = ANALYTES[result.analyte]
    number, unit = as_number(analyte, result.value or ""), unit_of(analyte, result.unit)
    return number is not None and unit is not None and lab_items.in_grey_band(number, unit)


def _grey(result: Result, ratio: str) -> str:
    decides = (
        f"the unit of this patient's baseline, {ratio}, decides"
        if ratio
        else f"the laboratory's own unit, {result.unit}, decides"
    )
    return (
        "grey band, 50 to 56.6 mg/mmol: it is above the cut-off in mg/mmol and not in mg/g; "
        + decides
    )


_PROPOSED: Mapping[str, Callable[[list[Result], Window], Proposal]] = {
    "urinary_casts": _one("urinary_casts", "urine_casts", has_casts),
    "haematuria": _one(
        "haematuria",
        "urine_red_cells",
        counted(lab_items.CELLS_PER_FIELD_ABOVE, lab_items.is_above),
    ),
    "pyuria": _one(
        "pyuria",
        "urine_white_cells",
        counted(lab_items.CELLS_PER_FIELD_ABOVE, lab_items.is_above),
    ),
    "low_complement": _low_complement,
    "increased_dna_binding": _increased_dna_binding,
    "fever": _one("fever", "temperature", counted(lab_items.FEVER_ABOVE, lab_items.is_above)),
    "thrombocytopenia": _one(
        "thrombocytopenia", "platelets", counted(lab_items.PLATELETS_BELOW, lab_items.is_below)
    ),
    "leukopenia": _one(
        "leukopenia", "leukocytes", counted(lab_items.LEUKOCYTES_BELOW, lab_items.is_below)
    ),
}
READ_FROM = (
    *("urine_casts", "urine_red_cells", "urine_white_cells", "protein_24h", "upcr"),
    *("c3", "c4", "ch50", *DNA_ASSAYS, "temperature", "platelets", "leukocytes"),
)
