"""The results of steps that later executions of the same pipeline may use again.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scripts.localaws.core import clock
from scripts.localaws.services.sagemaker.pipelines.step_types import StepType

_DURATION = re.compile(
    r"P?(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
    re.IGNORECASE,
)
_DAYS = {"years": 365, "months": 30}


@dataclass(frozen=True)
class Result:
    """The result of a step: its properties and metadata, and the execution in which it succeeded."""

    key: str
    execution: str
    properties: Any
    metadata: Mapping[str, Any]
    moment: datetime


def duration(text: str) -> timedelta | None:
    """An ISO 8601 duration, with or without P; None for another text."""
    match = _DURATION.fullmatch(text)
    if not match or not any(match.groups()):
        return None
    values = {name: int(value) for name, value in match.groupdict().items() if value}
    days = sum(values.pop(name, 0) * length for name, length in _DAYS.items())
    return timedelta(**values) + timedelta(days=days)


def cache_key(step_type: StepType, arguments: Mapping[str, Any]) -> str:
    """The values of the request's members that count."""
    return json.dumps({name: arguments.get(name) for name in step_type.cache}, sort_keys=True, default=str)


def find(results: list[Result], key: str, config: Mapping[str, Any]) -> Result | None:
    """The newest result with this key that is not too old; None when the step's CacheConfig is off."""
    age = duration(config.get("ExpireAfter", "")) if config.get("Enabled") else None
    if age is None:
        return None
    oldest = clock.now() - age
    return next((result for result in reversed(results) if result.key == key and result.moment >= oldest), None)
