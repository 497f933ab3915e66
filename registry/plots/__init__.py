"""Every figure of the registry, found by folder: one module or package, one FIGURE."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any

from registry.plots.base import FigureDeclaration

SHARED = frozenset({"base", "style"})  # the only modules here that declare no figure


def discover(paths: Iterable[str] = __path__) -> Mapping[str, FigureDeclaration[Any]]:
    """Import every figure module below the paths; one without FIGURE stops the start."""
    names = sorted(found.name for found in iter_modules(paths) if found.name not in SHARED)
    declared = [import_module(f"{__name__}.{name}").FIGURE for name in names]
    figures = {figure.code: figure for figure in declared}
    if len(figures) != len(declared):
        raise ValueError(f"two figures share a code: {sorted(f.code for f in declared)}")
    return MappingProxyType(figures)


FIGURES: Mapping[str, FigureDeclaration[Any]] = discover()
