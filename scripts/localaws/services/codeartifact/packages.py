"""The package versions in the repositories of one account and region, in memory.

https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html
"""

import secrets
from collections import defaultdict
from functools import cache
from typing import NamedTuple

Key = tuple[str, str, str]  # domain, repository, format


class Version(NamedTuple):
    """A version of a package in a repository; an external connection or another repository is where it comes from."""

    version: str
    revision: str
    status: str = "Published"


class Packages:
    """Versions by repository and package. Names of packages are normalized by the caller."""

    def __init__(self) -> None:
        self._versions: dict[Key, dict[str, dict[str, Version]]] = defaultdict(lambda: defaultdict(dict))

    def names(self, key: Key) -> list[str]:
        """The packages of a repository."""
        return sorted(name for name, versions in self._versions[key].items() if versions)

    def versions(self, key: Key, package: str) -> dict[str, Version]:
        """The versions of a package, oldest first; none when the repository does not have it."""
        return dict(self._versions[key].get(package, {}))

    def add(self, key: Key, package: str, version: str, revision: str = "") -> Version:
        """Add a version, unless the repository has it."""
        new = Version(version, revision or secrets.token_urlsafe(32))
        return self._versions[key][package].setdefault(version, new)


@cache
def packages(account: str, region: str) -> Packages:
    """The package versions of an account and region."""
    return Packages()
