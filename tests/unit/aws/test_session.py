"""The endpoint that a person sets."""

from __future__ import annotations

import pytest

from generators.aws.session import connect
from generators.errors import UserError
from tests.unit.conftest import REPOSITORY


@pytest.mark.parametrize("target", ["local", "aws"])
@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1:99999", "http://127.0.0.1:x", "http://[::1", "http://", "localhost:8080", "ftp://a", "a"],
)
def test_an_endpoint_that_is_no_url_is_refused(monkeypatch: pytest.MonkeyPatch, target: str, endpoint: str) -> None:
    monkeypatch.setenv("TARGET", target)
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    with pytest.raises(UserError, match=r"^AWS_ENDPOINT_URL=.*: is no URL; write http://HOST:PORT, or unset it$"):
        connect(REPOSITORY)
