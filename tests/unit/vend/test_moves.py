"""Moved resources are neither changes nor drift. Runs Terraform with its built-in resource."""

import io
import json

import pytest

from generators.aws.session import Aws
from generators.config import repository
from scripts.vend import terraform, vending
from scripts.vend.terraform_states import TerraformState
from scripts.vend.vending import RunOptions

ROOT = repository.find_root()
BEFORE = 'resource "terraform_data" "before" {\n  input = "x"\n}\n'
MOVED = """resource "terraform_data" "after" {
  input = "x"
}

moved {
  from = terraform_data.before
  to   = terraform_data.after
}
"""


class StateBucket:
    """An S3 client that returns the local state for every object."""

    def __init__(self, state):
        self.state = state

    def get_object(self, **_):
        return {"Body": io.BytesIO((self.state.module / "terraform.tfstate").read_bytes())}


@pytest.fixture
def state(tmp_path):
    """A root module whose resource was applied and then got another address."""
    live = tmp_path / "terraform" / "live" / "moves"
    live.mkdir(parents=True)
    for file in (ROOT / "terraform").glob("*.yaml"):
        (live.parents[1] / file.name).symlink_to(file)
    (live / "main.tf").write_text(BEFORE)
    state = TerraformState(tmp_path, "moves", "moves")
    assert terraform.plan(state).add == 1
    assert terraform.apply_plan(state).add == 1
    (live / "main.tf").write_text(MOVED)
    return state


def test_a_plan_of_moves_alone_has_no_changes_and_can_be_applied(state):
    counts = terraform.plan(state)
    [change] = terraform.read_plan(state)["resource_changes"]

    assert (counts.changes, str(counts)) == (0, "0 to add, 0 to change, 0 to destroy")
    assert (change["previous_address"], change["change"]["actions"]) == ("terraform_data.before", ["no-op"])
    assert terraform.apply_plan(state).changes == 0
    resources = json.loads((state.module / "terraform.tfstate").read_text())["resources"]
    assert [resource["name"] for resource in resources] == ["after"]


@pytest.mark.parametrize(("text", "result"), [(MOVED, "no changes"), (MOVED.replace('"x"', '"y"'), "drifted")])
def test_drift_reports_a_change_and_no_move(state, text, result):
    (state.module / "main.tf").write_text(text)
    platform = repository.platform(ROOT)
    aws = Aws("local", "", platform)
    aws._clients["s3", platform.regions[0], aws.management_account, "", "", ""] = StateBucket(state)

    [outcome] = vending.drift(RunOptions(aws), [state])

    assert outcome.result == result, outcome
