"""conftest.py records the outcomes of marked tests, in one process or in many, for `catalog evidence`."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generators.compliance import test_results
from tests.support import fork_server

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = '[tool.pytest.ini_options]\ntestpaths = ["tests"]\nmarkers = ["slow: x", "control(number): x"]\n'
TESTS = """\
import pytest

@pytest.mark.control(45)
def test_holds(): pass

@pytest.mark.control(46, 38, on="plan", product="studio")
def test_holds_not(): raise AssertionError

@pytest.mark.control(34)
def test_cannot_start(nothing): pass

@pytest.mark.slow
@pytest.mark.control(72)
def test_takes_long(): pass

def test_proves_nothing(): pass
"""
OUTCOMES = {
    "test_holds": ([45], "running", "", "passed"),
    "test_holds_not": ([46, 38], "plan", "studio", "failed"),
    "test_cannot_start": ([34], "running", "", "failed"),
    "test_takes_long": ([72], "running", "", "not run"),
}


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    (tmp_path / "tests" / "test_some.py").write_text(TESTS)
    return tmp_path


def run_pytest(folder, *arguments):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    options = ("-p", "xdist.plugin", "-p", "no:cacheprovider", f"--basetemp={folder}/tmp")
    command = [sys.executable, "-m", "pytest", *options, *arguments]
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)


def catalog(folder, *arguments):
    return fork_server.catalog(arguments, folder, os.environ)


def recorded(folder):
    return json.loads((folder / test_results.FILE).read_text("utf-8"))


@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["one process", "many"])
def test_the_outcome_of_every_marked_test_is_recorded(repository, processes):
    run_pytest(repository, "-m", "not slow", *processes)
    content = recorded(repository)
    outcomes = {
        proof["test"].partition("::")[2]: (proof["controls"], proof["on"], proof["product"], proof["outcome"])
        for proof in content["proofs"]
    }
    assert outcomes == OUTCOMES
    assert content["whole"]
    assert content["sources"] == test_results.sources(repository)


def test_a_run_of_one_file_is_not_complete(repository):
    run_pytest(repository, "tests/test_some.py")
    assert not recorded(repository)["whole"]


def test_evidence_requires_test_results_and_then_lists_controls_that_are_not_proven(tmp_path):
    for name in ("products", "terraform"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns(".terraform"))
    product = "studio-user-profile"
    without_results = catalog(tmp_path, "evidence", product)
    test_results.record(tmp_path, test_results.sources(tmp_path), [], whole=True)
    first = catalog(tmp_path, "evidence", product)
    report = (tmp_path / ".local" / "evidence" / product / "1.1.0.json").read_bytes()
    again = catalog(tmp_path, "evidence", product)

    assert (without_results.returncode, without_results.stderr.count("\n")) == (1, 1)
    assert "run `make test` and `make test-terraform` first" in without_results.stderr
    assert (first.returncode, again.returncode) == (2, 2), first.stderr
    assert "control 72 (No state, output or log contains a secret) on running: not proven" in first.stderr
    assert (tmp_path / ".local" / "evidence" / product / "1.1.0.json").read_bytes() == report
    assert (tmp_path / ".local" / "evidence" / product / "1.1.0.html").exists()
    unknown = catalog(tmp_path, "evidence", product, "--version", "9.9.9")
    assert unknown.stderr == f"--version 9.9.9: {product} has no such version; choose one of 1.0.0, 1.1.0\n"
