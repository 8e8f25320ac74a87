"""Lints the newest templates of the products for every region, without waivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from generators.check.lint import lint_pool
from generators.config import repository
from scripts.audit.report import Report


def audit(root: Path, templates: Mapping[str, Path]) -> Report:
    """Errors, warnings and informational matches count equally, also those of the platform's rules."""
    regions = repository.platform(root).regions
    with lint_pool(regions) as start:
        futures = {name: start(path.read_bytes()) for name, path in templates.items()}
        matches_of = {name: future.result() for name, future in futures.items()}
    failures = tuple(
        f"{templates[name].relative_to(root)}:{match.line}: {match.resource}: {match.rule}: {match.message}"
        for name, matches in matches_of.items()
        for match in matches
    )
    scope = f"{len(templates)} templates in {', '.join(regions)}"
    raw = {name: [asdict(match) for match in matches] for name, matches in matches_of.items()}
    return Report("cfn-lint", scope, f"{len(failures)} findings", "none", not failures, failures, raw)
