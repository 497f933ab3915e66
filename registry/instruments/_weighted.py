"""The commonest rule of a score, declared as data: add up weight times answer.

Declared, so that one row (here, in Decimal) and a million rows (``analysis.columns``, in whole
numbers) follow the same declaration.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from registry.instruments.base import Answer, Answers, Item, Score

ZERO = Decimal(0)
Bounds = tuple[Decimal, Decimal]  # the points that are certain, and those that are possible


@dataclass(frozen=True, slots=True)
class Subset:
    """Some items summed on their own: the parts NAME_points and NAME_max_possible."""

    name: str
    items: frozenset[str]
    complete: bool = False  # whether NAME_complete is a part as well


@dataclass(frozen=True, slots=True)
class WeightedSum:
    """The function ``score`` of an instrument whose points are weight times answer.

    An inquiry adds nothing up to a ``total``. ``groups_as`` names the part that keeps
    [known, possible] of each group of items; a group without either is left out.
    """

    items: tuple[Item, ...]
    total: bool = True
    subsets: tuple[Subset, ...] = ()
    groups_as: str = ""
    groups: tuple[str, ...] = field(init=False)
    # For each item the sums it belongs to: 0 is the whole, then the subsets, then the groups.
    sums: Mapping[str, tuple[int, ...]] = field(init=False)

    def __post_init__(self) -> None:
        groups = dict.fromkeys(item.group for item in self.items) if self.groups_as else {}
        object.__setattr__(self, "groups", tuple(groups))
        object.__setattr__(self, "sums", {item.code: self._sums(item) for item in self.items})

    def _sums(self, item: Item) -> tuple[int, ...]:
        subsets = [n for n, subset in enumerate(self.subsets, 1) if item.code in subset.items]
        group = [1 + len(self.subsets) + self.groups.index(item.group)] if self.groups else []
        return (0, *subsets, *group)

    @property
    def number_of_sums(self) -> int:
        """Return how many sums there are: the whole, the subsets and the groups."""
        return 1 + len(self.subsets) + len(self.groups)

    def __call__(self, answers: Answers) -> Score:
        """Add up what is known; with a gap there is a floor and a ceiling, no total."""
        known, possible = ([ZERO] * self.number_of_sums for _ in range(2))
        missing = []
        for item in self.items:
            answer = answers.get(item.code)
            if answer is None:
                missing.append(item.code)
            elif answer == 0:
                continue
            least, most = points_of(item, answer)
            for place in self.sums[item.code]:
                known[place] += least
                possible[place] += most
        bounds = list(zip(known, possible, strict=True))
        return self.scored(bounds, tuple(missing))

    def scored(self, bounds: Sequence[Bounds], missing: tuple[str, ...]) -> Score:
        """Return the score of which the sums and the gaps are known."""
        known, possible = bounds[0]
        return Score(
            # An organ nobody looked at is not a quiet one: calling the floor the total would
            # lower activity exactly where data are thinnest.
            total=known if self.total and not missing else None,
            known_points=known,
            max_possible=possible,
            complete=not missing,
            parts=dict(self._parts(bounds, missing)),
            missing=missing,
        )

    def _parts(
        self, bounds: Sequence[Bounds], missing: tuple[str, ...]
    ) -> Iterator[tuple[str, Any]]:
        for subset, (known, possible) in zip(self.subsets, bounds[1:], strict=False):
            yield f"{subset.name}_points", _plain(known)
            yield f"{subset.name}_max_possible", _plain(possible)
            if subset.complete:
                yield f"{subset.name}_complete", subset.items.isdisjoint(missing)
        if self.groups_as:
            of_groups = zip(self.groups, bounds[1 + len(self.subsets) :], strict=True)
            # Most visits have points in two or three organs; the others are left out.
            yield (
                self.groups_as,
                {
                    group: [_plain(known), _plain(possible)]
                    for group, (known, possible) in of_groups
                    if known or possible
                },
            )


def points_of(item: Item, answer: Answer) -> Bounds:
    """Return the least and the most points of one item: the same two where it is answered."""
    if answer is None:
        least, most = sorted((item.weight * item.low, item.weight * item.high))
        return least, most
    points = item.weight * Decimal(answer)
    return points, points


def _plain(points: Decimal) -> int | str:
    """Write points as a JSON value: whole ones as a number, others as text, to stay exact."""
    return int(points) if points == int(points) else format(points.normalize(), "f")
