"""Retry policies: which failures of a step are tried again, and when. Pure.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

_BEGINNINGS = {
    "InternalServerError": "SageMaker.JOB_INTERNAL_ERROR",
    "CapacityError": "SageMaker.CAPACITY_ERROR",
    "ResourceLimitExceeded": "SageMaker.RESOURCE_LIMIT",
    "ThrottlingException": "Step.THROTTLING",
    "InternalFailure": "Step.SERVICE_FAULT",
    "ServiceUnavailable": "Step.SERVICE_FAULT",
}


def exception_type(code: str) -> str:
    """The exception type of an error code, or of the beginning of a job's FailureReason; "" for other failures."""
    return _BEGINNINGS.get(code.partition(":")[0], "")


def delay(policies: Sequence[Mapping[str, Any]], kind: str, attempts: int, seconds: float) -> float | None:
    """Seconds until the next attempt, None when there is none.

    `attempts` have failed, the first of them `seconds` ago.
    """
    policy = next((each for each in policies if kind in each["ExceptionType"]), None)
    if policy is None:
        return None
    if "ExpireAfterMin" in policy:
        is_over = seconds >= policy["ExpireAfterMin"] * 60
    else:
        is_over = attempts > policy.get("MaxAttempts", 5)
    return None if is_over else policy.get("IntervalSeconds", 1) * policy.get("BackoffRate", 2.0) ** (attempts - 1)
