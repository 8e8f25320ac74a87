"""CloudWatch log groups. Pure."""

from __future__ import annotations

from typing import Any

from troposphere import Template
from troposphere.logs import LogGroup

from generators.kit.ssm_input import contract
from generators.kit.tags import tags

LOG_RETENTION_DAYS = 365  # a year, for audits


def log_group(t: Template, title: str, name: Any) -> LogGroup:
    """A log group under the account's log key with a year's retention; terminating the product deletes it."""
    return LogGroup(
        title,
        LogGroupName=name,
        RetentionInDays=LOG_RETENTION_DAYS,
        KmsKeyId=contract(t, "spoke", "logs_key_arn"),
        Tags=tags(t),
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
    )
