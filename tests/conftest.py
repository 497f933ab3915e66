"""What every test may ask for, and what no test may do."""

import ipaddress
import os
import sys
from collections.abc import Iterator

import hypothesis
import pytest

pytest_plugins = (
    "tests.databases",
    "tests.application",
    "tests.population",
    "tests.browsing",
)

# A slow machine is no failure; in CI the same examples are drawn every time.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


class OutsideNetworkError(RuntimeError):
    """A test tried to talk to another machine."""


def refuse_other_machines(event: str, arguments: tuple[object, ...]) -> None:
    """Stop a connection to anything but this machine (an audit hook, so no caller escapes)."""
    if event not in {"socket.connect", "socket.sendto"}:
        return
    address = arguments[1]
    if isinstance(address, tuple) and not is_this_machine(str(address[0])):
        raise OutsideNetworkError(f"tests must not connect to {address}")


def is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(scope="session", autouse=True)
def no_outside_network() -> Iterator[None]:
    """Forbid sockets to other machines; Unix sockets and loopback stay open."""
    # An audit hook can never be removed, so it asks a switch.
    switch = {"on": True}
    sys.addaudithook(
        lambda event, args: refuse_other_machines(event, args) if switch["on"] else None
    )
    yield
    switch["on"] = False
