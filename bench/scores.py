"""Scores of many stored SLEDAI-2K by columns against the plain loop over ``Instrument.score``.

Both start from the JSON text that is stored. The loop is timed twice: with answers that somebody
has read already, which flatters it, and with reading them as a check of stored rows must. The
columns read the text each time. Every answer is random, so that hardly a row is there twice, and
all scores of both are compared before anything is timed.

Run: ``python -m bench.scores [--rows 100000] [--rounds 5]``.
"""

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator
from statistics import median

from registry.analysis.score_columns import score_texts
from registry.database.types import canonical_json
from registry.instruments import INSTRUMENTS
from registry.instruments.base import Instrument

AIM = 20
BATCH = 2_000  # rows at a time, as a check of the whole registry reads them
ANSWERS = (0, 0, 0, 1, None)


def stored(instrument: Instrument, rows: int) -> list[str]:
    """Return the answers of so many invented assessments, the same in every run."""
    drawn = random.Random(1)
    return [canonical_json([drawn.choice(ANSWERS) for _ in instrument.items]) for _ in range(rows)]


def batches(texts: list[str]) -> Iterator[list[str]]:
    return (texts[start : start + BATCH] for start in range(0, len(texts), BATCH))


def timed(step: Callable[[], object]) -> float:
    began = time.process_time()
    step()
    return time.process_time() - began


def measured(instrument: Instrument, texts: list[str], rounds: int) -> dict[str, float]:
    """Return seconds of processor time of each way, in turn, the median of the rounds."""
    answers = [instrument.from_row(json.loads(text)) for text in texts]
    for batch, start in zip(batches(texts), range(0, len(texts), BATCH), strict=True):
        wanted = map(instrument.score, answers[start : start + BATCH])
        assert list(score_texts(instrument, batch)) == list(wanted)

    def columns() -> None:
        for batch in batches(texts):
            score_texts(instrument, batch)

    def loop() -> None:
        for one in answers:
            instrument.score(one)

    def reading_loop() -> None:
        for text in texts:
            instrument.score(instrument.from_row(json.loads(text)))

    ways = {"columns": columns, "loop, answers read before": loop, "loop": reading_loop}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            spent[name].append(timed(way))
    return {name: median(times) for name, times in spent.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    sledai = INSTRUMENTS["sledai_2k"]
    found = measured(sledai, stored(sledai, asked.rows), asked.rounds)
    for name, seconds in found.items():
        print(
            f"{name:28} {seconds / asked.rows * 1e6:7.2f} µs a row, "
            f"{seconds / found['columns']:5.1f} times the columns"
        )
    print(f"aim: the loop at least {AIM} times")


if __name__ == "__main__":
    main()
