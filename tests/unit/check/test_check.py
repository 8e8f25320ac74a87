"""Lint findings of a template, their waivers, and the cache, which changes no finding."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date, timedelta

import pytest

from generators.check.check import check
from generators.check.lint import LintMatch
from generators.release import load
from generators.release.model import Finding
from generators.release.render import freeze
from tests.unit.conftest import REPOSITORY

TODAY = date(2026, 6, 1)
YAML = "products/note_book/product.yaml"
PY = "products/note_book/template.py"
HANDLE = 't.add_resource(WaitConditionHandle("Handle"))'
# E1020: the Ref is to nothing. W3037, promoted: the action does not exist.
WRONG_REF = 't.add_resource(Topic("Handle", TopicName=Ref("Nothing")))'
WRONG_ACTION = """t.add_resource(ManagedPolicy("Handle", PolicyDocument={
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetNothing", "Resource": "*"}],
    }))"""


def break_template(repository, resource=WRONG_REF):
    repository.edit(PY, HANDLE, resource)
    repository.edit(
        PY,
        "from troposphere.cloudformation import WaitConditionHandle",
        "from troposphere.iam import ManagedPolicy\nfrom troposphere.sns import Topic",
    )


def waive(repository, rule="E1020", resource="Handle", until=TODAY):
    entry = f"waivers: [{{rule: {rule}, resource: {resource}, reason: agreed with security, until: {until}}}]"
    repository.edit(YAML, "support:", f"{entry}\nsupport:")


def findings(repository, *rules) -> list[Finding]:
    products = load.products(repository.root)
    for product in products:
        freeze(repository.root, product)
    return [finding for finding in check(repository.root, products, TODAY) if finding.rule in rules]


def test_a_finding_names_the_line_of_the_frozen_file_and_the_resource(repository):
    break_template(repository)

    [finding] = findings(repository, "E1020")

    assert (finding.level, finding.resource) == ("error", "Handle")
    file, line = finding.where.split(":")
    assert file == "products/note_book/versions/1.0.0.json"
    assert '"Ref": "Nothing"' in "".join(repository.path(file).read_text().splitlines()[int(line) - 2 : int(line) + 1])


def test_an_action_that_does_not_exist_is_an_error(repository):
    break_template(repository, WRONG_ACTION)

    assert [finding.level for finding in findings(repository, "W3037")] == ["error"]


@pytest.mark.parametrize(
    "action", ["apigateway:TagResource", "apigateway:untagresource", "iam:List*Tags", "s3:GetObj??t", "freetier:List*"]
)
def test_an_action_that_aws_names_is_none(repository, action):
    break_template(repository, WRONG_ACTION.replace("s3:GetNothing", action))

    assert findings(repository, "W3037") == []


def test_a_template_cannot_switch_a_rule_off(repository):
    break_template(repository)
    repository.edit(
        PY, "    return t", '    t.set_metadata({"cfn-lint": {"config": {"ignore_checks": ["E1020"]}}})\n    return t'
    )

    assert len(findings(repository, "E1020")) == 1


def test_a_configuration_file_of_the_linter_changes_nothing(repository):
    break_template(repository)
    before = repository.catalog("check", "--json").stdout
    shutil.rmtree(repository.root / ".cache")
    repository.write(".cfnlintrc", "ignore_checks: [E1020]\nmandatory_checks: [I]\ninclude_checks: [I]\n")

    assert repository.catalog("check", "--json").stdout == before
    assert "E1020" in before


def test_every_region_of_the_platform_is_checked(repository):
    repository.edit(PY, HANDLE, 't.add_resource(Thing("Handle"))')
    repository.edit(
        PY,
        "\n\ndef build",
        '\n\nclass Thing(AWSObject):\n    resource_type = "AWS::Amplify::App"\n    props = {}\n\n\ndef build',
    )
    repository.edit(PY, "import Output", "import AWSObject, Output")
    assert findings(repository, "E3006") == []
    repository.edit("terraform/platform.yaml", "regions: [eu-west-2]", "regions: [eu-west-2, eu-south-2]")

    [finding] = findings(repository, "E3006")

    assert "eu-south-2" in finding.message


def test_a_waived_finding_stays_visible_until_the_last_day(repository):
    break_template(repository)
    waive(repository, until=TODAY)

    [finding] = findings(repository, "E1020", "waiver")

    assert finding.level == "waived"
    assert "(waived until 2026-06-01: agreed with security)" in finding.message


def test_an_expired_waiver_waives_nothing_and_is_a_finding_itself(repository):
    break_template(repository)
    waive(repository, until=TODAY - timedelta(days=1))

    finding, waiver = findings(repository, "E1020", "waiver")

    assert (finding.level, waiver.level) == ("error", "error")
    assert (waiver.where, waiver.message) == (
        f"{YAML}:7",
        "the waiver of E1020 ended on 2026-05-31; mend Handle or agree a new end",
    )


@pytest.mark.parametrize(("rule", "resource"), [("E1020", "Other"), ("E9999", "Handle")])
def test_an_unused_waiver_is_a_finding(repository, rule, resource):
    break_template(repository)
    waive(repository, rule, resource)

    finding, waiver = findings(repository, "E1020", "waiver")

    assert finding.level == "error"
    assert waiver.message == f"the waiver of {rule} waives nothing on {resource}; delete it"


def test_a_template_that_was_linted_before_needs_no_linter(repository):
    findings(repository)
    code = (
        "import sys, datetime, pathlib; from generators.check import check; from generators.release import load;"
        "root = pathlib.Path('.').resolve();"
        "check.check(root, load.products(root), datetime.date(2026, 6, 1));"
        "import resource; children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime;"
        "sys.exit('cfnlint' in sys.modules or children > 0)"
    )
    command = [sys.executable, "-c", code]

    assert (
        subprocess.run(command, cwd=repository.root, env={"PYTHONPATH": str(REPOSITORY)}, check=False).returncode == 0
    )


@pytest.mark.parametrize("damage", [b"", b"x", b"\xff\n[]", b"0" * 64 + b"\n[]"])
def test_a_damaged_cache_is_replaced_and_changes_no_finding(repository, damage):
    break_template(repository)
    before = findings(repository, "E1020")
    entries = {entry: entry.read_bytes() for entry in (repository.root / ".cache/check").iterdir()}
    assert len(entries) == 2, "the lint matches and the launch policy"
    for entry in entries:
        entry.write_bytes(damage)

    assert findings(repository, "E1020") == before
    assert {entry: entry.read_bytes() for entry in entries} == entries


def test_many_products_have_the_findings_of_each_alone(repository):
    for number in range(5):
        repository.product(f"book_{number}")
    break_template(repository)
    together = findings(repository, "E1020")
    (repository.root / ".cache").rename(repository.root / ".other")

    product = load.product(repository.root, "note-book")
    alone = [finding for finding in check(repository.root, [product], TODAY) if finding.rule == "E1020"]

    assert together == alone
    assert len(alone) == 1


def test_progress_reports_every_product(repository):
    repository.product("other_book")
    names = []

    check(repository.root, load.products(repository.root), TODAY, lambda product: names.append(product.name))

    assert names == ["note-book", "other-book"]


def test_a_lint_match_is_a_value():
    assert LintMatch("E1", "error", 1, "A", "b") == LintMatch("E1", "error", 1, "A", "b")
