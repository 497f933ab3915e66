"""Imports go one way, and a few things happen in one place only; read from the source itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import registry

HOME = Path(registry.__file__).parent
SOURCES = sorted(HOME.rglob("*.py"))
NAMES = {
    path: ".".join(("registry", *path.relative_to(HOME).with_suffix("").parts)) for path in SOURCES
}
PURE = {"instruments", "followup", "analysis", "laboratory", "adverse"}
WEB = {"flask", "flask_login", "flask_wtf", "wtforms", "werkzeug"}
# Part of the package → the parts it must never import.
ABOVE = {
    "models": {"queries", "operations", "forms", "views", "cli", "plots", "exports", "imports"},
    "queries": {"operations", "forms", "views", "cli", "exports", "imports"},
    "plots": {"operations", "forms", "views", "cli", "models", "database", "queries"},
    "forms": {"operations", "queries", "views", "cli", "models"},
    "exports": {"forms", "views", "cli"},  # it notes each export through operations
    "imports": {"forms", "views", "cli"},
    "operations": {"views", "cli", "exports"},
    "views": {"cli"},
    "cli": {"views"},
}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Yield the full name of everything a file imports, for types too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def part(name: str) -> str:
    """Return the part of the package: registry.followup.clocks is of followup."""
    return name.split(".")[1] if name.startswith("registry.") else ""


def offences(of: str, forbidden: set[str]) -> list[str]:
    return [
        f"{NAMES[path]} imports {name}"
        for path in SOURCES
        if part(NAMES[path]) == of
        for name in imported(path)
        if part(name) in forbidden
    ]


@pytest.mark.parametrize("of", ABOVE)
def test_no_part_imports_one_above_it(of):
    assert any(part(name) == of for name in NAMES.values())
    assert offences(of, ABOVE[of]) == []


@pytest.mark.parametrize("of", sorted(PURE))
def test_pure_parts_know_nothing_of_web_database_or_clock(of):
    allowed = {of, "partial_date"} | ({"instruments"} if of != "instruments" else set())
    allowed |= {"followup"} if of in {"analysis", "adverse"} else set()
    allowed |= {"laboratory"} if of == "followup" else set()  # what a result means is pure too
    allowed |= {"rules"} if of == "adverse" else set()  # between dates, pure as well
    for path in SOURCES:
        if part(NAMES[path]) != of:
            continue
        outside = {name for name in imported(path) if not name.startswith("registry")}
        assert {n.split(".")[0] for n in outside} <= ALLOWED_OUTSIDE[of], NAMES[path]
        inside = {part(name) for name in imported(path) if name.startswith("registry.")}
        assert inside <= allowed, NAMES[path]


def standard_library() -> set[str]:
    import sys

    return set(sys.stdlib_module_names)


ALLOWED_OUTSIDE = {of: standard_library() for of in PURE}
ALLOWED_OUTSIDE["analysis"] = standard_library() | {"numpy", "scipy"}


def test_only_the_web_part_knows_the_web():
    web = {"__init__", "views", "forms", "extensions", "application", "templating", "security"}
    found = {
        f"{NAMES[path]} imports {name}"
        for path in SOURCES
        if part(NAMES[path]) not in web | {"cli"}
        for name in imported(path)
        if name.split(".")[0] in WEB
    }
    assert found == set()


def test_figures_are_drawn_without_the_global_machinery():
    found = [NAMES[p] for p in SOURCES if any("pyplot" in name for name in imported(p))]
    assert found == []


def test_the_clock_is_read_in_one_place():
    found = [
        f"{NAMES[path]}:{node.lineno}"
        for path in SOURCES
        if path.name != "clock.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"}
        and isinstance(node.value, ast.Name) and node.value.id in {"datetime", "date"}
    ]  # fmt: skip
    assert found == []


def test_no_fault_is_swallowed_whole():
    """A bare or broad except may only stand where the error is raised again."""
    found = [
        f"{NAMES[path]}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and broad(node) and not raises(node)
    ]
    assert found == []


def broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    return caught is None or getattr(caught, "id", "") in {"Exception", "BaseException"}


def raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for node in ast.walk(handler))
