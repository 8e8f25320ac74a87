"""`catalog packages check --files`: the allow-list against the lock files, in a small repository and in this one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generators.packages import differences, files
from generators.packages.model import PackageVersion, Requirement

ROOT = Path(__file__).resolve().parents[3]
ALLOW_LIST = """\
packages:
  - {ecosystem: python, name: numpy, versions: ["2.4.6"], reason: Trains models in projects}
  - {ecosystem: python, name: Typing_Extensions, versions: ["4.16.0"], reason: Dependency in projects}
"""
HASH = "    --hash=sha256:" + 64 * "0"
LOCK = f"numpy==2.4.6 \\\n{HASH} \\\n{HASH}\n    # via -r requirements.in\n\ntyping-extensions==4.16.0\n"


@pytest.fixture
def check(repository):
    """Writes allow-list and lock file and compares them; (exit code, lines, standard error)."""

    def run(allow_list=ALLOW_LIST, lock=LOCK, *options):
        repository.write("terraform/packages.yaml", allow_list)
        repository.write("requirements.lock", lock)
        result = repository.catalog("packages", "check", "--files", *options)
        return result.returncode, result.stdout.splitlines(), result.stderr

    return run


def test_this_repositorys_lock_files_have_approved_versions_alone():
    assert list(differences.in_files(files.allow_list(ROOT), files.lock_files(ROOT))) == []


def test_the_lock_files_of_platform_images_and_projects_are_read():
    names = {requirement.where.partition(":")[0] for requirement in files.lock_files(ROOT)}
    images = {f"terraform/images/{image}/requirements.txt" for image in ("inference", "processing", "training")}
    templates = "products/ml_project/templates/common/requirements.lock"
    assert names == {"requirements.lock", "terraform/images/vending/requirements.lock", templates, *images}


def test_equal_files_have_no_differences(check):
    assert check() == (0, ["2 approved versions checked: no differences"], "")


def test_a_version_that_is_not_approved_is_named_with_its_line_and_what_to_do(check):
    code, lines, _ = check(lock=f"{LOCK}scipy==1.17.1\nnumpy==2.5.0\n")
    assert code == 2
    assert lines[:2] == [
        "requirements.lock:7: scipy==1.17.1 is not on the allow-list; add it to terraform/packages.yaml with a reason",
        "requirements.lock:8: numpy==2.5.0 is not on the allow-list; "
        "add it to terraform/packages.yaml with a reason, or use 2.4.6",
    ]


def test_a_version_that_nothing_needs_is_named_unless_a_team_needs_it(check):
    entry = '  - {ecosystem: javascript, name: lodash, versions: ["4.17.21"], reason: Charts of a notebook%s}\n'
    code, lines, _ = check(ALLOW_LIST + entry % "")
    message = "no lock file has lodash@4.17.21; remove it, or write its team"
    assert (code, lines[0]) == (2, f"terraform/packages.yaml:4: {message}")
    assert check(ALLOW_LIST + entry % ", team: credit-risk")[0] == 0


def test_differences_are_also_json(check):
    code, lines, _ = check(ALLOW_LIST, "numpy==2.4.6\n", "--json")
    assert code == 2
    message = "no lock file has typing-extensions==4.16.0; remove it, or write its team"
    assert json.loads("\n".join(lines)) == [f"terraform/packages.yaml:3: {message}"]


@pytest.mark.parametrize("line", ["numpy", "numpy>=2", "numpy==2.*", "-r other.txt", "numpy @ https://x/y.whl", "=="])
def test_a_line_without_an_exact_version_is_refused(check, line):
    code, _, error = check(lock=f"{LOCK}{line}\n")
    assert (code, error) == (1, f"requirements.lock:7: '{line}' is no exact version; write NAME==VERSION\n")


def test_an_invalid_allow_list_is_refused(check):
    code, _, error = check(ALLOW_LIST.replace('["2.4.6"]', '["2.*"]'))
    assert code == 1
    assert error.startswith("terraform/packages.yaml:2: ")


def test_the_index_is_compared_in_both_directions():
    numpy, scipy = (PackageVersion("pypi", name, "1.0") for name in ("numpy", "scipy"))
    allowed = [Requirement(numpy, "terraform/packages.yaml:2")]
    assert list(differences.in_index(allowed, {numpy}, "approved")) == []
    assert list(differences.in_index(allowed, {scipy}, "approved")) == [
        "terraform/packages.yaml:2: numpy==1.0 is not in approved; copy it with `catalog packages sync`",
        "approved: scipy==1.0 is not on the allow-list; add it to terraform/packages.yaml, "
        "or delete it with `aws codeartifact delete-package-versions`",
    ]
