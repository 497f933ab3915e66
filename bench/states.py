"""What judging every state costs a summary: all of them against the two that read one measure.

Members of the same patients are made with all states and with the two thresholds, in turn; the
ratio is of processor time, the median of the rounds. Most of what a state reads of a visit is
found once for all states, so that another state costs little.

Run: ``python -m bench.states [--patients 300] [--rounds 5] [--home FOLDER]``.
"""

import argparse
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.growth import Size, command
from registry import clock
from registry.analysis.cohort import cohort, member_of
from registry.database.engine import reading
from registry.followup.facts import PatientFacts
from registry.followup.states import STATES, State
from registry.queries.collecting import no_pauses
from registry.queries.facts import load_facts

AIM = 4
TWO = ("sledai_2k_le_4", "prednisone_le_5")


def facts_of(home: Path, patients: int, cut: date) -> list[PatientFacts]:
    """Return the facts of a filled registry; an empty folder is filled first."""
    size = Size(patients, home)
    if not (home / "registry.db").exists():
        command(size, "synth", "synth", "--patients", str(patients), "--seed", "1")
    with reading(size.engine(), snapshot=True) as session:
        return list(load_facts(session, cut))


def seconds(
    facts: Sequence[PatientFacts], reported: Sequence[str], cut: date, asked: Sequence[State]
) -> float:
    began = time.process_time()
    for patient in facts:
        member_of(patient, reported, cut, asked)
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--patients", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    cut = clock.today()
    with TemporaryDirectory() as scratch, no_pauses():
        facts = facts_of(given.home or Path(scratch), given.patients, cut)
        members, reported = cohort(facts, cut)
        ways = {"all states": list(STATES.values()), "two": [STATES[name] for name in TWO]}
        spent: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(given.rounds):
            for name, asked in ways.items():
                spent[name].append(seconds(facts, reported, cut, asked))
    verdicts = sum(len(member.judged) for member in members)
    every, two = (median(spent[name]) for name in ways)
    print(f"{len(facts)} patients, {verdicts} verdicts of {len(STATES)} states")
    print(f"all states {every:.2f} s, two {two:.2f} s: {every / two:.1f} times; aim {AIM}")


if __name__ == "__main__":
    main()
