"""``registry score KEY``: one JSON object a line in, one JSON object a line out, in order."""

import json
import sys
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from registry.instruments import CALCULATORS
from registry.instruments.base import Calculator, InvalidAnswerError

BEYOND_ALL_RANGES = Decimal("1e999999")  # stands for a number whose exponent nothing can hold


def _list(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    for key, found in sorted({found.key: found for found in CALCULATORS.values()}.items()):
        mark = " (provisional)" if found.rule.provisional else ""
        click.echo(f"{key:<26} {found.rule.title} [{found.rule.version}]{mark}")
    ctx.exit()


@click.command()
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list,
    help="List every KEY with its title and version, and stop.",
)
@click.argument("key")
@click.pass_context
def score(ctx: click.Context, key: str) -> None:
    """Compute KEY for every line of standard input.

    A line that cannot be used is answered with an error; the others are still answered, and the
    exit code is then 1. Items that are not named are absent unless all_other_items says otherwise.
    """
    calculator = CALCULATORS.get(key)
    if calculator is None:
        known = ", ".join(sorted({known.key for known in CALCULATORS.values()}))
        raise click.UsageError(f"“{key}” is not a score; known are {known}")
    refused = False
    for line in sys.stdin.buffer:
        if line.strip():
            reply = answer(calculator, line)
            refused |= "error" in reply
            click.echo(json.dumps(reply))
    ctx.exit(1 if refused else 0)


def answer(calculator: Calculator, line: bytes) -> Mapping[str, Any]:
    """Return every output of the calculator for one line, or the error and its message."""
    try:
        inputs = _known(calculator, _read(line))
        return dict.fromkeys(calculator.outputs) | dict(calculator.function(inputs))
    except InvalidAnswerError as error:
        return {"error": error.code, "message": error.message}


def _known(calculator: Calculator, inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the inputs; a name that the calculator does not read is an error, never ignored."""
    if unknown := sorted(set(inputs) - set(calculator.inputs)):
        raise InvalidAnswerError(
            "unknown_input",
            f"{calculator.key} has no input “{unknown[0][:40]}”, "
            f"only {', '.join(calculator.inputs)}",
        )
    return inputs


def _read(line: bytes) -> dict[str, Any]:
    """Parse one JSON object strictly; numbers stay decimal, because cut-offs are."""
    try:
        inputs = json.loads(
            line.decode("utf-8-sig"),
            parse_int=_number,
            parse_float=_number,
            parse_constant=_no_constant,
            object_pairs_hook=_no_duplicates,
        )
    except (ValueError, RecursionError) as error:
        if isinstance(error, InvalidAnswerError):
            raise
        raise InvalidAnswerError("bad_json", "the line is not one JSON object") from error
    if not isinstance(inputs, dict):
        raise InvalidAnswerError("bad_json", "the line is JSON, but not an object")
    return inputs


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return BEYOND_ALL_RANGES


def _no_constant(text: str) -> Decimal:
    raise InvalidAnswerError("bad_json", f"{text} is not a JSON number")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            raise InvalidAnswerError("bad_json", f"“{name[:40]}” is given {times} times")
    return dict(pairs)


COMMAND = score
