"""End points of protocols, named and versioned: the registry's own primary one, and others.

One file is one end point, found by its ``ENDPOINT``; the summary, its exports and the pages loop
over them.  ``base`` and names that begin with an underscore are none.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from registry.followup import timepoints
from registry.followup.endpoints.base import Outcome, ProtocolEndpoint, outcome
from registry.followup.states import STATES

__all__ = [
    "ENDPOINTS",
    "PRIMARY",
    "InvalidEndpointError",
    "Outcome",
    "ProtocolEndpoint",
    "discover",
    "outcome",
]

PRIMARY = "default_primary"


class InvalidEndpointError(RuntimeError):
    """A file in this folder is not an end point; the program does not start with it."""


def discover(paths: Iterable[str]) -> dict[str, ProtocolEndpoint]:
    """Return the end points in the folders by name; raises InvalidEndpointError."""
    names = sorted(found.name for found in iter_modules(paths))
    found = (_declared(name) for name in names if name != "base" and not name.startswith("_"))
    return {endpoint.name: endpoint for endpoint in found}


def _declared(name: str) -> ProtocolEndpoint:
    """Return the end point of a file, which has its name, a known responder and a timepoint."""
    endpoint = getattr(import_module(f"{__name__}.{name}"), "ENDPOINT", None)
    if not isinstance(endpoint, ProtocolEndpoint) or endpoint.name != name:
        raise InvalidEndpointError(f"{name} declares no ENDPOINT of this name")
    responders = {name for name in (endpoint.responder, endpoint.otherwise) if name}
    if not responders <= STATES.keys():
        raise InvalidEndpointError(f"{name} asks for a state that is not there: {responders}")
    if not timepoints.is_analysis(endpoint.timepoint):
        raise InvalidEndpointError(f"{name}: {endpoint.timepoint} is no timepoint of the analysis")
    if not all(STATES[asked].estimated_at(endpoint.timepoint) for asked in responders):
        raise InvalidEndpointError(f"{name}: {endpoint.timepoint} is too early for its responder")
    return endpoint


ENDPOINTS: Mapping[str, ProtocolEndpoint] = MappingProxyType(discover(__path__))
