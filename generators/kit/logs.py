"""Log groups. Pure."""

from __future__ import annotations

from typing import Any

from troposphere import Template
from troposphere.logs import LogGroup

from generators.kit.ssm_input import contract
from generators.kit.tags import tags

DAYS = 365  # a year, so that an audit finds the last one


def log_group(t: Template, title: str, name: Any) -> LogGroup:
    """A log group with the account's key and a year's retention. It goes with the product; the audit trail stays."""
    return LogGroup(
        title,
        LogGroupName=name,
        RetentionInDays=DAYS,
        KmsKeyId=contract(t, "spoke", "logs_key_arn"),
        Tags=tags(t),
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Retain",
    )
