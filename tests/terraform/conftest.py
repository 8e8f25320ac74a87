"""One AWS provider process for every `terraform test`: its start is most of what a module's test costs."""

import contextlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.vend.terraform import mirror

VERSIONS = Path(__file__).resolve().parents[2] / "terraform" / "modules" / "contract" / "versions.tf"
ATTACH = re.compile(r"TF_REATTACH_PROVIDERS='(?P<address>[^']+)'")


def clean_environment(**more):
    """The person's environment without a Terraform configuration file that may not exist."""
    return {name: value for name, value in os.environ.items() if name != "TF_CLI_CONFIG_FILE"} | more


@pytest.fixture(scope="session")
def provider(tmp_path_factory):
    """Environment that attaches Terraform to a running provider, so that no module needs an init of its own.

    https://developer.hashicorp.com/terraform/plugin/debugging
    """
    folder = tmp_path_factory.mktemp("provider")
    shutil.copy(VERSIONS, folder)
    plugins = [f"-plugin-dir={path}" for path in mirror()]
    command = ["terraform", "init", "-input=false", "-no-color", *plugins]
    begun = subprocess.run(command, cwd=folder, env=clean_environment(), capture_output=True, text=True, check=False)
    assert begun.returncode == 0, begun.stdout + begun.stderr
    binary = next((folder / ".terraform").glob("providers/*/hashicorp/aws/*/*/terraform-provider-aws*"))
    with _running(binary) as address:
        yield clean_environment(TF_REATTACH_PROVIDERS=address)


@contextlib.contextmanager
def _running(binary):
    process = subprocess.Popen([binary, "-debug"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield next(found["address"] for line in process.stdout if (found := ATTACH.search(line)))
    finally:
        process.terminate()
        process.communicate()
