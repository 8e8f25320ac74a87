"""The retry policy: attempts at throttling and at connections, and the deadline."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, HTTPClientError

from generators.aws.session import connect
from generators.errors import UserError
from tests.support.aws_stand_in import Response, json_response, stand_in, throttled
from tests.unit.conftest import REPOSITORY

MANAGEMENT = "123456789012"


def _organizations(monkeypatch: pytest.MonkeyPatch, endpoint: str):
    monkeypatch.setenv("TARGET", "local")
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    return connect(REPOSITORY).client("organizations", "eu-west-2", MANAGEMENT)


def _answers(*responses: Response):
    remaining: Iterator[Response] = iter(responses)
    return {"ListRoots": lambda _: next(remaining)}


def test_a_request_that_is_throttled_three_times_in_a_row_completes(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = throttled("target", "")
    with stand_in(_answers(*[refusal] * 3, json_response({"Roots": []}))) as server:
        assert _organizations(monkeypatch, server.endpoint).list_roots()["Roots"] == []
    assert len(server.calls) == 4


def test_a_refusal_that_is_no_throttling_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    denial = json_response({"__type": "AccessDeniedException", "message": "no"}, 400)
    with stand_in(_answers(denial)) as server, pytest.raises(ClientError, match="AccessDenied"):
        _organizations(monkeypatch, server.endpoint).list_roots()
    assert len(server.calls) == 1


def test_a_fault_of_the_embedded_aws_is_given_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = json_response({"__type": "InternalFailure", "message": "broken"}, 500)
    start = time.monotonic()
    with stand_in({"ListRoots": lambda _: fault}) as server, pytest.raises(ClientError, match="InternalFailure"):
        _organizations(monkeypatch, server.endpoint).list_roots()
    assert len(server.calls) == 3
    assert time.monotonic() - start < 10


def test_an_embedded_aws_that_closes_connections_is_given_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def close(_: object) -> Response:
        raise ConnectionAbortedError

    with stand_in({"ListRoots": close}) as server, pytest.raises(HTTPClientError):
        _organizations(monkeypatch, server.endpoint).list_roots()
    assert len(server.calls) == 3


def test_a_network_that_is_gone_is_given_up_within_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARGET", "aws")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://no-such-host.invalid:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    start = time.monotonic()
    with pytest.raises(UserError, match="no-such-host"):
        connect(REPOSITORY).caller_account()
    assert time.monotonic() - start < 60


def test_a_dead_embedded_aws_is_given_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{unused.getsockname()[1]}"
    start = time.monotonic()
    with pytest.raises(EndpointConnectionError):
        _organizations(monkeypatch, endpoint).list_roots()
    assert time.monotonic() - start < 5
