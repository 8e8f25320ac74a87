"""Systems Manager's parameters: moto keeps them, EventBridge hears when one is written.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html
"""

import functools
from typing import Any

IGNORES = "documents, runs and maintenance windows do nothing; parameter policies; events of deletions and labels."


def install() -> None:
    """From now on a parameter that is written is told to the rules of the account's default bus."""
    from moto.ssm.models import SimpleSystemManagerBackend

    from scripts.localaws.ssm.events import tell

    stock = SimpleSystemManagerBackend.put_parameter

    @functools.wraps(stock)
    def put_parameter(self: Any, *given: Any, **named: Any) -> Any:
        made = stock(self, *given, **named)
        tell(self, "Create" if made.version == 1 else "Update", made)
        return made

    SimpleSystemManagerBackend.put_parameter = put_parameter
