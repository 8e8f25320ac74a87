"""cfn-lint alone, with nothing switched off, over the products' newest templates in every region of the platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from generators.check.lint import lint_pool
from generators.config import repository
from scripts.audit.report import Report


def audit(root: Path, templates: Mapping[str, Path]) -> Report:
    """Errors, warnings and information count alike; our own rules are counted as well."""
    regions = repository.platform(root).regions
    with lint_pool(regions) as start:
        begun = {name: start(path.read_bytes()) for name, path in templates.items()}
        found = {name: item.result() for name, item in begun.items()}
    failures = tuple(
        f"{templates[name].relative_to(root)}:{lint.line}: {lint.resource}: {lint.rule}: {lint.message}"
        for name, lints in found.items()
        for lint in lints
    )
    seen = f"{len(templates)} templates in {', '.join(regions)}"
    raw = {name: [asdict(lint) for lint in lints] for name, lints in found.items()}
    return Report("cfn-lint", seen, f"{len(failures)} findings", "none", not failures, failures, raw)
