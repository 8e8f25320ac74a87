"""The package index in CodeArtifact: reads its versions, and copies approved ones from quarantine.

Reads as the caller and writes as the release role, the only one that the quarantine accepts. A version gets into the
quarantine when pip requests it there.
https://docs.aws.amazon.com/codeartifact/latest/ug/external-connection-requesting-packages.html
https://docs.aws.amazon.com/codeartifact/latest/ug/copy-package.html
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

from generators.aws.errors import translate_errors
from generators.aws.parallel import parallel_map
from generators.aws.session import Aws
from generators.packages.model import PackageVersion

_WORKERS = 8
_BATCH = 25  # packages that one pip downloads
_VERSIONS = 100  # of one CopyPackageVersions
_PUBLISHED = "Published"
OnProgress = Callable[[str], None]


class Index:
    """The hub's index in the home region. Every method raises UserError for a refusal of AWS."""

    def __init__(self, aws: Aws) -> None:
        self._aws, self._names, self._region = aws, aws.platform.package_index, aws.platform.regions[0]
        self.repository = self._names.repository
        self._where = f"package index ({self._region})"

    @cached_property
    def _reader(self) -> Any:
        return self._aws.client("codeartifact", self._region, self._aws.hub_account)

    @cached_property
    def _writer(self) -> Any:
        role = f"{self._aws.platform.name_prefix}-release"
        return self._aws.client("codeartifact", self._region, self._aws.hub_account, role)

    def versions(self) -> frozenset[PackageVersion]:
        """The published versions of the approved repository."""
        with translate_errors(self._where):
            names = self._packages()
            packages = parallel_map(lambda name: self._published(self._reader, self.repository, *name), names, _WORKERS)
        return frozenset(package for versions in packages for package in versions)

    def fetch(self, packages: Iterable[PackageVersion], on_progress: OnProgress) -> dict[PackageVersion, str]:
        """Have pip request Python packages from quarantine, which keeps them; package -> why pip could not."""
        with translate_errors(self._where):
            address = self._pip_index()
        python = [package for package in packages if package.format == "pypi"]

        def fetch_batch(batch: Sequence[PackageVersion]) -> dict[PackageVersion, str]:
            """One pip for all; when it fails, one for each, which tells the packages that it cannot get."""
            alone = batch if _download(address, batch) else ()
            problems = {package: _download(address, [package]) for package in alone}
            for package in batch:
                on_progress(str(package))
            return problems

        results = parallel_map(fetch_batch, _batches(python), _WORKERS)
        return {package: problem for result in results for package, problem in result.items() if problem}

    def copy(self, packages: Iterable[PackageVersion]) -> frozenset[PackageVersion]:
        """Copy those versions that the quarantine has; the versions that it lacks."""
        by_name: dict[tuple[str, str], list[PackageVersion]] = defaultdict(list)
        for package in packages:
            by_name[package.format, package.name].append(package)
        with translate_errors(self._where):
            lacking = [self._copy_one(name, versions) for name, versions in sorted(by_name.items())]
        return frozenset(package for packages in lacking for package in packages)

    def _copy_one(self, name: tuple[str, str], packages: list[PackageVersion]) -> list[PackageVersion]:
        quarantine = f"quarantine-{name[0]}"
        available = set(self._published(self._writer, quarantine, *name))
        versions = [package.version for package in packages if package in available]
        for start in range(0, len(versions), _VERSIONS):
            self._writer.copy_package_versions(
                domain=self._names.domain,
                sourceRepository=quarantine,
                destinationRepository=self.repository,
                format=name[0],
                package=name[1],
                versions=versions[start : start + _VERSIONS],
            )
        return [package for package in packages if package not in available]

    def _packages(self) -> list[tuple[str, str]]:
        """Format and name of every package of the approved repository."""
        pages = self._reader.get_paginator("list_packages").paginate(
            domain=self._names.domain, repository=self.repository
        )
        return [(row["format"], row["package"]) for page in pages for row in page["packages"]]

    def _published(self, client: Any, repository: str, format_: str, name: str) -> list[PackageVersion]:
        pages = client.get_paginator("list_package_versions").paginate(
            domain=self._names.domain, repository=repository, format=format_, package=name, status=_PUBLISHED
        )
        try:
            return [PackageVersion(format_, name, row["version"]) for page in pages for row in page["versions"]]
        except client.exceptions.ResourceNotFoundException:
            return []

    def _pip_index(self) -> str:
        """The address of the quarantine's index for pip, with a token."""
        names = {"domain": self._names.domain}
        token = self._writer.get_authorization_token(**names)["authorizationToken"]
        endpoint = self._writer.get_repository_endpoint(**names, repository="quarantine-pypi", format="pypi")
        return str(endpoint["repositoryEndpoint"]).replace("://", f"://aws:{token}@") + "simple/"


def _batches(packages: Sequence[PackageVersion]) -> list[list[PackageVersion]]:
    """Batches for one pip each, which takes one version of a name."""
    batches: list[list[PackageVersion]] = []
    for package in packages:
        free = [batch for batch in batches if len(batch) < _BATCH and package.name not in {p.name for p in batch}]
        if free:
            free[0].append(package)
        else:
            batches.append([package])
    return batches


def _download(address: str, packages: Iterable[PackageVersion]) -> str:
    """Download packages with pip and throw them away; "" or the last line of pip's message.

    The address has a token, so it is a variable and no argument, which other users of the machine could see.
    """
    settings = {"PIP_INDEX_URL": address, "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "--dest", folder]
        result = subprocess.run(
            [*command, *map(str, packages)], env=inherited | settings, capture_output=True, text=True, check=False
        )
    lines = result.stderr.strip().splitlines() or ["pip gave no reason"]
    return lines[-1].removeprefix("ERROR: ").replace(address, "quarantine-pypi") if result.returncode else ""
