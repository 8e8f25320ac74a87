"""Every apply runs the plan checks on the plan that it applies. Runs Terraform with the AWS provider, calls no AWS."""

import io
import json
import shutil
from pathlib import Path

import pytest

from generators.aws.session import Aws
from generators.config.repository import find_root
from generators.config.repository import platform as read_platform
from generators.errors import UserError
from scripts.vend import plan_checks, terraform, vending
from scripts.vend.terraform_states import TerraformState
from scripts.vend.vending import RunOptions, StateResult

ROOT = find_root()
MODULE = """
provider "aws" {
  region                      = "eu-west-2"
  access_key                  = "local"
  secret_key                  = "local"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

resource "terraform_data" "before_the_key" {
  input = "x"
}

resource "aws_kms_key" "this" {
  count               = KEYS
  enable_key_rotation = false
  depends_on          = [terraform_data.before_the_key]
}
"""
SENTENCE = "aws_kms_key.this[0]: enable_key_rotation is false; set it to true (kms-key-rotation-enabled, control 54)"


class StateBucket:
    """An S3 client for the state bucket: no object at first, then what was put last."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put_object(self, Key: str, Body: bytes, **_: str) -> None:  # noqa: N803 parameters of S3
        self.objects[Key] = Body

    def get_object(self, Key: str, **_: str) -> dict[str, io.BytesIO]:  # noqa: N803
        return {"Body": io.BytesIO(self.objects.get(Key, b'{"resources": []}'))}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose provider is installed once for all tests."""
    folder = tmp_path_factory.mktemp("repository")
    (folder / "terraform" / "live" / "keys").mkdir(parents=True)
    for file in (ROOT / "terraform").glob("*.yaml"):
        (folder / "terraform" / file.name).symlink_to(file)
    return folder


@pytest.fixture
def state(repository: Path) -> TerraformState:
    """The state of one key, neither planned nor applied."""
    state = TerraformState(repository, "keys", "keys")
    shutil.rmtree(state.local("plan").parent, ignore_errors=True)
    (state.module / "terraform.tfstate").unlink(missing_ok=True)
    (state.module / "main.tf").write_text(MODULE.replace("KEYS", "1"), encoding="utf-8")
    return state


def apply(state: TerraformState, plan_only: bool = False) -> StateResult:
    platform = read_platform(ROOT)
    aws = Aws("local", "", platform)
    aws._clients["s3", platform.regions[0], aws.management_account, "", "", ""] = StateBucket()
    [result] = vending.apply_states(RunOptions(aws, plan_only=plan_only), [state])
    return result


def resources(state: TerraformState) -> list[str]:
    file = state.module / "terraform.tfstate"
    return [resource["name"] for resource in json.loads(file.read_text())["resources"]] if file.exists() else []


@pytest.mark.slow  # tests/unit/terraform_checks has every check
def test_an_apply_with_a_failing_check_applies_nothing(state: TerraformState) -> None:
    result = apply(state)

    assert result.result == "refused", result
    assert f"keys: {SENTENCE}" in result.findings
    assert result.findings[-1] == "keys: nothing was applied; mend the modules and plan again"
    assert resources(state) == []
    assert "terraform apply" not in state.local("log").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_checks_run_on_the_reviewed_plan_and_not_on_what_the_module_is_now(state: TerraformState) -> None:
    assert f"keys: {SENTENCE}" in apply(state, plan_only=True).findings
    (state.module / "main.tf").write_text(MODULE.replace("KEYS", "0"), encoding="utf-8")

    with pytest.raises(UserError, match="enable_key_rotation is false") as error:
        plan_checks.apply_plan(state)
    assert error.value.exit_code == 2
    assert resources(state) == []

    terraform.plan(state)
    assert plan_checks.apply_plan(state).add == 1
    assert resources(state) == ["before_the_key"]
