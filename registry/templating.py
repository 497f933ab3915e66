"""Jinja filters and globals: how a date, a number, a code and a missing value are written.

Dates read ``22 Nov 2026`` in every locale of the reader; a partial date shows only what is known.
"""

import hashlib
import os
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, request, url_for
from jinja2 import StrictUndefined, Template, Undefined
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from registry import codes
from registry.followup.endpoints import ENDPOINTS
from registry.followup.states import STATES
from registry.instruments import INSTRUMENTS, lab_items, units
from registry.instruments.base import Item
from registry.partial_date import MONTH_NAMES, InvalidDateError, PartialDate

NOT_RECORDED = "not recorded"
MOST_FRAGMENTS = 4096  # about 2 kB each
_FRAGMENTS: dict[tuple[Hashable, ...], str] = {}
THIN_SPACE = "\u202f"  # does not break at the end of a line
TRUE_MINUS = "\u2212"  # read out as "minus", where a hyphen is often skipped
_CELL = {"": "govuk-table__cell", "numeric": "govuk-table__cell govuk-table__cell--numeric"}
# Titles of the coded lists, and of what is stored as a code without a list of its own.
_TITLES: Mapping[str, str] = (
    {instrument.code: instrument.title for instrument in INSTRUMENTS.values()}
    | {state.name: state.title for state in STATES.values()}
    | {name: endpoint.title for name, endpoint in ENDPOINTS.items()}
    | {
        code: title
        # Of a code in several lists the first list names it.
        for name, codes_of_list in reversed(vars(codes).items())
        if name.isupper() and isinstance(codes_of_list, Mapping)
        for code, title in codes_of_list.items()
    }
)


class SharedTemplate(Template):
    """A template whose imported macros are made once.

    For each import jinja compares the names of all globals, because they could differ between
    two templates; ours are those of the environment.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def init_app(app: Flask) -> None:
    """Register every filter and global, and make a misspelt name in a template an error."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.template_class = SharedTemplate
    app.extensions["registry_static"] = Static(str(app.static_folder), str(app.static_url_path))
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {
        "date": show_date,
        "moment": show_moment,
        "clock": show_clock,
        "number": show_number,
        "change": show_change,
        "code": show_code,
        "unit": units.printed,
        "recorded": recorded,
        "field_id": field_id,
    }
    app.jinja_env.globals |= {
        "addresses": addresses,
        "asset": asset,
        "cells": cells,
        "known_endpoint": known_endpoint,
        "place": place,
        "codes": codes,
        "fragment": fragment,
        "untouched": untouched,
        "answers_of": answers_of,
        "derived_items": frozenset(f"sledai_2k.{item}" for item in lab_items.ITEMS),
    }


def show_date(value: object) -> str:
    """Write a date as far as it is known: ``22 Nov 2026``, ``Nov 2026``, ``2026``.

    Text that is no date is shown as it was typed: a page never hides what somebody entered.
    """
    if _missing(value):
        return NOT_RECORDED
    if isinstance(value, datetime):
        return _day(_utc(value).date())
    if isinstance(value, date):
        return _day(value)
    return _partial(str(value))


def show_moment(value: datetime | None) -> str:
    """Write an instant with its zone: ``22 Nov 2026 10:41 UTC``."""
    if value is None or _missing(value):
        return NOT_RECORDED
    return f"{show_date(value)} {show_clock(value)} UTC"


def show_clock(value: datetime) -> str:
    """Write the time of day in UTC on 24 hours."""
    return f"{_utc(value):%H:%M}"


def show_number(value: object, *, grouped: bool = False) -> str:
    """Write a number without trailing zeros and never with an exponent.

    ``grouped`` puts thin spaces between thousands, for cell counts: 120 000 000.
    """
    if _missing(value):
        return NOT_RECORDED
    if not isinstance(value, Decimal | int | float):
        return str(value)
    text = f"{Decimal(str(value)):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = "0" if text in {"-0", ""} else text
    if grouped:
        whole, point, rest = text.partition(".")
        text = f"{int(whole):,}".replace(",", THIN_SPACE) + point + rest
    return text.replace("-", TRUE_MINUS)


def show_change(value: Decimal | int | None) -> str:
    """Write a difference with its sign: ``+5``, ``−8``, ``0``."""
    if value is None or _missing(value):
        return NOT_RECORDED
    return f"+{show_number(value)}" if value > 0 else show_number(value)


