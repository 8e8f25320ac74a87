"""Variables of an execution in the configuration of an action: #{Namespace.NAME}. Pure.

https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
"""

import re
from collections.abc import Mapping

_REFERENCE = re.compile(r"#\{([A-Za-z0-9@_-]+)\.([A-Za-z0-9@_.-]+)\}")
Namespaces = Mapping[str, Mapping[str, str]]


class UnknownVariableError(Exception):
    """No earlier action has written the variable."""


def resolve(configuration: Mapping[str, str], namespaces: Namespaces) -> dict[str, str]:
    """The configuration with the values of its variables. Raises UnknownVariableError."""

    def value(match: re.Match[str]) -> str:
        namespace, name = match.groups()
        if name not in namespaces.get(namespace, {}):
            raise UnknownVariableError(f"An action execution failed to resolve the variable {match[0]}")
        return namespaces[namespace][name]

    return {key: _REFERENCE.sub(value, text) for key, text in configuration.items()}
