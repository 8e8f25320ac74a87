"""Independent scanners find planted defects; the platform is within their bounds; missing tools are reported."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generators.release import load, versions_folder
from scripts.audit import checkov, control_tower, lint, nist

ROOT = Path(__file__).resolve().parents[2]
RELEASES = map(versions_folder.declared_release, load.products(ROOT))
TEMPLATES = {release.product.name: release.path for release in RELEASES}
TERRAFORM = """
resource "aws_kms_key" "this" {
  description = "never rotated"
}
resource "aws_sns_topic" "this" {
  #checkov:skip=CKV_AWS_26:short
  name = "plain"
}
"""
BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "open-${AWS::AccountId}"}}}
pytestmark = pytest.mark.slow  # each installs an environment of its own


@pytest.fixture
def planted(tmp_path):
    """A template with an unprotected bucket."""
    file = tmp_path / "planted.json"
    file.write_text(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Open": BUCKET}}))
    return {"planted": file}


def test_checkov_counts_failures_and_reads_the_reasons_of_skips(tmp_path):
    (tmp_path / "main.tf").write_text(TERRAFORM)
    scan = checkov.scan(ROOT, "--framework", "terraform", "--directory", str(tmp_path))
    assert scan.resources == 2
    assert any("aws_kms_key.this: CKV_AWS_7:" in failure for failure in scan.failures)
    assert [reason for where, reason in scan.skipped if "aws_sns_topic.this: CKV_AWS_26:" in where] == ["short"]
    assert not any("CKV_AWS_26" in failure for failure in scan.failures)
    assert len(scan.unexplained_skips) == 1
    assert "aws_sns_topic.this: CKV_AWS_26" in scan.unexplained_skips[0]


def test_control_tower_finds_the_planted_defect(planted):
    report = control_tower.audit(ROOT, planted)
    assert not report.passed
    assert any(line.startswith("planted: Open: CT.S3.PR.2") for line in report.failures)


def test_the_nist_pack_finds_the_planted_defect(planted):
    failures = nist.audit(ROOT, planted).failures
    assert any("planted: Open: NIST.800.53.R5-S3BucketVersioning" in failure for failure in failures)


@pytest.mark.parametrize("scanner", [checkov, control_tower, lint], ids=lambda module: module.__name__)
def test_the_platform_is_within_the_bound(scanner):
    report = scanner.audit(ROOT, TEMPLATES)
    assert report.passed, "\n".join((report.result, *report.failures))


def test_a_missing_tool_is_reported_and_the_other_scanners_run(tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "git").symlink_to(shutil.which("git"))
    process = subprocess.run(
        [sys.executable, "-m", "scripts.audit"],
        cwd=ROOT, env=os.environ | {"PATH": str(programs)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "control-tower is skipped: npm is not on the PATH; install Node.js 20 or newer" in process.stdout
    assert process.returncode == 0, process.stderr
    summary = json.loads((ROOT / ".local/audit/summary.json").read_text())
    assert [report["scanner"] for report in summary["reports"]] == ["cfn-lint", "checkov"]