def show_code(value: object) -> str:
    """Write a stored code in words: its title, else the code with its underscores opened."""
    if _missing(value):
        return NOT_RECORDED
    text = str(value)
    return _TITLES.get(text) or text.replace("_", " ")[:1].upper() + text.replace("_", " ")[1:]


def recorded(value: object) -> object:
    """Return the value, or the words that say it is missing; zero and False are values."""
    return NOT_RECORDED if _missing(value) else value


def field_id(name: str) -> str:
    """Turn a field name into an id that a style sheet can address (no dots)."""
    return name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Static:
    """Where the static files are; worked out once, it costs less than a query on every page."""

    folder: str
    address: str
    known: dict[str, str] = field(default_factory=dict)  # name → address with its digest
    places: dict[tuple[str, ...], str] = field(default_factory=dict)  # root, endpoint → address

    def versioned(self, name: str) -> str:
        """Return the address with the digest of what the file holds now."""
        path = f"{self.folder}/{name}"
        return f"{self.address}/{name}?v={_digest(path, os.stat(path).st_mtime_ns)}"


def asset(name: str) -> str:
    """Return the address of a static file, with its content hash so it may be cached for ever."""
    static: Static = current_app.extensions["registry_static"]
    if name not in static.known or current_app.debug or current_app.testing:
        static.known[name] = static.versioned(name)
    return request.script_root + static.known[name]


def place(endpoint: str) -> str:
    """Return the address of a page that takes no parts; url_for writes it once."""
    static: Static = current_app.extensions["registry_static"]
    key = (request.script_root, endpoint)
    if key not in static.places:
        static.places[key] = url_for(endpoint)
    return static.places[key]


def addresses(endpoint: str, name: str, **fixed: str) -> Callable[[object], str]:
    """Return a function that writes many addresses of one page, which differ in one part.

    A call of url_for for every line of a list costs as much as the query. ``fixed`` are words of
    the software, few in number: what is written for them is kept.
    """
    static: Static = current_app.extensions["registry_static"]
    key = (request.script_root, endpoint, name, *fixed.values())
    if key not in static.places:
        parts: dict[str, Any] = fixed | {name: "~"}
        static.places[key] = url_for(endpoint, **parts)
    before, after = static.places[key].rsplit("~", 1)
    return lambda part: f"{before}{quote(str(part), safe='')}{after}"


def cells(values: Iterable[object], kinds: Iterable[str]) -> Markup:
    """Draw the cells of a row that follow its head, escaped at one go.

    A macro for each cell makes a table of a few hundred cells dearer than the rest of the page.
    NUL parts the values: forms, files and both databases refuse it, so none contains it.
    """
    words = str(escape("\0".join([str(recorded(value)) for value in values])))
    drawn = zip(kinds, words.split("\0"), strict=False)
    return Markup("".join([f'<td class="{_CELL[kind]}">{text}</td>' for kind, text in drawn]))  # noqa: S704


def known_endpoint(name: str) -> bool:
    """Whether this installation serves the page; navigation leaves out what is not there."""
    return name in current_app.view_functions


def fragment(key: tuple[Hashable, ...], macro: Macro, *args: object) -> str:
    """Return what the macro draws, drawn once per key.

    The key must hold all that the macro depends on, and nothing that a person can type freely.
    """
    found = _FRAGMENTS.get((macro, *key))
    if found is None:
        if len(_FRAGMENTS) >= MOST_FRAGMENTS:
            _FRAGMENTS.clear()
        found = _FRAGMENTS[macro, *key] = macro(*args)
    return found


def untouched(values: Mapping[str, str], instrument: str) -> bool:
    """Whether nothing was typed yet for this instrument."""
    return not any(name.startswith(f"{instrument}.") for name in values)


def answers_of(items: Iterable[Item], answers: Mapping[str, str]) -> tuple[str | None, ...]:
    """List the answers to these items: what a drawn group depends on."""
    return tuple([answers.get(item.code) for item in items])


@lru_cache(maxsize=64)
def _digest(path: str, _changed: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def _missing(value: Any) -> bool:
    return value is None or isinstance(value, Undefined) or value == ""


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC) if value.tzinfo else value


def _day(value: date) -> str:
    return f"{value.day} {MONTH_NAMES[value.month - 1]} {value.year}"


@lru_cache(maxsize=4096)
def _partial(text: str) -> str:
    try:
        parsed = PartialDate.parse(text, allow_time=True)
    except InvalidDateError:
        return text
    if len(text) > len("2026-11-22"):
        return f"{_day(parsed.earliest)} {text[11:16]}"
    return parsed.words
