"""Every module: formatted, valid, tested by `terraform test` without an endpoint."""

import os
import re
import subprocess
from pathlib import Path

import hcl2
import pytest
from hcl2.utils import SerializationOptions

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path.parent for path in (ROOT / "terraform" / "modules").glob("*/main.tf"))
PLAIN = SerializationOptions(
    with_comments=False, strip_string_quotes=True, explicit_blocks=False, preserve_heredocs=False
)
WAYS_OUT = {"aws_internet_gateway", "aws_nat_gateway", "aws_route", "aws_egress_only_internet_gateway", "aws_eip"}


def _terraform(folder, environment, *words):
    return subprocess.run(
        ["terraform", *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def _blocks(module, kind):
    for file in sorted(module.glob("*.tf")):
        parsed = hcl2.loads(file.read_text(encoding="utf-8"), serialization_options=PLAIN)
        yield from parsed.get(kind, [])


def test_terraform_files_are_formatted():
    done = _terraform(ROOT / "terraform", os.environ, "fmt", "-check", "-recursive")
    assert done.stdout == "", "run: terraform fmt -recursive terraform"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_a_module_passes_its_own_tests(module, provider, tmp_path):
    done = _terraform(module, provider | {"TF_DATA_DIR": str(tmp_path)}, "test", "-no-color")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Success! [1-9]\d* passed, 0 failed", done.stdout)


def test_the_network_has_no_way_to_the_internet():
    module = ROOT / "terraform" / "modules" / "network"
    kinds = {kind for block in _blocks(module, "resource") for kind in block}
    assert "aws_subnet" in kinds
    assert kinds & WAYS_OUT == set()
