"""What every test may ask for, and what no test may do."""

import gc
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
    "tests.sending",
    "tests.visiting",
    "tests.two_hospitals",
    "tests.browsing",
)

# A slow machine is no failure; in CI the same examples are drawn every time.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


class OutsideNetworkError(RuntimeError):
    """A test tried to talk to another machine."""


def refuse_other_machines(event: str, arguments: tuple[object, ...]) -> None:
    """Stop a look-up of, or a connection to, anything but this machine.

    Called for every audit event of the interpreter, so that no caller escapes.
    """
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host and not is_this_machine(str(host)):
        raise OutsideNetworkError(f"tests must not connect to {host}")


def is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that skipped something: what is not tested must not look tested."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped") and session.exitstatus == 0:
        reporter.write_line("Skipped tests count as failed.", red=True)
        session.exitstatus = 1


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


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of every later garbage collection."""
    gc.collect()
    gc.freeze()
