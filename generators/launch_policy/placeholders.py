"""The placeholders of a launch policy. Data."""

from __future__ import annotations

import re

# Placeholder that Terraform fills in (terraform/live/spoke) -> value in an example account.
EXAMPLE_VALUES = {
    "partition": "aws",
    "region": "eu-west-2",
    "account_id": "111122223333",
    "name_prefix": "mlops",
    "permissions_boundary_arn": "arn:aws:iam::111122223333:policy/mlops-boundary",
    "data_key_arn": "arn:aws:kms:eu-west-2:111122223333:key/11111111-2222-3333-4444-555555555555",
}
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


def example(text: str) -> str:
    """The text with the values of the example account; an unknown placeholder stays."""
    return _PLACEHOLDER.sub(lambda match: EXAMPLE_VALUES.get(match[1], match[0]), text)
