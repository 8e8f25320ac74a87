"""Specifications of a stored service and of its resources. Pure.

A specification names only what botocore's model does not: a resource's key, its ARN, its default values. Operations are
recognised by their names (CreateX, DescribeX, ListXs ...); `operations` names the exceptions.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VERBS = {
    "Create": "create", "Put": "put", "Register": "create", "Get": "read", "Describe": "read", "List": "list",
    "Update": "update", "Modify": "update", "Delete": "delete", "Deregister": "delete",
}  # fmt: skip
_VERB = re.compile(f"^({'|'.join(VERBS)})(.+)$")


@dataclass(frozen=True)
class ResourceSpec:
    """One resource of an API: Create<name>, Describe<name>, List<name>s ..."""

    name: str
    key: tuple[str, ...] = ()  # request members that identify a resource; () = one per account and region
    arn: str = ""  # the part after arn:aws:service:region:account:
    defaults: Mapping[str, Any] = field(default_factory=dict)  # strings are templates over the request
    operations: str = ""  # operations with other names: "BatchEnableStandards=batch_create GetEnabledStandards=list"
    reply_members: tuple[str, ...] = ()  # members of a reply, besides the resource's own name, that contain it
    parent: str = ""  # the resource that must exist, identified by the first parts of the key
    blocks_parent: bool = False  # the parent cannot be deleted before this resource
    is_setting: bool = False  # exists with its defaults without being created
    not_found_code: str = ""  # where it differs from the service's
    not_found_message: str = "{resource} {label} does not exist."  # templates over the values and the ARN
    conflict_message: str = "{resource} {label} already exists."

    def operation_types(self, names: list[str]) -> dict[str, str]:
        """Operation of the model -> generic operation, for the operations on this resource."""
        types = {}
        for name in names:
            match = _VERB.match(name)
            if match and match[2] == self.name:
                types[name] = VERBS[match[1]]
            elif match and match[2] == plural(self.name) and VERBS[match[1]] in ("list", "read"):
                types[name] = "list"
        return types | dict(pair.split("=") for pair in self.operations.split())


@dataclass(frozen=True)
class ServiceSpec:
    """One service: its name in a signed request and in ARNs, its model, its error codes, its resources."""

    scope: str
    model: str
    resources: tuple[ResourceSpec, ...]
    not_found_code: str = "ResourceNotFoundException"
    conflict_code: str = "ConflictException"
    is_complete: bool = True  # False: moto answers every other operation
    owner_parameter: str = ""  # request member with the owning account
    is_cross_account: bool = False  # authorization evaluates both sides when another account is the owner
    is_regional: bool = True  # False: ARNs without a region, one store for all regions
    tag_operations: tuple[str, str, str] = ("TagResource", "UntagResource", "ListTagsForResource")
    merges_updates: bool = False  # an update replaces the members of a structure one by one
    page_size: int = 100
    unlisted_code: str = ""  # for an error that the model does not list for the operation; "" keeps its own code


def plural(name: str) -> str:
    """Policy -> Policies, Analyzer -> Analyzers."""
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
