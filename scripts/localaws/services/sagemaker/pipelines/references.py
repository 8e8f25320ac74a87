"""References of a definition to parameters, the execution, and other steps: Get, Std:Join, Std:JsonGet. Pure.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html
https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-propertyfile.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_PART = re.compile(r"\.?([A-Za-z_][\w:-]*)|\[(\d+)\]|\[['\"]([^'\"]+)['\"]\]")


class ReferenceFailed(Exception):  # noqa: N818 - an outcome of the step, no fault of this server
    """A reference that leads nowhere; the message is the reason for which the step fails."""


def references(value: Any) -> Iterator[str]:
    """Every path of a Get in the value, such as Parameters.Input or Steps.Train.ModelArtifacts.S3ModelArtifacts."""
    if isinstance(value, Mapping):
        if set(value) == {"Get"}:
            yield value["Get"]
        else:
            for member in value.values():
                yield from references(member)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


class Resolver:
    """Replaces references by values.

    `parameters` and `execution` are by name, `properties` by name of the step; `read_file` returns the JSON document of
    a property file by names of step and file.
    """

    def __init__(
        self,
        parameters: Mapping[str, Any],
        execution: Mapping[str, str],
        properties: Mapping[str, Any],
        read_file: Callable[[str, str], Any],
    ) -> None:
        self._roots = {"Parameters": parameters, "Execution": execution, "Steps": properties}
        self._read_file = read_file

    def __call__(self, value: Any) -> Any:
        """The value with every reference replaced. Raises ReferenceFailed."""
        if isinstance(value, list):
            return [self(item) for item in value]
        if not isinstance(value, Mapping):
            return value
        if set(value) == {"Get"}:
            return select(self._roots, value["Get"])
        if set(value) == {"Std:Join"}:
            join = value["Std:Join"]
            return str(join["On"]).join(_text(self(item)) for item in join["Values"])
        if set(value) == {"Std:JsonGet"}:
            get = value["Std:JsonGet"]
            _, step, _, file = get["PropertyFile"]["Get"].split(".", 3)
            return select(self._read_file(step, file), get["Path"])
        return {name: self(member) for name, member in value.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def select(root: Any, path: str) -> Any:
    """The value at a path: names after dots, numbers and names of list items in brackets."""
    value, end = root, 0
    for match in _PART.finditer(path):
        if match.start() != end:
            break
        value, end = _member(value, match, path), match.end()
    if end != len(path):
        raise ReferenceFailed(f"ClientError: The path {path} cannot be read at character {end + 1}.")
    return value


def _member(value: Any, match: re.Match[str], path: str) -> Any:
    name = match[1] or match[3]
    if isinstance(value, Mapping) and name in value:
        return value[name]
    if isinstance(value, list) and match[2] and int(match[2]) < len(value):
        return value[int(match[2])]
    if isinstance(value, list) and name:
        for item in value:  # by its own name: OutputName, ChannelName, MetricName
            if any(item[key] == name for key in item if key.endswith("Name")):
                return item
    raise ReferenceFailed(f"ClientError: Unable to resolve {path}: there is no {match[0].lstrip('.')}.")
