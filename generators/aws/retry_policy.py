"""The only policy for repeating a request to AWS: how often, and for how long.

botocore's standard mode chooses what is repeated and the pauses between attempts.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.exceptions import HTTPClientError

DEADLINE = 180.0  # seconds after the first failure of a request
CONNECT_TIMEOUT = 10.0  # seconds
# AWS throttles a bulk of requests at random: with every second answer a refusal, 20 attempts fail once in a million.
CONFIG = {"mode": "standard", "total_max_attempts": 20}
_CONNECTIONS = 5  # a network that is gone for longer is a person's affair
_LOCAL_FAILURES = 3  # waiting does not revive a dead process, nor mend a fault of the embedded AWS
_SLOW_DOWN = "SlowDown"  # S3's throttling has the status of a fault


def bound(client: Any, is_local: bool) -> Any:
    """The same boto3 client, whose requests are given up at the deadline, and early when nobody answers."""

    def stop(
        request_dict: dict[str, Any], attempts: int, response: Any, caught_exception: Any, **_: Any
    ) -> bool | None:
        first_failure = request_dict["context"].setdefault("first_failure", time.monotonic())
        is_dead = isinstance(caught_exception, NoConnectionError | HTTPClientError) or (
            is_local and _is_fault(response)
        )
        is_hopeless = is_dead and attempts >= (_LOCAL_FAILURES if is_local else _CONNECTIONS)
        return False if is_hopeless or time.monotonic() - first_failure > DEADLINE else None

    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register_first(f"needs-retry.{service}", stop)
    return client


def _is_fault(response: Any) -> bool:
    """Whether a response (HTTP response, its content) has a status from 500 up, and is no throttling."""
    return bool(response) and response[0].status_code >= 500 and response[1].get("Error", {}).get("Code") != _SLOW_DOWN
