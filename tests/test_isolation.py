"""No test reaches another machine, and no test sees what another wrote."""

import socket

import pytest
from sqlalchemy import Engine, text

from tests.conftest import OutsideNetworkError


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org"])
def test_another_machine_is_out_of_reach(host: str):
    with pytest.raises(OutsideNetworkError):
        socket.create_connection((host, 443))


def test_this_machine_is_within_reach():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_has_a_database_of_its_own(engine: Engine, turn: str):
    with engine.connect() as connection:
        before = connection.scalar(text("SELECT count(*) FROM sign_in_throttle"))
    with engine.execution_options(write=True).begin() as connection:
        connection.execute(
            text("INSERT INTO sign_in_throttle VALUES (:turn, CURRENT_TIMESTAMP, 1)"),
            {"turn": turn},
        )
    assert before == 0
