"""Every module: formatted, tested by `terraform test` without an endpoint, its README current."""

import os
import re
import subprocess
from pathlib import Path

import hcl2
import pytest
from hcl2.utils import SerializationOptions

from scripts.vend.terraform import mirror

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path.parent for path in (ROOT / "terraform" / "modules").glob("*/main.tf"))
PLAIN = SerializationOptions(
    with_comments=False, strip_string_quotes=True, explicit_blocks=False, preserve_heredocs=False
)
WAYS_OUT = {"aws_internet_gateway", "aws_nat_gateway", "aws_route", "aws_egress_only_internet_gateway", "aws_eip"}


def _terraform(folder, data, *words):
    environment = {key: value for key, value in os.environ.items() if key != "TF_CLI_CONFIG_FILE"}
    environment["TF_DATA_DIR"] = str(data)
    command = ["terraform", *words, "-no-color"] if words[0] != "fmt" else ["terraform", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def _blocks(module, kind):
    for file in sorted(module.glob("*.tf")):
        parsed = hcl2.loads(file.read_text(encoding="utf-8"), serialization_options=PLAIN)
        yield from parsed.get(kind, [])


def test_terraform_files_are_formatted(tmp_path):
    done = _terraform(ROOT / "terraform", tmp_path, "fmt", "-check", "-recursive")
    assert done.stdout == "", "run: terraform fmt -recursive terraform"


@pytest.mark.xdist_group("terraform")
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_a_module_passes_its_own_tests(module, tmp_path):
    lock = module / ".terraform.lock.hcl"
    try:
        plugins = [f"-plugin-dir={path}" for path in mirror()]
        begun = _terraform(module, tmp_path, "init", "-input=false", "-backend=false", *plugins)
        assert begun.returncode == 0, begun.stdout + begun.stderr
        done = _terraform(module, tmp_path, "test")
    finally:
        lock.unlink(missing_ok=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Success! [1-9]\d* passed, 0 failed", done.stdout)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_a_module_explains_its_variables_and_outputs(module):
    readme = (module / "README.md").read_text(encoding="utf-8")
    for kind in ("variable", "output"):
        for block in _blocks(module, kind):
            for name, body in block.items():
                assert f"| `{name}` | {body['description']} |" in readme, f"README.md: {kind} {name} is missing or old"


def test_the_network_has_no_way_to_the_internet():
    module = ROOT / "terraform" / "modules" / "network"
    kinds = {kind for block in _blocks(module, "resource") for kind in block}
    assert "aws_subnet" in kinds
    assert kinds & WAYS_OUT == set()
