"""The step types of step_types.yaml."""

import re
from dataclasses import dataclass
from pathlib import Path

from scripts.localaws.core import data_file


@dataclass(frozen=True)
class StepType:
    """A step that a call of the API executes; the members are explained in step_types.yaml."""

    operation: str
    describe: str
    key: str
    metadata: str
    name: str = ""
    status: str = ""
    stop: str = ""
    cache: tuple[str, ...] = ()


def method(operation: str) -> str:
    """The name of boto3's method: CreateHyperParameterTuningJob -> create_hyper_parameter_tuning_job."""
    return re.sub("(?<!^)(?=[A-Z])", "_", operation).lower()


_ROWS = data_file.read(Path(__file__).with_name("step_types.yaml"))
STEP_TYPES = {name: StepType(**{**row, "cache": tuple(row.get("cache", ()))}) for name, row in _ROWS.items()}
