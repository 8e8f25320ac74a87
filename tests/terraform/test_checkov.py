"""Checkov over the Terraform: few findings, every skip with its reason in place."""

from pathlib import Path

import pytest

from scripts.checkov.__main__ import BOUND
from scripts.checkov.scan import scan

ROOT = Path(__file__).resolve().parents[2]
PLANTED = """
resource "aws_kms_key" "this" {
  description = "never rotated"
}
resource "aws_sns_topic" "this" {
  #checkov:skip=CKV_AWS_26:short
  name = "plain"
}
"""


@pytest.mark.slow  # it installs an environment of its own
def test_few_resources_fail_and_every_skip_says_why():
    found = scan(ROOT)
    assert found.resources > 100
    assert found.ratio <= BOUND, "\n".join(found.failures)
    assert [where for where, reason in found.skipped if len(reason) < 10] == []


@pytest.mark.slow
def test_a_planted_defect_is_found_and_a_skip_is_no_failure(tmp_path):
    (tmp_path / "main.tf").write_text(PLANTED)
    found = scan(ROOT, str(tmp_path))
    assert found.resources == 2
    assert any("aws_kms_key.this: CKV_AWS_7:" in failure for failure in found.failures)
    assert [reason for where, reason in found.skipped if "aws_sns_topic.this: CKV_AWS_26:" in where] == ["short"]
    assert not any("CKV_AWS_26" in failure for failure in found.failures)
