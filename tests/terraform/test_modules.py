"""Every module: formatted, tested by `terraform test` without an endpoint; every root module is valid."""

import os
import re
import subprocess
from pathlib import Path

import hcl2
import pytest
from hcl2.utils import SerializationOptions

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path.parent for path in (ROOT / "terraform" / "modules").glob("*/main.tf"))
ROOTS = sorted(path.parent for path in (ROOT / "terraform" / "live").glob("*/main.tf"))
PLAIN = SerializationOptions(
    with_comments=False, strip_string_quotes=True, explicit_blocks=False, preserve_heredocs=False
)
WAYS_OUT = {"aws_internet_gateway", "aws_nat_gateway", "aws_egress_only_internet_gateway", "aws_eip"}
TARGETS = re.compile(r".*(gateway|interface|endpoint|peering_connection|network)_(id|arn)")  # of a route


def _terraform(folder, environment, *arguments):
    return subprocess.run(
        ["terraform", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def _blocks(module, kind):
    for file in sorted(module.glob("*.tf")):
        parsed = hcl2.loads(file.read_text(encoding="utf-8"), serialization_options=PLAIN)
        yield from parsed.get(kind, [])


def test_terraform_files_are_formatted():
    completed = _terraform(ROOT, os.environ, "fmt", "-check", "-recursive", "terraform", "tests/terraform")
    assert completed.stdout == "", "run: terraform fmt -recursive terraform tests/terraform"


@pytest.mark.slow  # two seconds for each; what a module makes is planned and applied in `make test` as well
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_a_module_passes_its_own_tests(module, provider, tmp_path):
    environment = provider | {"TF_DATA_DIR": str(tmp_path)}
    if any(_blocks(module, "module")):
        _terraform(module, environment, "init", "-backend=false", "-no-color")
    completed = _terraform(module, environment, "test", "-no-color")
    assert completed.returncode == 0, completed.stdout + completed.stderr
    assert re.search(r"Success! [1-9]\d* passed, 0 failed", completed.stdout)


@pytest.mark.slow  # tests/terraform/test_plan.py plans every root module, and `make demo` applies them
@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.name)
def test_a_root_module_is_valid(root, provider, tmp_path):
    environment = provider | {"TF_DATA_DIR": str(tmp_path)}
    initialised = _terraform(root, environment, "init", "-backend=false", "-lockfile=readonly", "-no-color")
    assert initialised.returncode == 0, initialised.stdout + initialised.stderr
    completed = _terraform(root, environment, "validate", "-no-color")
    assert completed.returncode == 0, completed.stdout + completed.stderr
    assert "Warning" not in completed.stdout, completed.stdout


def test_the_network_has_no_way_to_the_internet():
    module = ROOT / "terraform" / "modules" / "network"
    blocks = list(_blocks(module, "resource"))
    kinds = {kind for block in blocks for kind in block}
    assert "aws_subnet" in kinds
    assert kinds & WAYS_OUT == set()
    routes = [body for block in blocks for body in block.get("aws_route", {}).values()]
    assert {key for body in routes for key in body if TARGETS.fullmatch(key)} <= {"transit_gateway_id"}
