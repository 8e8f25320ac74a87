"""One physical resource of a stack, and the names that CloudFormation generates."""

import secrets
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Props = dict[str, Any]
Calls = Iterable[tuple[str, dict[str, Any]]]  # (operation, arguments)
_SUFFIX = string.ascii_uppercase + string.digits


@dataclass
class PhysicalResource:
    """One physical resource: its properties, and the service's responses to create (`answer`) and `read`."""

    kind: str
    logical: str
    props: Props
    id: str = ""
    answer: Props = field(default_factory=dict)
    read: Props = field(default_factory=dict)
    stack_arn: str = ""
    fetch: Callable[[Mapping[str, str]], bytes] = lambda location: b""  # reads an S3 object with the stack's identity

    def expression_data(self, **values: Any) -> dict[str, Any]:
        """The data of the expressions of resource_types.yaml."""
        members = {name: getattr(self, name) for name in ("props", "answer", "read", "id", "logical")}
        location = dict(zip(("region", "account"), self.stack_arn.split(":")[3:5], strict=False))
        return {**members, **location, "generated_name": generated_name(self), **values}


def random_suffix() -> str:
    """Return the random part of the names that CloudFormation generates."""
    return "".join(secrets.choice(_SUFFIX) for _ in range(12))


def generated_name(resource: PhysicalResource) -> str:
    """Return a name as CloudFormation generates it: stack, logical id and a random part."""
    stack = resource.stack_arn.split("/")[1] if "/" in resource.stack_arn else ""
    return f"{stack}-{resource.logical}"[:50] + "-" + random_suffix()
