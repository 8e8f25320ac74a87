"""What a row says: a service, and the nouns of its API. Pure.

A row names only what botocore's model cannot tell: what identifies a thing, its ARN, what a new one has besides the
request. Verbs come from the operations' names; `verbs` says those that are named otherwise.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VERBS = {
    "Create": "make", "Put": "put", "Register": "make", "Get": "show", "Describe": "show", "List": "list",
    "Update": "change", "Modify": "change", "Delete": "drop", "Deregister": "drop",
}  # fmt: skip
_VERB = re.compile(f"^({'|'.join(VERBS)})(.+)$")


@dataclass(frozen=True)
class ResourceSpec:
    """One noun of an API: Create<name>, Describe<name>, List<name>s ..."""

    name: str
    key: tuple[str, ...] = ()  # the members of a request that name it; () = one an account and region
    arn: str = ""  # what follows arn:aws:service:region:account:
    born: Mapping[str, Any] = field(default_factory=dict)  # texts are templates over the request
    verbs: str = ""  # "BatchEnableStandards=makes GetEnabledStandards=list"
    wraps: tuple[str, ...] = ()  # members of a reply, besides its own name, that hold the thing
    parent: str = ""  # the noun that must exist, named by the first parts of the key
    blocks: bool = False  # its parent cannot go before it
    always: bool = False  # a setting: there without having been made
    absent: str = ""  # the service's code when there is none, if it is a particular one

    def operations(self, names: list[str]) -> dict[str, str]:
        """Operation -> verb, for those of the model that are about this noun."""
        found = {}
        for name in names:
            match = _VERB.match(name)
            if match and match[2] == self.name:
                found[name] = VERBS[match[1]]
            elif match and match[2] == plural(self.name) and VERBS[match[1]] in ("list", "show"):
                found[name] = "list"
        return found | dict(pair.split("=") for pair in self.verbs.split())


@dataclass(frozen=True)
class ServiceSpec:
    """One service: its name in a signed request and in ARNs, its model, how it refuses, its nouns."""

    scope: str
    model: str
    nouns: tuple[ResourceSpec, ...]
    absent: str = "ResourceNotFoundException"
    taken: str = "ConflictException"
    whole: bool = True  # False: every other operation is moto's
    owner: str = ""  # the member of a request that names the owning account
    home: bool = True  # False: ARNs without a region, one store for all regions
    tagging: tuple[str, str, str] = ("TagResource", "UntagResource", "ListTagsForResource")
    merges: bool = False  # an update replaces the settings inside of a structure one by one
    page: int = 100  # how many a list tells at once


def plural(name: str) -> str:
    """Policy -> Policies, Analyzer -> Analyzers."""
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
