"""A resource whose address alone changed is no change and no drift. Real Terraform with its built-in resource."""

import io
import json

import pytest

from generators.catalog import load
from generators.catalog.aws.session import Aws
from scripts.vend import terraform, vending
from scripts.vend.estate import Unit
from scripts.vend.vending import Way

ROOT = load.find_root()
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
    """The bucket of states, as S3 answers for the state of the unit."""

    def __init__(self, unit):
        self.unit = unit

    def get_object(self, **_):
        state = self.unit.module / "terraform.tfstate"
        return {"Body": io.BytesIO(state.read_bytes())}


@pytest.fixture
def unit(tmp_path):
    """A root module that was applied, then its resource got another address."""
    live = tmp_path / "terraform" / "live" / "moves"
    live.mkdir(parents=True)
    for file in (ROOT / "terraform").glob("*.yaml"):
        (live.parents[1] / file.name).symlink_to(file)
    (live / "main.tf").write_text(BEFORE)
    unit = Unit(tmp_path, "moves", "moves")
    assert terraform.apply(unit).add == 1
    (live / "main.tf").write_text(MOVED)
    return unit


def test_a_plan_of_moves_alone_has_no_changes_and_can_be_applied(unit):
    counts = terraform.plan(unit)
    [change] = terraform.planned(unit)["resource_changes"]

    assert (counts.changes, str(counts)) == (0, "0 to add, 0 to change, 0 to destroy")
    assert (change["previous_address"], change["change"]["actions"]) == ("terraform_data.before", ["no-op"])
    assert terraform.apply_plan(unit).changes == 0
    state = json.loads((unit.module / "terraform.tfstate").read_text())
    assert [it["name"] for it in state["resources"]] == ["after"]


@pytest.mark.parametrize(("text", "result"), [(MOVED, "no changes"), (MOVED.replace('"x"', '"y"'), "drifted")])
def test_drift_tells_a_change_and_no_move(unit, text, result):
    (unit.module / "main.tf").write_text(text)
    platform = load.platform(ROOT)
    aws = Aws("local", "", platform)
    aws._clients["s3", platform.regions[0], aws.management_account, "", "", ""] = StateBucket(unit)

    [outcome] = vending.drift(Way(aws), [unit])

    assert outcome.result == result, outcome
