"""Variables and words that a target does not take, which `make` refuses before it runs anything."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from scripts.make_arguments import problem, targets
from tests.unit.conftest import REPOSITORY

MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
TARGETS = targets(MAKEFILE)


def _make(*arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "--dry-run", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, env=variables, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("publish-product", "product=x"), "`make publish-product` has no such variable; did you mean 'PRODUCT'?"),
        (("publish-product", "studio"), "studio: there is no such target; use one of: apply"),
        (("vend", "PRODUCT=a b's"), "`make vend` has no such variable; use one of: PLAN, REFRESH, TARGET, TEAM"),
        (("publish-prodct",), "publish-prodct: there is no such target; did you mean 'publish-product'?"),
        (("vend", "PLAN=0"), "PLAN=0: the only value is 1; leave PLAN out otherwise"),
        (("decommission", "TEAM=fraud", "FORCE=no"), "FORCE=no: the only value is 1"),
    ],
)  # fmt: skip
def test_make_refuses(arguments: tuple[str, ...], message: str) -> None:
    completed = _make(*arguments)

    assert completed.returncode == 2
    assert message in completed.stderr


def test_make_accepts_the_variables_of_all_targets_on_the_command_line() -> None:
    completed = _make("check", "vend", "PRODUCT=studio-environment", "TEAM=all", "PLAN=1", "TARGET=aws")

    assert completed.returncode == 0, completed.stderr
    assert ".venv/bin/catalog check studio-environment" in completed.stdout
    assert "team all --plan" in completed.stdout


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_each_target_takes_what_its_help_names_and_nothing_else(target: str) -> None:
    for variable in TARGETS[target]:
        assert problem(MAKEFILE, [target], [variable]) == ""
        assert f"did you mean '{variable}'?" in problem(MAKEFILE, [target], [variable.lower()])
    assert problem(MAKEFILE, [target], ["COLOUR"]).startswith(f"COLOUR: `make {target}` has no such variable; ")


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_the_help_of_each_target_names_the_variables_that_its_recipe_reads(target: str) -> None:
    [recipe] = re.findall(rf"^{target}:.*\n((?:\t.*\n)*)", MAKEFILE, re.MULTILINE)

    read = set(re.findall(r"\b[A-Z][A-Z_]+\b(?=[,)])", recipe)) - {"CATALOG", "PY", "MAKEFILE_LIST"}

    assert read <= TARGETS[target]
