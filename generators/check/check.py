"""Everything that must hold before a version is published, as findings. Reads files, writes only its own cache."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from generators.check import lint as linter
from generators.check import lint_cache, waivers
from generators.check.compatibility.version_step import bump
from generators.check.lint import LintMatch
from generators.config import repository, validation
from generators.errors import UserError
from generators.launch_policy import FILE as LAUNCH_POLICY
from generators.launch_policy import lint, statements
from generators.release import changelog, product_readme, versions_folder
from generators.release.model import Finding, Product, Release
from generators.release.render import render
from generators.release.version import Bump


def check(
    root: Path, products: Sequence[Product], today: date, on_done: Callable[[Product], None] = lambda _: None
) -> tuple[Finding, ...]:
    """Findings of all products; UserError when one cannot be rendered. `on_done` hears of each product.

    UserError also when a launch policy is not valid.
    """
    regions = repository.platform(root).regions
    with linter.lint_pool(regions) as start:

        def begin(product: Product) -> tuple[Release, Callable[[], tuple[LintMatch, ...]]]:
            release = render(root, product)
            return release, lint_cache.lint(root, release.body, regions, start)

        begun = validation.map_all(begin, products)
        packages = validation.map_all(lambda it: _package(root, it[0]), begun)
        found: list[Finding] = []
        for (release, lints), package in zip(begun, packages, strict=True):
            found += [*waivers.apply(release.product, _findings(release, lints()), today), *package]
            on_done(release.product)
    return tuple(found)


def failed(findings: Iterable[Finding]) -> bool:
    """Whether a finding stands in the way of publishing."""
    return any(it.level == "error" for it in findings)


def _findings(release: Release, lints: tuple[LintMatch, ...]) -> tuple[Finding, ...]:
    file = release.product.path(f"versions/{release.version}.json")
    return tuple(Finding(it.rule, it.level, f"{file}:{it.line}", it.resource, it.message) for it in lints)


def _package(root: Path, release: Release) -> tuple[Finding, ...]:
    """What must hold of the folder around the template."""
    edited = _errors("frozen", versions_folder.modified_versions(release.product))
    return (
        *_launch_policy(root, release),
        *_changelog(release),
        *_readme(release),
        *(edited or (*_frozen(release), *_version(release))),
    )


def _launch_policy(root: Path, release: Release) -> tuple[Finding, ...]:
    """What is derived is right; whatever else stands there is judged word by word."""
    product = release.product
    try:
        wanted = lint_cache.launch_policy(root, product, release.body)
    except UserError as error:
        return _errors("launch-policy", error.problems)
    file = product.folder / LAUNCH_POLICY
    written = file.read_text(encoding="utf-8") if file.is_file() else ""
    if written == wanted:
        return ()
    if wrong := lint.problems(product):
        raise UserError(wrong)
    more, less = statements.difference(json.loads(written), json.loads(wanted))
    told = "".join([f", allows {' '.join(more)} beyond" if more else "", f", lacks {' '.join(less)}" if less else ""])
    fix = f"run `catalog launch-policy {product.name}`"
    return _errors("launch-policy", (f"{product.path(LAUNCH_POLICY)}: is not what the templates need{told}; {fix}",))


def _changelog(release: Release) -> tuple[Finding, ...]:
    try:
        changelog.summary(release.product, release.version)
    except UserError as error:
        return _errors("changelog", error.problems)
    return ()


def _readme(release: Release) -> tuple[Finding, ...]:
    fix = f"run `catalog render {release.product.name}`"
    stale = product_readme.stale(release.product, json.loads(release.body))
    return _errors("readme", (f"{release.product.path(it)}: it is not what the template says; {fix}" for it in stale))


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
    """The declared version against the newest frozen one below it."""
    previous = versions_folder.previous_release(release.product)
    if previous is None:
        return ()
    judgement = bump(json.loads(previous.body), json.loads(release.body))
    least = previous.version.after(judgement.bump)
    if judgement.bump is Bump.NONE:
        problem = f"nothing changed since {previous.version}; put the version back to {previous.version}"
    elif release.version < least:
        problem = f"{release.version} is too small a step from {previous.version}; raise it to {least}"
        problem += f": {'; '.join(judgement.reasons)}"
    else:
        return ()
    return _errors("version", (f"{_version_line(release.product)}: {problem}",))


def _version_line(product: Product) -> str:
    lines = (product.folder / "product.yaml").read_text(encoding="utf-8").splitlines()
    number = next((index for index, line in enumerate(lines, 1) if line.startswith("version:")), 1)
    return product.path(f"product.yaml:{number}")


def _errors(rule: str, problems: Iterable[str]) -> tuple[Finding, ...]:
    parts = (problem.split(": ", 1) for problem in problems)
    return tuple(Finding(rule, "error", where, "", text) for where, text in parts)
