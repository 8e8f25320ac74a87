"""Linting a template: what is found, what a waiver may hide, and that the cache changes nothing."""

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


def break_it(repository, resource=WRONG_REF):
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
    return [it for it in check(repository.root, products, TODAY) if it.rule in rules]


def test_a_finding_names_the_line_of_the_frozen_file_and_the_resource(repository):
    break_it(repository)

    [found] = findings(repository, "E1020")

    assert (found.level, found.resource) == ("error", "Handle")
    file, line = found.where.split(":")
    assert file == "products/note_book/versions/1.0.0.json"
    assert '"Ref": "Nothing"' in "".join(repository.path(file).read_text().splitlines()[int(line) - 2 : int(line) + 1])


def test_an_action_that_does_not_exist_is_an_error(repository):
    break_it(repository, WRONG_ACTION)

    assert [it.level for it in findings(repository, "W3037")] == ["error"]


def test_a_template_cannot_switch_a_rule_off(repository):
    break_it(repository)
    repository.edit(
        PY, "    return t", '    t.set_metadata({"cfn-lint": {"config": {"ignore_checks": ["E1020"]}}})\n    return t'
    )

    assert len(findings(repository, "E1020")) == 1


def test_a_configuration_file_of_the_linter_changes_nothing(repository):
    break_it(repository)
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

    [found] = findings(repository, "E3006")

    assert "eu-south-2" in found.message


def test_a_waived_finding_stays_visible_until_the_last_day(repository):
    break_it(repository)
    waive(repository, until=TODAY)

    [found] = findings(repository, "E1020", "waiver")

    assert found.level == "waived"
    assert "(waived until 2026-06-01: agreed with security)" in found.message


def test_an_expired_waiver_hides_nothing_and_is_found_itself(repository):
    break_it(repository)
    waive(repository, until=TODAY - timedelta(days=1))

    finding, waiver = findings(repository, "E1020", "waiver")

    assert (finding.level, waiver.level) == ("error", "error")
    assert (waiver.where, waiver.message) == (
        f"{YAML}:7",
        "the waiver of E1020 ended on 2026-05-31; mend Handle or agree a new end",
    )


@pytest.mark.parametrize(("rule", "resource"), [("E1020", "Other"), ("E9999", "Handle")])
def test_a_waiver_that_waives_nothing_is_found(repository, rule, resource):
    break_it(repository)
    waive(repository, rule, resource)

    finding, waiver = findings(repository, "E1020", "waiver")

    assert finding.level == "error"
    assert waiver.message == f"the waiver of {rule} waives nothing on {resource}; delete it"


def test_what_was_linted_once_needs_no_linter(repository):
    findings(repository)
    code = (
        "import sys, datetime, pathlib; from generators.check import check; from generators.release import load;"
        "root = pathlib.Path('.').resolve();"
        "check.check(root, load.products(root), datetime.date(2026, 6, 1));"
        "import resource; beside = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime;"
        "sys.exit('cfnlint' in sys.modules or beside > 0)"
    )
    command = [sys.executable, "-c", code]

    assert (
        subprocess.run(command, cwd=repository.root, env={"PYTHONPATH": str(REPOSITORY)}, check=False).returncode == 0
    )


@pytest.mark.parametrize("damage", [b"", b"x", b"\xff\n[]", b"0" * 64 + b"\n[]"])
def test_a_damaged_cache_is_written_again_and_changes_no_verdict(repository, damage):
    break_it(repository)
    before = findings(repository, "E1020")
    sound = {entry: entry.read_bytes() for entry in (repository.root / ".cache/check").iterdir()}
    assert len(sound) == 2, "what was found, and the launch policy"
    for entry in sound:
        entry.write_bytes(damage)

    assert findings(repository, "E1020") == before
    assert {entry: entry.read_bytes() for entry in sound} == sound


def test_many_products_are_judged_as_one_is(repository):
    for number in range(5):
        repository.product(f"book_{number}")
    break_it(repository)
    together = findings(repository, "E1020")
    (repository.root / ".cache").rename(repository.root / ".other")

    alone = [
        it for it in check(repository.root, [load.product(repository.root, "note-book")], TODAY) if it.rule == "E1020"
    ]

    assert together == alone
    assert len(alone) == 1


def test_a_progress_display_hears_of_every_product(repository):
    repository.product("other_book")
    heard = []

    check(repository.root, load.products(repository.root), TODAY, lambda product: heard.append(product.name))

    assert heard == ["note-book", "other-book"]


def test_a_lint_is_a_value():
    assert LintMatch("E1", "error", 1, "A", "b") == LintMatch("E1", "error", 1, "A", "b")
