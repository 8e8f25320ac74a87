"""Systems Manager's parameters: moto keeps them, EventBridge hears when one is written.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html
"""

import functools
import threading
from typing import Any

IGNORES = "documents, runs and maintenance windows do nothing; parameter policies; events of deletions and labels."


def install() -> None:
    """From now on a parameter that is written is told to the rules of the account's default bus."""
    from moto.ssm.models import SimpleSystemManagerBackend

    from scripts.localaws.services.ssm.events import tell

    one_at_a_time = threading.Lock()  # moto lists a parameter before it has its first version
    stock, stock_list = SimpleSystemManagerBackend.put_parameter, SimpleSystemManagerBackend.describe_parameters

    @functools.wraps(stock)
    def put_parameter(self: Any, *given: Any, **named: Any) -> Any:
        with one_at_a_time:
            made = stock(self, *given, **named)
        tell(self, "Create" if made.version == 1 else "Update", made)
        return made

    @functools.wraps(stock_list)
    def describe_parameters(self: Any, *given: Any, **named: Any) -> Any:
        with one_at_a_time:
            return stock_list(self, *given, **named)

    SimpleSystemManagerBackend.put_parameter = put_parameter
    SimpleSystemManagerBackend.describe_parameters = describe_parameters
