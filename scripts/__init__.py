"""The commands a person runs: catalog, vend, demo, and the embedded AWS.

Ctrl-C while a command imports its modules, before `scripts.program` runs it, ends it without a traceback as well. Where
Python drops exceptions, such as between a fork and its end, the interrupt is repeated a moment later.
"""

import os
import signal
import sys
import threading
from types import TracebackType

_MOMENT = 0.05  # seconds


def _end_when_interrupted(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        os.write(2, b"interrupted; nothing was done\n")
        os._exit(130)
    sys.__excepthook__(kind, error, traceback)


def _repeat_interrupt(unraisable: "sys.UnraisableHookArgs") -> None:
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        main = threading.main_thread().ident
        threading.Timer(_MOMENT, signal.pthread_kill, (main, signal.SIGINT)).start()
    else:
        sys.__unraisablehook__(unraisable)


sys.unraisablehook = _repeat_interrupt
sys.excepthook = _end_when_interrupted
