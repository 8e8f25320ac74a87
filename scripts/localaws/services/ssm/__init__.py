"""Systems Manager parameters: moto stores them; a write sends an event to EventBridge.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html
"""

import functools
import threading
from typing import Any


def install() -> None:
    """Send an event of every written parameter to the rules of the account's default event bus."""
    from moto.ssm.models import SimpleSystemManagerBackend

    from scripts.localaws.services.ssm.events import send_change_event

    lock = threading.Lock()  # moto lists a parameter before it has its first version
    put_in_moto = SimpleSystemManagerBackend.put_parameter
    describe_in_moto = SimpleSystemManagerBackend.describe_parameters

    @functools.wraps(put_in_moto)
    def put_parameter(self: Any, *args: Any, **kwargs: Any) -> Any:
        with lock:
            parameter = put_in_moto(self, *args, **kwargs)
        send_change_event(self, "Create" if parameter.version == 1 else "Update", parameter)
        return parameter

    @functools.wraps(describe_in_moto)
    def describe_parameters(self: Any, *args: Any, **kwargs: Any) -> Any:
        with lock:
            return describe_in_moto(self, *args, **kwargs)

    SimpleSystemManagerBackend.put_parameter = put_parameter
    SimpleSystemManagerBackend.describe_parameters = describe_parameters
