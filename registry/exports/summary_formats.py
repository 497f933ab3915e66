"""The renderings of the outcome summary, by the name of their format."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from registry.exports import summary_csv, summary_json, summary_xlsx

Renderer = Callable[[Mapping[str, Any]], str | bytes]  # bytes where the file is no text

RENDERERS: Mapping[str, Renderer] = MappingProxyType(
    {
        "json": summary_json.render,
        "csv": summary_csv.render,
        "xlsx": summary_xlsx.render,
    }
)
#: Promised, and refused by name until they are there.
LATER = ("pdf", "html")
