import socket

import pytest

from tests.loopback import LeftTheMachine


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.nl"])
def test_a_test_that_reaches_for_the_network_is_stopped(host):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as client, pytest.raises(LeftTheMachine):
        client.connect((host, 80))


def test_what_reached_for_the_network_is_left_closed():
    client = socket.socket()
    with pytest.raises(LeftTheMachine):
        client.connect(("192.0.2.1", 80))
    assert client.fileno() == -1


def test_a_test_that_looks_up_a_name_is_stopped():
    with pytest.raises(LeftTheMachine):
        socket.create_connection(("nieuws.example.nl", 443), timeout=1)


def test_a_datagram_to_elsewhere_is_stopped():
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(LeftTheMachine):
        client.sendto(b"?", ("192.0.2.1", 53))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_within_reach(host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = (host, server.getsockname()[1])
        with socket.create_connection(address, timeout=5) as client:
            assert client.getpeername()[0] == "127.0.0.1"
