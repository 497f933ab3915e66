"""The renderings of the outcome summary, by the name of their format."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from registry.exports import summary_csv, summary_json

Renderer = Callable[[Mapping[str, Any]], str]

RENDERERS: Mapping[str, Renderer] = MappingProxyType(
    {"json": summary_json.render, "csv": summary_csv.render}
)
#: Promised, and refused by name until they are there.
LATER = ("xlsx", "pdf", "html")
