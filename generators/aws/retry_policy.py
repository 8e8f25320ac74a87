"""The only policy for repeating a request to AWS: how often, and for how long.

botocore's standard mode chooses what is repeated and the pauses between attempts.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import EndpointConnectionError

DEADLINE = 180.0  # seconds after the first failure of a request
# AWS throttles a bulk of requests at random: with every second answer a refusal, 20 attempts fail once in a million.
CONFIG = {"mode": "standard", "total_max_attempts": 20}
_LOCAL_CONNECTIONS = 3  # waiting does not revive a dead process


def bound(client: Any, is_local: bool) -> Any:
    """The same boto3 client, whose requests are given up at the deadline.

    A client of the embedded AWS gives up a refused connection at once.
    """

    def stop(request_dict: dict[str, Any], attempts: int, caught_exception: Exception | None, **_: Any) -> bool | None:
        first_failure = request_dict["context"].setdefault("first_failure", time.monotonic())
        is_dead = is_local and isinstance(caught_exception, EndpointConnectionError) and attempts >= _LOCAL_CONNECTIONS
        return False if is_dead or time.monotonic() - first_failure > DEADLINE else None

    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register_first(f"needs-retry.{service}", stop)
    return client
