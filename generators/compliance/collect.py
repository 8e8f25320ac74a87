"""What the table of a release is made of: its bytes are judged, cells are decided, outcomes of tests are read.

Reads files; writes nothing but the cache of what linting found.
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
from generators.compliance import rule_index, test_results
from generators.compliance.evidence import Evidence, Known, Said, rows
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
    """The table of one release, from what tests said and the account on which cells are decided."""
    known = _known(root, release, proofs, account)
    product = release.product.name
    return Evidence(product, str(release.version), _made_of(root, release), rows(known, product))


def _known(root: Path, release: Release, proofs: tuple[Proof, ...], account: AccountPolicies) -> Known:
    regions = repository.platform(root).regions
    with linter.lint_pool(regions) as start:
        lints = lint_cache.lint(root, release.body, regions, start)()
    enforced: dict[EvidenceType, Said] = {
        "template": by_control((f"{it.id} {_file(it)}", it.controls) for it in rule_index.known()),
        "plan": by_control((f"{it.id} {_file(it)}", it.controls) for it in run.all_checks()),
        "policy": by_control((f"{rule.location} {rule.name}", rule.controls) for rule in account.rules),
    }
    waivers = {(it.rule, it.resource): it for it in release.product.waivers}
    waived = {it: waivers[it.rule, it.resource] for it in lints if (it.rule, it.resource) in waivers}
    broken: dict[EvidenceType, Said] = {
        "template": _said(it for it in lints if it not in waived),
        "policy": _wrong(account),
    }
    answered = _by_rule((it.rule, f"{it.resource}: {why.reason} (until {why.until})") for it, why in waived.items())
    return Known(controls.read(root), enforced, broken, answered, _absent(release), proofs)


def _file(kind: type) -> str:
    return f"{kind.__module__.replace('.', '/')}.py"


def _said(lints: Iterable[LintMatch]) -> Said:
    return _by_rule((it.rule, f"{it.rule}: {it.resource}: {it.message}") for it in lints)


def _by_rule(said: Iterable[tuple[str, str]]) -> Said:
    """(rule, sentence) by the controls that the rule enforces."""
    controls = {it.id: it.controls for it in rule_index.known()}
    return by_control((sentence, controls.get(rule, ())) for rule, sentence in said)


def _wrong(account: AccountPolicies) -> Said:
    """Cells that are decided otherwise than the matrix says."""
    return by_control((sentence, task.controls) for sentence, task in access_matrix.mismatches(account))


def _absent(release: Release) -> frozenset[int]:
    """Controls of which the release holds no resource that they are about."""
    held = {it["Type"] for it in json.loads(release.body)["Resources"].values()}
    met = {number for it in rule_index.known() if not it.types or held & set(it.types) for number in it.controls}
    return frozenset(number for it in rule_index.known() for number in it.controls) - met


def _made_of(root: Path, release: Release) -> Mapping[str, str]:
    made = {"template": release.digest}
    made |= {name: test_results.digest(root, *paths) for name, paths in _DIGESTS.items()}
    made |= {"everything that was tested": test_results.sources(root)}
    return made | {name: version(name) for name in _TOOLS}
