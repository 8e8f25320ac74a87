"""All checks of a product before a version is published. Reads files, writes only its own cache."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generators.check import lint as linter
from generators.check import lint_cache, waivers
from generators.check.compatibility.version_step import is_same_text, version_step
from generators.check.lint import LintMatch
from generators.config import repository, text_file, validation
from generators.errors import UserError
from generators.launch_policy import FILE as LAUNCH_POLICY
from generators.launch_policy import lint, statements
from generators.release import changelog, git_history, load, product_readme, seeds, versions_folder
from generators.release.model import Finding, Product, Release
from generators.release.render import render


def check(
    root: Path, products: Sequence[Product], today: date, on_progress: Callable[[Product], None] = lambda _: None
) -> tuple[Finding, ...]:
    """Findings of all products; UserError when a template cannot be rendered or a launch policy is not valid."""
    regions = repository.platform(root).regions
    context = _Context(root, git_history.head_blobs(root, "products"), load.launch_roles(root, products))
    with linter.lint_pool(regions) as start:

        def begin(product: Product) -> tuple[Release, Callable[[], tuple[LintMatch, ...]]]:
            release = render(root, product)
            return release, lint_cache.lint(root, release.body, regions, start)

        releases = validation.map_all(begin, products)
        folder_findings = validation.map_all(lambda pair: _folder_findings(context, pair[0]), releases)
        findings: list[Finding] = []
        for (release, matches), other_findings in zip(releases, folder_findings, strict=True):
            lint_findings = waivers.apply(release.product, _lint_findings(release, matches()), today)
            findings += [*lint_findings, *other_findings]
            on_progress(release.product)
    return tuple(findings)


def failed(findings: Iterable[Finding]) -> bool:
    """Whether a finding prevents publishing."""
    return any(finding.level == "error" for finding in findings)


def _lint_findings(release: Release, matches: tuple[LintMatch, ...]) -> tuple[Finding, ...]:
    file = release.product.path(f"versions/{release.version}.json")
    return tuple(
        Finding(match.rule, match.level, f"{file}:{match.line}", match.resource, match.message) for match in matches
    )


@dataclass(frozen=True, slots=True)
class _Context:
    """The repository, its committed files (path -> blob), and the products of each launch role (role -> names)."""

    root: Path
    blobs: Mapping[str, str]
    launch_roles: Mapping[str, tuple[str, ...]]


def _folder_findings(context: _Context, release: Release) -> tuple[Finding, ...]:
    """Findings about the other files of the product's folder."""
    product = release.product
    problems = (
        *versions_folder.modified_versions(product),
        *seeds.modified_archives(product),
        *versions_folder.changes_since_commit(product, context.blobs),
    )
    modified = _errors("frozen", dict.fromkeys(problems))
    return (
        *_launch_role(context, product),
        *_launch_policy(context.root, release),
        *_changelog(release),
        *_readme(release),
        *(modified or (*_frozen(release), *_version(release))),
    )


def _launch_role(context: _Context, product: Product) -> tuple[Finding, ...]:
    """A launch role serves one product: its policy allows what that product's templates need, and nothing else."""
    others = [name for name in context.launch_roles[product.launch_role] if name != product.name]
    own = f"launch-{product.name}"
    if not others or product.launch_role == own:
        return ()
    where = f"{product.path('product.yaml')}:{_line(product, 'launch_role:')}"
    problem = f"{product.launch_role} is the launch role of {' and '.join(others)}; name one of its own, such as {own}"
    return _errors("launch-role", (f"{where}: {problem}",))


def _launch_policy(root: Path, release: Release) -> tuple[Finding, ...]:
    """A derived policy is valid; only a different one is checked."""
    product = release.product
    try:
        derived = lint_cache.launch_policy(root, product, release.body)
    except UserError as error:
        return _errors("launch-policy", error.problems)
    file = product.folder / LAUNCH_POLICY
    current = text_file.read_bytes(file, product.path(LAUNCH_POLICY)) if file.exists() else b""
    if current == derived.encode():
        return ()
    if problems := lint.problems(product):
        raise UserError(problems)
    more, less = statements.difference(json.loads(current), json.loads(derived))
    allows, lacks = f", allows {' '.join(more)} beyond" if more else "", f", lacks {' '.join(less)}" if less else ""
    fix = f"run `catalog launch-policy {product.name}`"
    problem = f"{product.path(LAUNCH_POLICY)}: is not what the templates need{allows}{lacks}; {fix}"
    return _errors("launch-policy", (problem,))


def _changelog(release: Release) -> tuple[Finding, ...]:
    try:
        changelog.summary(release.product, release.version)
    except UserError as error:
        return _errors("changelog", error.problems)
    return ()


def _readme(release: Release) -> tuple[Finding, ...]:
    fix = f"run `catalog render {release.product.name}`"
    stale = product_readme.stale(release.product, json.loads(release.body))
    paths = (release.product.path(file) for file in stale)
    return _errors("readme", (f"{path}: it is not what the template says; {fix}" for path in paths))


def _frozen(release: Release) -> tuple[Finding, ...]:
    product = release.product
    where = product.path(f"versions/{release.version}.json")
    if not release.path.exists():
        problem = f"version {release.version} is not rendered; run `catalog render {product.name}`"
    elif release.path.read_bytes() != release.body:
        problem = f"the template gives other content now; raise the version or run `catalog render {product.name}`"
    else:
        return ()
    return _errors("frozen", (f"{where}: {problem}",))


def _version(release: Release) -> tuple[Finding, ...]:
    """Compare the declared version with the newest frozen one below it."""
    previous = versions_folder.previous_release(release.product)
    if previous is None:
        return ()
    templates = json.loads(previous.body), json.loads(release.body)
    step = version_step(*templates)
    least = previous.version.after(step.bump)
    if is_same_text(*templates):
        problem = f"nothing changed since {previous.version}; put the version back to {previous.version}"
    elif release.version < least:
        problem = f"{release.version} is too small a step from {previous.version}; raise it to {least}"
        problem += f": {'; '.join(step.reasons)}"
    else:
        return ()
    where = f"{release.product.path('product.yaml')}:{_line(release.product, 'version:')}"
    return _errors("version", (f"{where}: {problem}",))


def _line(product: Product, key: str) -> int:
    """The number of the line of product.yaml that begins with the key."""
    text = text_file.read(product.folder / "product.yaml", product.path("product.yaml"))
    return next((number for number, line in enumerate(text.splitlines(), 1) if line.startswith(key)), 1)


def _errors(rule: str, problems: Iterable[str]) -> tuple[Finding, ...]:
    parts = (problem.split(": ", 1) for problem in problems)
    return tuple(Finding(rule, "error", where, "", text) for where, text in parts)
