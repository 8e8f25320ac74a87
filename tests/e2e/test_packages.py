"""`catalog packages` against an index whose quarantine is connected to the public index."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import HUB_ACCOUNT
from tests.localaws.servicecatalog.catalogue import policy

SMALL = "iniconfig==2.0.0"  # a small package without dependencies
ALLOW_LIST = """\
packages:
  - {ecosystem: python, name: iniconfig, versions: ["2.0.0"], reason: Reads settings in projects}
"""


def _create_index(aws):
    index = aws("codeartifact", HUB_ACCOUNT)
    index.create_domain(domain="mlops")
    for repository in ("approved-packages", "quarantine-pypi"):
        index.create_repository(domain="mlops", repository=repository)
    index.associate_external_connection(domain="mlops", repository="quarantine-pypi", externalConnection="public:pypi")
    text = policy("codeartifact:*", "sts:GetServiceBearerToken")
    aws("iam", HUB_ACCOUNT).put_role_policy(RoleName="mlops-release", PolicyName="packages", PolicyDocument=text)


@pytest.mark.slow  # it downloads; tests/unit/packages has the comparison of lists
def test_what_is_approved_is_copied_from_quarantine_and_nothing_else(platform, estate):
    platform.write("terraform/packages.yaml", ALLOW_LIST)
    platform.write("requirements.lock", f"{SMALL}\n")
    refused = platform.catalog("packages", "check")
    assert (refused.returncode, "Traceback" in refused.stderr) == (3, False)
    assert "package index (eu-west-2): AWS refused ListPackages (ResourceNotFoundException)" in refused.stderr

    _create_index(estate.aws)
    check = platform.catalog("packages", "check")
    where = f"terraform/packages.yaml:2: {SMALL}"
    assert check.returncode == 2
    assert check.stdout.startswith(f"{where} is not in approved-packages; copy it with `catalog packages sync`\n")

    sync = platform.catalog("packages", "sync")
    assert (sync.returncode, sync.stdout) == (0, "approved-packages: 1 versions copied\n"), sync.stderr
    assert platform.catalog("packages", "check").returncode == 0
    assert platform.catalog("packages", "sync").stdout == "approved-packages: 0 versions copied\n"

    platform.edit("terraform/packages.yaml", "2.0.0", "2.0.99999")
    absent = platform.catalog("packages", "sync")
    assert absent.returncode == 2
    assert "iniconfig==2.0.99999: No matching distribution found for iniconfig==2.0.99999" in absent.stderr
    extra = platform.catalog("packages", "check").stdout
    assert (
        f"approved-packages: {SMALL} is not on the allow-list; add it to terraform/packages.yaml, or delete it" in extra
    )
