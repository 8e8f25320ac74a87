"""Conventions of all Terraform modules and root modules, read from their files."""

import re
from functools import cache
from pathlib import Path

import hcl2
import pytest
from hcl2.utils import SerializationOptions

TERRAFORM = Path(__file__).resolve().parents[2] / "terraform"
MODULES = sorted(path.parent for path in TERRAFORM.glob("modules/*/versions.tf"))
ROOTS = sorted(path.parent for path in TERRAFORM.glob("live/*/versions.tf"))
FOLDERS = [*MODULES, *ROOTS]
PLAIN = SerializationOptions(
    with_comments=False, strip_string_quotes=True, explicit_blocks=False, preserve_heredocs=False
)
CHECKED = re.compile(r"name|.*_(id|arn|name|cidr)|cidr.*|address_block|region|.*_cidrs|.*_days")
ONE_OR_NONE = re.compile(r"\$\{.* \? (1 : 0|0 : 1)\}")
POSITION = re.compile(r"\b(range|index|element|count\.index)\b")


def _named(path):
    return f"{path.parent.name}/{path.name}"


each_module = pytest.mark.parametrize("folder", MODULES, ids=_named)
each_root = pytest.mark.parametrize("folder", ROOTS, ids=_named)
each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=_named)


@cache
def _read(folder):
    texts = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.tf"))]
    return [hcl2.loads(text, serialization_options=PLAIN) for text in texts]


def _blocks(folder, kind):
    return [block for parsed in _read(folder) for block in parsed.get(kind, [])]


def _variables(folder):
    return {name: body for block in _blocks(folder, "variable") for name, body in block.items()}


def _repeated(folder):
    """Address -> body of every block that can have count or for_each."""
    for kind in ("resource", "data"):
        for block in _blocks(folder, kind):
            for type_, named in block.items():
                for name, body in named.items():
                    yield f"{type_}.{name}", body
    for block in _blocks(folder, "module"):
        for name, body in block.items():
            yield f"module.{name}", body


@each_folder
def test_provider_and_terraform_versions_are_the_tested_ones(folder):
    [terraform] = _blocks(folder, "terraform")
    [providers] = terraform["required_providers"]
    assert providers["aws"] == {"source": "hashicorp/aws", "version": ">= 5.100, < 7"}
    assert terraform["required_version"] == ">= 1.10"


@each_folder
def test_every_variable_has_a_description_and_a_type(folder):
    variables = _variables(folder)
    incomplete = [name for name, body in variables.items() if not body.get("description") or "type" not in body]
    assert incomplete == []


@each_module
def test_names_ids_and_addresses_are_validated_with_a_sentence(folder):
    checked = {name: body for name, body in _variables(folder).items() if CHECKED.fullmatch(name)}
    assert [name for name, body in checked.items() if not body.get("validation")] == []
    sentences = [rule["error_message"] for body in checked.values() for rule in body["validation"]]
    assert [text for text in sentences if len(text.split()) < 4] == []


@each_folder
def test_resources_are_not_identified_by_their_position_in_a_list(folder):
    bodies = dict(_repeated(folder))
    counted = {name: str(body["count"]) for name, body in bodies.items() if "count" in body}
    assert {name: text for name, text in counted.items() if not ONE_OR_NONE.fullmatch(text)} == {}
    each = {name: str(body["for_each"]) for name, body in bodies.items() if "for_each" in body}
    assert {name: text for name, text in each.items() if POSITION.search(text)} == {}


@each_module
def test_a_module_has_no_provider_and_no_backend(folder):
    assert _blocks(folder, "provider") == []
    assert "backend" not in _blocks(folder, "terraform")[0]


@each_root
def test_a_root_locks_and_encrypts_its_state_and_pins_its_providers(folder):
    [backend] = [dict(block)["s3"] for block in _blocks(folder, "terraform")[0]["backend"]]
    assert (backend["use_lockfile"], backend["encrypt"]) == (True, True)
    lock = (folder / ".terraform.lock.hcl").read_text(encoding="utf-8")
    assert 'provider "registry.terraform.io/hashicorp/aws"' in lock
    assert "h1:" in lock


def test_every_root_pins_the_same_providers():
    assert len({(folder / ".terraform.lock.hcl").read_text(encoding="utf-8") for folder in ROOTS}) == 1


@each_root
def test_a_root_module_reads_no_remote_state(folder):
    """scripts/vend passes values as variables; a remote state would give access to everything of the other account."""
    assert [address for address, _ in _repeated(folder) if address.startswith("terraform_remote_state.")] == []


@each_module
def test_every_output_has_a_description(folder):
    outputs = {name: body for block in _blocks(folder, "output") for name, body in block.items()}
    assert [name for name, body in outputs.items() if not body.get("description")] == []
