"""CodeArtifact's Python package index: pip reads it with a token, and the approved repository has what was copied."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
import requests

from scripts.localaws.core import clock
from scripts.localaws.core.caller import Caller
from scripts.localaws.services.codeartifact import tokens
from tests.localaws.conftest import Aws, refused

pytestmark = pytest.mark.local_only
PACKAGE, VERSION = "iniconfig", "2.0.0"  # a small package without dependencies


@pytest.fixture
def domain(aws: Aws) -> str:
    """A domain with a quarantine repository in front of the public index and an empty approved one."""
    name, client = f"bank-{uuid.uuid4().hex[:8]}", aws("codeartifact")
    client.create_domain(domain=name)
    for repository in ("quarantine", "approved"):
        client.create_repository(domain=name, repository=repository)
    client.associate_external_connection(domain=name, repository="quarantine", externalConnection="public:pypi")
    return name


@pytest.fixture
def reader(aws: Aws, domain: str) -> dict[str, str]:
    """Credentials of a role that may get tokens of the domain and read the approved repository alone."""
    arn = f"arn:aws:codeartifact:eu-west-2:123456789012:repository/{domain}"
    statements = [
        {"Effect": "Allow", "Action": ["codeartifact:GetAuthorizationToken", "sts:GetServiceBearerToken"],
         "Resource": "*"},
        {"Effect": "Allow", "Action": "codeartifact:GetRepositoryEndpoint", "Resource": "*"},
        {"Effect": "Allow", "Action": "codeartifact:ReadFromRepository", "Resource": f"{arn}/approved"},
    ]  # fmt: skip
    return _role(aws, domain, statements)


def _role(aws: Aws, name: str, statements: list[dict[str, Any]]) -> dict[str, str]:
    trust = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    role = aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))["Role"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": statements}
    aws("iam").put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(policy))
    return aws.assume(aws("sts"), role)


def _index(client: Any, domain: str, repository: str, token: str = "") -> str:
    """The address of the repository's index with a token."""
    endpoint = client.get_repository_endpoint(domain=domain, repository=repository, format="pypi")["repositoryEndpoint"]
    token = token or client.get_authorization_token(domain=domain)["authorizationToken"]
    return f"{endpoint.replace('://', f'://aws:{token}@')}simple/"


def _download(index: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`pip download` of the package from the index."""
    command = [sys.executable, "-m", "pip", "download", "--isolated", "--no-deps", "--no-cache-dir"]
    own = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return subprocess.run(
        [*command, "--dest", str(folder), "--index-url", index, "--retries", "0", f"{PACKAGE}=={VERSION}"],
        env={**own, "PIP_CONFIG_FILE": os.devnull}, capture_output=True, text=True,
    )  # fmt: skip


def test_the_approved_repository_has_the_versions_that_were_copied(
    aws: Aws, domain: str, reader: dict[str, str], tmp_path: Path
) -> None:
    """copy-package, external-connection-requesting-packages, upstream-repo-api-behavior."""
    client, restricted = aws("codeartifact"), aws.client("codeartifact", reader)
    copy = {"domain": domain, "sourceRepository": "quarantine", "destinationRepository": "approved",
            "format": "pypi", "package": PACKAGE, "versions": [VERSION]}  # fmt: skip
    assert refused(client.copy_package_versions, **copy)[0] == "ResourceNotFoundException"
    assert "No matching distribution" in _download(_index(restricted, domain, "approved"), tmp_path).stderr
    assert requests.get(f"{_index(restricted, domain, 'quarantine')}{PACKAGE}/", timeout=60).status_code == 403
    worker = aws.client("codeartifact", _role(aws, f"{domain}-release", [
        {"Effect": "Allow", "Action": ["codeartifact:*", "sts:GetServiceBearerToken"], "Resource": "*"}]))  # fmt: skip
    downloaded = _download(_index(worker, domain, "quarantine"), tmp_path)
    assert downloaded.returncode == 0, downloaded.stderr
    versions = client.list_package_versions(domain=domain, repository="quarantine", format="pypi", package=PACKAGE)
    assert [each["version"] for each in versions["versions"]] == [VERSION]
    failed = client.copy_package_versions(**{**copy, "versions": [VERSION, "0.0.9"]})["failedVersions"]
    assert {version: each["errorCode"] for version, each in failed.items()} == {
        VERSION: "SKIPPED", "0.0.9": "NOT_FOUND",
    }  # fmt: skip
    assert list(client.copy_package_versions(**copy)["successfulVersions"]) == [VERSION]
    assert client.copy_package_versions(**copy)["successfulVersions"] == {}
    approved = _download(_index(restricted, domain, "approved"), tmp_path / "approved")
    assert approved.returncode == 0, approved.stderr
    assert [path.name for path in (tmp_path / "approved").iterdir()] == [f"{PACKAGE}-{VERSION}-py3-none-any.whl"]
    packages = client.list_packages(domain=domain, repository="approved")["packages"]
    assert packages == [{"format": "pypi", "package": PACKAGE}]


def test_a_token_is_needed_and_comes_from_a_session(
    aws: Aws, domain: str, reader: dict[str, str], tmp_path: Path
) -> None:
    """tokens-authentication: root cannot; 900 to 43,200 seconds; 0 ends with the session."""
    restricted = aws.client("codeartifact", reader)
    assert "401" in _download(_index(restricted, domain, "approved", "expired"), tmp_path).stderr
    assert refused(restricted.get_authorization_token, domain=domain, durationSeconds=60)[0] == "ValidationException"
    token = restricted.get_authorization_token(domain=domain, durationSeconds=0)
    assert token["expiration"] == reader["Expiration"]
    assert refused(aws("codeartifact").get_authorization_token, domain=domain)[0] == "AccessDeniedException"


def test_a_token_expires() -> None:
    """tokens-authentication: it is valid for the seconds of its request."""
    token, _ = tokens.issue(Caller("123456789012", "arn:aws:iam::123456789012:user/alice", "AIDAALICE"), 900)
    assert tokens.find(token)
    clock.advance(901)
    assert tokens.find(token) is None


def test_a_copy_needs_the_source_too(aws: Aws, domain: str) -> None:
    """copy-package, Required IAM permissions."""
    arn = f"arn:aws:codeartifact:eu-west-2:123456789012:*/{domain}/approved*"
    allow = {"Effect": "Allow", "Action": "codeartifact:CopyPackageVersions", "Resource": arn}
    client = aws.client("codeartifact", _role(aws, f"{domain}-copies", [allow]))
    code, _, message = refused(client.copy_package_versions, domain=domain, sourceRepository="quarantine",
                               destinationRepository="approved", format="pypi", package=PACKAGE,
                               versions=[VERSION])  # fmt: skip
    assert (code, "codeartifact:ReadFromRepository" in message) == ("AccessDeniedException", True)
