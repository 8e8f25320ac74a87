"""Contracts in SSM: each is written by exactly the writer that it declares, and every path in use is declared."""

import json
import re
from functools import cache
from pathlib import Path

import hcl2
import pytest
from hcl2.utils import SerializationOptions

from generators.config import contracts

ROOT = Path(__file__).resolve().parents[2]
DECLARED = contracts.read(ROOT)
KEYS = [(scope, key) for scope, keys in DECLARED.items() for key in keys]
PLAIN = SerializationOptions(
    with_comments=False, strip_string_quotes=True, explicit_blocks=False, preserve_heredocs=False
)


FROM_OUTPUT = {"${var.hub.contracts}": ("hub", "contracts")}  # values that are an output of another root module


@cache
def _files(folder):
    files = sorted((ROOT / "terraform" / "live" / folder).glob("*.tf"))
    return [hcl2.loads(file.read_text(encoding="utf-8"), serialization_options=PLAIN) for file in files]


def _blocks(folder, kind):
    for parsed in _files(folder):
        for block in parsed.get(kind, []):
            yield from block.items()


def _keys(values):
    """The keys, also when the values are an output of another root module."""
    if not isinstance(values, str):
        return list(values)
    root, output = FROM_OUTPUT[values]
    return list(dict(_blocks(root, "output"))[output]["value"])


def _written_by_terraform():
    """(root module, scope) -> keys of the module `ssm_parameters` there."""
    keys = {}
    for root in sorted(path.name for path in (ROOT / "terraform" / "live").iterdir()):
        for _, module in _blocks(root, "module"):
            if str(module["source"]).endswith("modules/ssm_parameters"):
                keys.setdefault((f"terraform/live/{root}", module["scope"]), []).extend(_keys(module["values"]))
    return keys


def _written_by_builds():
    """Folder of an image -> key of scope `images` that its build writes; live/hub derives the key from the name."""
    folders = sorted(path.parent.name for path in (ROOT / "terraform" / "images").glob("*/Dockerfile"))
    return {f"terraform/images/{name}": f"{name.replace('-', '_')}_image_uri" for name in folders}


def _frozen():
    for file in sorted((ROOT / "products").glob("*/versions/*.json")):
        yield file, json.loads(file.read_text(encoding="utf-8"))


def _written_by_products():
    """Product folder -> paths that its newest frozen template writes."""
    by_product = {}
    for file, template in _frozen():
        paths = {
            resource["Properties"]["Name"]
            for resource in template["Resources"].values()
            if resource["Type"] == "AWS::SSM::Parameter"
        }
        by_product[f"products/{file.parents[1].name}"] = paths
    return by_product


TERRAFORM, PRODUCTS, BUILDS = _written_by_terraform(), _written_by_products(), _written_by_builds()


@pytest.mark.parametrize(("scope", "key"), KEYS, ids=[f"{scope}.{key}" for scope, key in KEYS])
def test_a_contract_is_written_once_by_its_declared_writer(scope, key):
    contract = DECLARED[scope][key]
    modules = [(root, keys) for (root, module_scope), keys in TERRAFORM.items() if module_scope == scope]
    writers = [root for root, keys in modules for name in keys if name == key]
    writers += [product for product, paths in PRODUCTS.items() if contract.path in paths]
    writers += [build for build, image_key in BUILDS.items() if scope == "images" and image_key == key]
    assert writers == [contract.writer]


def test_terraform_writes_only_declared_keys():
    unknown = {(scope, key) for (_, scope), keys in TERRAFORM.items() for key in keys} - set(KEYS)
    assert unknown == set()


def test_every_path_that_a_frozen_template_reads_or_writes_is_declared_for_spokes():
    in_spokes = [keys for scope, keys in DECLARED.items() if scope != "images"]  # `images` is in the hub account
    declared = {contract.path for keys in in_spokes for contract in keys.values()}
    used = set()
    for _, template in _frozen():
        used |= {
            parameter["Default"]
            for parameter in template["Parameters"].values()
            if parameter["Type"].startswith("AWS::SSM::Parameter::Value")
        }
    used |= {path for paths in PRODUCTS.values() for path in paths}
    assert used <= declared
    assert used, "no template reads a contract: the test reads the wrong files"


def test_paths_are_written_only_in_contracts_yaml():
    prefixes = {contract.path.rsplit("/", 1)[0] + "/" for keys in DECLARED.values() for contract in keys.values()}
    pattern = re.compile("|".join(re.escape(prefix) for prefix in sorted(prefixes)))
    folders = (("terraform", "*.tf"), ("generators", "*.py"), ("scripts", "*.py"), ("products", "*.py"))
    files = [file for folder, pattern in folders for file in (ROOT / folder).rglob(pattern)]
    offenders = [str(file.relative_to(ROOT)) for file in files if pattern.search(file.read_text(encoding="utf-8"))]
    assert offenders == []
