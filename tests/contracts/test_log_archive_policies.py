"""The log archive's bucket and key policies, decided by the evaluator: services write, nobody deletes."""

from pathlib import Path
from typing import Any

import pytest

from generators.policy.evaluate import Context, Decision, Question, decide

POLICIES = Path(__file__).resolve().parents[2] / "terraform/modules/log_archive/policies"
WORDS = {"bucket_arn": "arn:aws:s3:::logs", "account_id": "444455556666", "organization_id": "o-a1b2c3d4e5"}
OBJECT, FOREIGN = "arn:aws:s3:::logs/AWSLogs/111122223333/x.gz", {"aws:SourceOrgID": "o-zzzzzzzzzz"}
TRAIL, CONFIG = {"Service": ("cloudtrail.amazonaws.com",)}, {"Service": ("config.amazonaws.com",)}
PERSON = {"AWS": ("arn:aws:iam::444455556666:role/OrganizationAccountAccessRole",)}
SENT = {
    "aws:SecureTransport": "true",
    "aws:PrincipalIsAWSService": "true",
    "aws:SourceOrgID": "o-a1b2c3d4e5",
    "s3:x-amz-acl": "bucket-owner-full-control",
}
BY_A_PERSON = {"aws:PrincipalIsAWSService": "false", "aws:SourceOrgID": None}
PASSES, REFUSED, SILENT = (Decision.ALLOW, Decision.DIRECT), (Decision.DENY,), (Decision.NONE,)


def _says(document: str, action: str, resource: str, principals: Any, keys: dict[str, Any]) -> Decision:
    text = (POLICIES / f"{document}.json").read_text(encoding="utf-8")
    for word, value in WORDS.items():
        text = text.replace(f"${{{word}}}", value)
    account = next((arn.split(":")[4] for arn in principals.get("AWS", ())), "")
    sent = {key.lower(): (value,) for key, value in {**SENT, **keys}.items() if value}
    return decide([text], Question(action, resource, Context(sent), principals, account))


@pytest.mark.parametrize(
    ("action", "who", "keys", "expected"),
    [
        ("s3:PutObject", TRAIL, {}, PASSES),
        ("s3:PutObject", CONFIG, {}, PASSES),
        ("s3:PutObject", TRAIL, FOREIGN, SILENT),
        ("s3:PutObject", TRAIL, {"aws:SourceOrgID": None}, SILENT),
        ("s3:PutObject", {"Service": ("logging.s3.amazonaws.com",)}, {}, SILENT),
        ("s3:PutObject", PERSON, BY_A_PERSON, REFUSED),
        ("s3:GetObject", TRAIL, {}, SILENT),
        ("s3:DeleteObject", PERSON, BY_A_PERSON, REFUSED),
        ("s3:DeleteObjectVersion", PERSON, BY_A_PERSON, REFUSED),
        ("s3:BypassGovernanceRetention", PERSON, BY_A_PERSON, REFUSED),
        ("s3:PutObjectRetention", PERSON, BY_A_PERSON, REFUSED),
        ("s3:DeleteObject", TRAIL, {}, REFUSED),
        ("s3:GetObject", PERSON, {**BY_A_PERSON, "aws:SecureTransport": "false"}, REFUSED),
        ("s3:GetObject", PERSON, BY_A_PERSON, SILENT),
    ],
)
def test_the_bucket_takes_logs_of_the_organisation_alone_and_keeps_them(
    action: str, who: Any, keys: dict[str, Any], expected: tuple[Decision, ...]
) -> None:
    assert _says("bucket", action, OBJECT, who, keys) in expected


@pytest.mark.parametrize(
    ("action", "who", "keys", "expected"),
    [
        ("kms:GenerateDataKey", TRAIL, {}, PASSES),
        ("kms:GenerateDataKey", CONFIG, FOREIGN, SILENT),
        ("kms:ScheduleKeyDeletion", TRAIL, {}, SILENT),
        ("kms:Decrypt", {"AWS": ("arn:aws:iam::111122223333:role/developer",)}, BY_A_PERSON, SILENT),
    ],
)
def test_the_key_serves_deliveries_of_the_organisation(
    action: str, who: Any, keys: dict[str, Any], expected: tuple[Decision, ...]
) -> None:
    assert _says("key", action, "arn:aws:kms:eu-west-2:444455556666:key/1", who, keys) in expected
