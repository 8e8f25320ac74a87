"""One AWS provider process for many Terraform commands: starting it takes most of a command's time."""

import contextlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.vend.terraform import provider_mirror
from tests.localaws.conftest import ACCESS_ROLE, REGION, Aws, started
from tests.terraform.lifecycle import run_lifecycle
from tests.terraform.root_module import ROOT, RootModule

VERSIONS = Path(__file__).resolve().parents[2] / "terraform" / "modules" / "ssm_parameters" / "versions.tf"
ATTACH = re.compile(r"TF_REATTACH_PROVIDERS='(?P<address>[^']+)'")


def clean_environment(**more):
    """The environment without AWS settings and without a Terraform configuration file, which may not exist."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    own["GOGC"] = "400"  # Terraform and the provider spend a sixth of their time on garbage collection otherwise
    return {name: value for name, value in own.items() if name != "TF_CLI_CONFIG_FILE"} | more


@pytest.fixture(scope="session")
def provider(tmp_path_factory):
    """Environment for `terraform test`: attached to a provider that has no endpoint."""
    with attached(tmp_path_factory.mktemp("provider"), clean_environment()) as environment:
        yield environment


@pytest.fixture(scope="session")
def terraform_root(tmp_path_factory):
    """An empty folder for root modules, attached to a provider of an empty embedded AWS."""
    folder = tmp_path_factory.mktemp("terraform")
    for name in ("products", "terraform"):
        (folder / name).symlink_to(ROOT / name)
    with started(folder) as server:
        _create_operator_role(Aws(server.endpoint)("iam"))
        embedded = {
            "AWS_ENDPOINT_URL": server.endpoint,
            "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.moto.internal",  # account ids go in front of this host,
            "HTTP_PROXY": server.endpoint,  # so it is reached by asking the server itself as a proxy
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
        }
        with attached(folder / "provider", clean_environment(**embedded)) as environment:
            yield RootModule(folder, environment)


@pytest.fixture(scope="session")
def lifecycle(terraform_root):
    """Apply, plan and destroy of every module."""
    return run_lifecycle(terraform_root)


def _create_operator_role(iam):
    """Create the role that AWS Organizations creates in every account; the root modules assume it."""
    anyone = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}
    anything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    trust, grant = (json.dumps({"Version": "2012-10-17", "Statement": [statement]}) for statement in (anyone, anything))
    iam.create_role(RoleName=ACCESS_ROLE, AssumeRolePolicyDocument=trust)
    iam.put_role_policy(RoleName=ACCESS_ROLE, PolicyName="all", PolicyDocument=grant)


@contextlib.contextmanager
def attached(folder, environment):
    """Environment that attaches Terraform to a running provider, so that no command starts one.

    https://developer.hashicorp.com/terraform/plugin/debugging
    """
    folder.mkdir(exist_ok=True)
    shutil.copy(VERSIONS, folder)
    plugins = [f"-plugin-dir={path}" for path in provider_mirror()]
    command = ["terraform", "init", "-input=false", "-no-color", *plugins]
    completed = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stdout + completed.stderr
    binary = next((folder / ".terraform").glob("providers/*/hashicorp/aws/*/*/terraform-provider-aws*"))
    with _running(binary, environment) as address:
        yield environment | {"TF_REATTACH_PROVIDERS": address}


@contextlib.contextmanager
def _running(binary, environment):
    process = subprocess.Popen(
        [binary, "-debug"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield next(match["address"] for line in process.stdout if (match := ATTACH.search(line)))
    finally:
        process.terminate()
        process.communicate()
