"""Collects the evidence of a release: lint results, decisions of the access matrix, results of tests.

Reads files; writes nothing but the lint cache.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from generators.access import access_matrix
from generators.access.access_matrix import AccountPolicies
from generators.check import lint as linter
from generators.check import lint_cache
from generators.check.lint import LintMatch
from generators.cloudformation.template_format import declarations
from generators.compliance import rule_index, test_results
from generators.compliance.evidence import Evidence, EvidenceInputs, Messages, rows
from generators.compliance.test_results import Proof
from generators.config import controls, repository
from generators.config.controls_schema import EvidenceType
from generators.release.model import Release
from generators.rule_metadata import by_control
from generators.terraform_checks import run

_DIGESTS = {
    "rules": ("generators/rules",),
    "plan checks": ("generators/terraform_checks",),
    "policies": ("terraform/roles.yaml", "terraform/matrix.yaml", "terraform/modules/service_control_policies"),
    "controls": ("terraform/controls.yaml",),
    "terraform": ("terraform",),
}
_TOOLS = ("cfn-lint", "moto", "pytest", "troposphere")


def evidence(root: Path, release: Release, proofs: tuple[Proof, ...], account: AccountPolicies) -> Evidence:
    """The evidence of one release, from the results of tests and the account of the access matrix."""
    inputs, product = _inputs(root, release, proofs, account), release.product.name
    return Evidence(product, str(release.version), _digests(root, release), rows(inputs, product))


def _inputs(root: Path, release: Release, proofs: tuple[Proof, ...], account: AccountPolicies) -> EvidenceInputs:
    matches = _lint(root, release)
    waivers = {(waiver.rule, waiver.resource): waiver for waiver in release.product.waivers}
    waived = {
        match: waivers[match.rule, match.resource] for match in matches if (match.rule, match.resource) in waivers
    }
    violations: dict[EvidenceType, Messages] = {
        "template": _by_rule(
            (match.rule, f"{match.rule}: {match.resource}: {match.message}") for match in matches if match not in waived
        ),
        "policy": by_control((sentence, rule.controls) for sentence, rule in access_matrix.mismatches(account)),
    }
    reasons = _by_rule(
        (match.rule, f"{match.resource}: {waiver.reason} (until {waiver.until})") for match, waiver in waived.items()
    )
    enforcement = _enforcement(account)
    return EvidenceInputs(controls.read(root), enforcement, violations, reasons, _not_applicable(release), proofs)


def _lint(root: Path, release: Release) -> tuple[LintMatch, ...]:
    regions = repository.platform(root).regions
    with linter.lint_pool(regions) as start:
        return lint_cache.lint(root, release.body, regions, start)()


def _enforcement(account: AccountPolicies) -> Mapping[EvidenceType, Messages]:
    """Places that enforce each control: rules, plan checks, and rows of the access matrix."""
    rules, checks = rule_index.all_rules(), run.all_checks()
    return {
        "template": by_control((f"{rule.id} {_file(rule)}", rule.controls) for rule in rules),
        "plan": by_control((f"{check.id} {_file(check)}", check.controls) for check in checks),
        "policy": by_control((f"{rule.location} {rule.name}", rule.controls) for rule in account.rules),
    }


def _file(class_: type) -> str:
    return f"{class_.__module__.replace('.', '/')}.py"


def _by_rule(messages: Iterable[tuple[str, str]]) -> Messages:
    """(rule, message) pairs grouped by the controls that the rule enforces."""
    numbers = {rule.id: rule.controls for rule in rule_index.all_rules()}
    return by_control((message, numbers.get(rule, ())) for rule, message in messages)


def _not_applicable(release: Release) -> frozenset[int]:
    """Controls of template rules whose resource types the release does not contain."""
    types = {resource["Type"] for resource in declarations(json.loads(release.body), "Resources").values()}
    rules = tuple(rule_index.all_rules())
    applicable = {number for rule in rules if not rule.types or types & set(rule.types) for number in rule.controls}
    return frozenset(number for rule in rules for number in rule.controls) - applicable


def _digests(root: Path, release: Release) -> Mapping[str, str]:
    """Input -> its digest or version."""
    digests = {"template": release.digest}
    digests |= {name: test_results.digest(root, *paths) for name, paths in _DIGESTS.items()}
    digests |= {"tested sources": test_results.sources(root)}
    return digests | {name: version(name) for name in _TOOLS}
