"""Mistakes in platform.yaml: one message that names file, line and fix, the exit code, and no traceback."""

from __future__ import annotations

import pytest

PLATFORM = "terraform/platform.yaml"

# the author's edit: (file, old text, new text, message); LINE is the line of the new text
MISTAKES = {
    "an unknown key of the platform": (
        PLATFORM,
        "name_prefix:",
        "name_prefx:",
        f"{PLATFORM}:LINE: unknown key 'name_prefx'; did you mean 'name_prefix'?",
    ),
    "an account number without quotes": (
        PLATFORM,
        '"222222222222"',
        "222222222222",
        f"{PLATFORM}:LINE: 'hub: 222222222222' is not text to YAML; put it in quotes (12 digits in quotes)",
    ),
    "an unknown unit": (
        PLATFORM,
        "organizational_units: [development, pre-production, production]",
        "organizational_units: [devlopment]",
        f"{PLATFORM}:LINE: unknown organisational unit 'devlopment'; did you mean 'development'?",
    ),
    "an exception that is no setting": (
        PLATFORM,
        "mirror_exceptions: [budget_alert_percent]",
        "mirror_exceptions: [budget_percent]",
        f"{PLATFORM}:LINE: unknown setting 'budget_percent'; did you mean 'budget_alert_percent'?",
    ),
    "a setting that CloudWatch does not know": (
        PLATFORM,
        "log_retention_days: 90",
        "log_retention_days: 100",
        f"{PLATFORM}:LINE: 'log_retention_days: 100' does not fit; write days that CloudWatch Logs knows",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_platform_is_one_message_with_file_line_and_fix(repository, mistake):
    repository.refuses(*MISTAKES[mistake])
