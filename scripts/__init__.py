"""The commands a person runs: catalog, vend, demo, and the embedded AWS.

Ctrl-C while a command imports its modules, before `scripts.program` runs it, ends it without a traceback as well.
"""

import os
import sys
from types import TracebackType


def _end_when_interrupted(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        os.write(2, b"interrupted; nothing was done\n")
        os._exit(130)
    sys.__excepthook__(kind, error, traceback)


sys.excepthook = _end_when_interrupted
