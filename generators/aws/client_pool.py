"""Clients that serve one account after another: to make a client takes more computing than to read an account."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3


class ClientPool:
    """Clients of one service and region. Threads may share the pool; each has a client for itself."""

    def __init__(self, connect: Callable[[Any], Any], botocore_session: Any) -> None:
        """`connect` makes a client of a boto3 session; the botocore session is the pool's own from here on."""
        self._connect, self._core = connect, botocore_session
        self._session = boto3.session.Session(botocore_session=self._core)
        self._free: deque[tuple[Any, Any]] = deque()  # clients with their credentials
        self._lock = threading.Lock()

    @contextmanager
    def client(self, keys: Mapping[str, str]) -> Iterator[Any]:
        """A client with these credentials (boto3's credential arguments) until the block ends."""
        try:
            client, credentials = self._free.pop()
        except IndexError:
            client, credentials = self._create()
        credentials.access_key = keys["aws_access_key_id"]
        credentials.secret_key = keys["aws_secret_access_key"]
        credentials.token = keys.get("aws_session_token")
        try:
            yield client
        finally:
            self._free.append((client, credentials))

    def _create(self) -> tuple[Any, Any]:
        """A client whose credentials are an object of its own, and that object."""
        with self._lock:
            self._core.set_credentials("-", "-")
            return self._connect(self._session), self._core.get_credentials()
