"""What a module would make of its arguments: tests/terraform/<module>/<case>.tfvars.json plans to <case>.yaml.

The YAML names the part of the plan that matters: under `resources` an address inside the module and some of its
values (a mapping in place of a JSON document is compared with what the document says), under `count` how many there
are of a type, where 0 means that there must be none. All cases are planned in one go, and the root modules with
them, each called with the arguments of roots.json. The checks of generators/plans judge every resource of the plan.
"""

import json
import re
from collections import Counter

import pytest
import yaml

from generators.config import controls
from generators.terraform_checks import context, plan, run
from generators.terraform_checks.check import Verdict
from tests.terraform.estate import HERE, MODULES, ROOT, case, roots
from tests.terraform.mutants import broken

CASES = {f"{it.parent.name}_{it.name.split('.')[0]}": it for it in sorted(HERE.glob("*/*.tfvars.json"))}
CASES = {name: it for name, it in CASES.items() if not name.endswith("_apply")}
CHECKS = {it.name: it for it in run.known()}
FACTS = context.read(ROOT)
PROVING = [pytest.param(it.name, marks=pytest.mark.control(*it.controls, on="plan")) for it in run.known()]
KEYS = {  # data class -> statements of the services that may use its key
    "live_hub": {"images": [], "packages": [], "releases": [], "logs": ["Logs"]},
    "live_spoke": {
        "data": ["Events"],
        "models": [],
        "secrets": [],
        "logs": ["Budgets", "Cloudwatch", "Events", "Logs"],
    },
}
MUTANTS = yaml.safe_load((HERE / "mutants.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def document(estate):
    """The plan of everything, as `terraform show -json` tells it."""
    calls = {name: case(it, it.parent.name) for name, it in CASES.items()}
    root = estate.write("plans", calls | roots())
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
def judged(whole):
    return run.judge(whole, FACTS)


def _resources(module, prefix):
    for it in module.get("resources", []):
        yield it["address"].removeprefix(prefix), it
    for child in module.get("child_modules", []):
        yield from _resources(child, prefix)


def _part(expected, values):
    """The part of the values that is expected, so that a difference shows where it lies."""
    if isinstance(values, str) and not isinstance(expected, str):
        values = json.loads(values)
    if isinstance(expected, dict) and isinstance(values, dict):
        return {key: _part(it, values.get(key)) for key, it in expected.items()}
    if isinstance(expected, list) and isinstance(values, list) and len(expected) == len(values):
        return [_part(*pair) for pair in zip(expected, values, strict=True)]
    return values


@pytest.mark.parametrize("name", CASES)
def test_a_module_plans_what_its_case_says(planned, name):
    file = CASES[name].with_name(CASES[name].name.replace(".tfvars.json", ".yaml"))
    expected = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert set(expected) <= {"resources", "count"}
    wanted, found = expected.get("resources", {}), planned[name]
    assert wanted or expected.get("count")
    values = {address: it.get("values", {}) for address, it in found.items()}
    assert {address: _part(some, values.get(address)) for address, some in wanted.items()} == wanted
    kinds = Counter(it["type"] for it in found.values())
    assert {kind: kinds[kind] for kind in expected.get("count", {})} == expected.get("count", {})


def test_every_case_has_its_plan():
    told = {f"{it.parent.name}_{it.stem}" for it in HERE.glob("*/*.yaml") if it.name != "policies.yaml"}
    assert told == set(CASES)


def test_every_module_has_a_case_that_applies_it():
    modules = {path.parent.name for path in MODULES.glob("*/versions.tf")}
    cases = {path.parent.name for path in HERE.glob("*/apply.tfvars.json")}
    assert modules - cases == set(), "write tests/terraform/<module>/apply.tfvars.json; make test-terraform applies it"
    assert cases - modules == set(), "the module is gone; so is its case"


def test_every_root_module_is_planned(planned):
    live = {f"live_{path.parent.name}" for path in (MODULES.parent / "live").glob("*/main.tf")}
    assert live <= set(planned)


@pytest.mark.parametrize("check", PROVING)
def test_a_check_holds_of_every_resource_of_every_plan(judged, check):
    assert judged.met[check], "no root module and no case holds anything that the check is about: it proves nothing"
    assert [str(it) for it in judged.findings if it.check == check] == []


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_meets_what_the_platform_lays_down(judged, check):
    assert [it for it in judged.met[check] if it.startswith("module.live_")]


def test_every_control_that_plans_prove_is_broken_once():
    assert set(MUTANTS) == controls.proven_on(ROOT, "plan")
    assert {name for checks in run.proving().values() for name in checks} == set(CHECKS)


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
    found = run.judge(broken(whole, mutant), FACTS).findings
    noticed = {(it.verdict, number) for it in found for number in it.controls}
    assert noticed == {(Verdict.FAIL, control)}, [str(it) for it in found]


@pytest.mark.parametrize("root", KEYS)
def test_a_root_module_has_a_key_for_each_data_class_that_few_services_may_use(planned, root):
    named = re.compile(r'module\.keys\.aws_kms_key\.this\["(\w+)"\]')
    policies = {match[1]: it["values"]["policy"] for at, it in planned[root].items() if (match := named.fullmatch(at))}
    statements = {name: json.loads(policy)["Statement"] for name, policy in policies.items()}
    sids = {name: [statement["Sid"] for statement in each] for name, each in statements.items()}
    assert sids == {name: ["AccountPolicies", *services] for name, services in KEYS[root].items()}
