"""The placeholders of a launch policy. Data."""

from __future__ import annotations

import re

# What Terraform fills in (terraform/live/spoke), with the values of an example account.
WORDS = {
    "partition": "aws",
    "region": "eu-west-2",
    "account_id": "111122223333",
    "name_prefix": "mlops",
    "permissions_boundary_arn": "arn:aws:iam::111122223333:policy/mlops-boundary",
    "data_key_arn": "arn:aws:kms:eu-west-2:111122223333:key/11111111-2222-3333-4444-555555555555",
}
_WORD = re.compile(r"\$\{(\w+)\}")


def example(text: str) -> str:
    """The text with the example account's values; a word that nobody fills in stays."""
    return _WORD.sub(lambda it: WORDS.get(it[1], it[0]), text)
