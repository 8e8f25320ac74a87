"""Plans of the modules: tests/terraform/<module>/<case>.tfvars.json has the plan that <case>.yaml describes.

The YAML holds the part of the plan that matters: `resources` maps addresses in the module to some of their values (a
mapping in place of a JSON document is compared with the decoded document), `count` maps resource types to their number,
where 0 means none. One plan holds all cases and the root modules, each called with the arguments of roots.json. The
checks of generators/terraform_checks run on every resource of the plan.
"""

import json
import re
from collections import Counter

import pytest

from generators.config import controls
from generators.terraform_checks import context, run
from generators.terraform_checks.model import plan
from generators.terraform_checks.model.check import Verdict
from scripts.localaws.core import data_file
from tests.terraform.mutants import broken
from tests.terraform.root_module import HERE, MODULES, ROOT, case, roots

CASES = {f"{path.parent.name}_{path.name.split('.')[0]}": path for path in sorted(HERE.glob("*/*.tfvars.json"))}
CASES = {name: path for name, path in CASES.items() if not name.endswith("_apply")}
CHECKS = {check.id: check for check in run.all_checks()}
FACTS = context.read(ROOT)
PROVING = [pytest.param(check.id, marks=pytest.mark.control(*check.controls, on="plan")) for check in run.all_checks()]
KEYS = {  # data class -> statements of the services that may use its key
    "live_hub": {"images": [], "packages": [], "releases": [], "logs": ["Logs"]},
    "live_spoke": {
        "data": ["Events"],
        "models": [],
        "secrets": [],
        "logs": ["Budgets", "Cloudwatch", "Events", "Logs"],
    },
}
MUTANTS = data_file.read(HERE / "mutants.yaml")


@pytest.fixture(scope="module")
def document(terraform_root):
    """The plan of all cases and root modules, in the format of `terraform show -json`."""
    calls = {name: case(path, path.parent.name) for name, path in CASES.items()}
    root = terraform_root.write("plans", calls | roots())
    root.run("plan", "-input=false", "-no-color", "-out=plan")
    return json.loads(root.run("show", "-json", "plan"))


@pytest.fixture(scope="module")
def planned(document):
    """Case -> address inside the module -> the resource with its planned values."""
    return {
        module["address"].removeprefix("module."): dict(_resources(module, module["address"] + "."))
        for module in document["planned_values"]["root_module"]["child_modules"]
    }


@pytest.fixture(scope="module")
def whole(document):
    return plan.read(document)


@pytest.fixture(scope="module")
def result(whole):
    return run.check_plan(whole, FACTS)


def _resources(module, prefix):
    for resource in module.get("resources", []):
        yield resource["address"].removeprefix(prefix), resource
    for child in module.get("child_modules", []):
        yield from _resources(child, prefix)


def _part(expected, values):
    """The part of the values that is expected, so that a difference shows where it lies."""
    if isinstance(values, str) and not isinstance(expected, str):
        values = json.loads(values)
    if isinstance(expected, dict) and isinstance(values, dict):
        return {key: _part(value, values.get(key)) for key, value in expected.items()}
    if isinstance(expected, list) and isinstance(values, list) and len(expected) == len(values):
        return [_part(*pair) for pair in zip(expected, values, strict=True)]
    return values


@pytest.mark.parametrize("name", CASES)
def test_a_module_plans_what_its_case_says(planned, name):
    file = CASES[name].with_name(CASES[name].name.replace(".tfvars.json", ".yaml"))
    expected = data_file.read(file)
    assert set(expected) <= {"resources", "count"}
    partial, resources = expected.get("resources", {}), planned[name]
    assert partial or expected.get("count")
    values = {address: resource.get("values", {}) for address, resource in resources.items()}
    assert {address: _part(part, values.get(address)) for address, part in partial.items()} == partial
    kinds = Counter(resource["type"] for resource in resources.values())
    assert {kind: kinds[kind] for kind in expected.get("count", {})} == expected.get("count", {})


def test_every_case_has_its_plan():
    files = [file for file in HERE.glob("*/*.yaml") if file.name != "policies.yaml"]
    assert {f"{file.parent.name}_{file.stem}" for file in files} == set(CASES)


def test_every_module_has_a_case_that_applies_it():
    modules = {path.parent.name for path in MODULES.glob("*/versions.tf")}
    cases = {path.parent.name for path in HERE.glob("*/apply.tfvars.json")}
    assert modules - cases == set(), "write tests/terraform/<module>/apply.tfvars.json; make test-terraform applies it"
    assert cases - modules == set(), "the module is gone; so is its case"


def test_every_root_module_is_planned(planned):
    live = {f"live_{path.parent.name}" for path in (MODULES.parent / "live").glob("*/main.tf")}
    assert live <= set(planned)


@pytest.mark.parametrize("check", PROVING)
def test_a_check_holds_of_every_resource_of_every_plan(result, check):
    assert result.checked[check], "no root module and no case holds anything that the check is about: it proves nothing"
    assert [str(finding) for finding in result.findings if finding.check == check] == []


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_meets_what_the_platform_lays_down(result, check):
    assert [address for address in result.checked[check] if address.startswith("module.live_")]


def test_every_control_that_plans_prove_is_broken_once():
    assert set(MUTANTS) == controls.with_evidence(ROOT, "plan")
    assert {name for checks in run.checks_by_control().values() for name in checks} == set(CHECKS)


@pytest.mark.parametrize(
    ("control", "name"),
    [
        pytest.param(control, name, marks=pytest.mark.control(control, on="plan"), id=f"{control}: {name}")
        for control, mutants in MUTANTS.items()
        for name in mutants
    ],
)
def test_a_control_that_is_broken_is_noticed_and_named(whole, control, name):
    mutant = MUTANTS[control][name]
    findings = run.check_plan(broken(whole, mutant), FACTS).findings
    reported = {(finding.verdict, number) for finding in findings for number in finding.controls}
    assert reported == {(Verdict.FAIL, control)}, [str(finding) for finding in findings]


@pytest.mark.parametrize("root", KEYS)
def test_a_root_module_has_a_key_for_each_data_class_that_few_services_may_use(planned, root):
    named = re.compile(r'module\.keys\.aws_kms_key\.this\["(\w+)"\]')
    keys = {match[1]: key for address, key in planned[root].items() if (match := named.fullmatch(address))}
    policies = {name: json.loads(key["values"]["policy"]) for name, key in keys.items()}
    sids = {name: [statement["Sid"] for statement in policy["Statement"]] for name, policy in policies.items()}
    assert sids == {name: ["AccountPolicies", *services] for name, services in KEYS[root].items()}
