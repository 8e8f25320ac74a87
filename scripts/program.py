"""Runs a command as a whole process: its exit code, and one sentence for what ended it before its end.

Exit codes: 0 done; 1 invalid input, or a file that cannot be written; 2 findings; 3 AWS refused; 130 interrupted.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

import click

from generators.config import files
from generators.errors import UserError

_INTERRUPTED, _BROKEN_PIPE = 128 + signal.SIGINT, 128 + signal.SIGPIPE  # as a shell reports these signals
_NO_TEMPORARY_FOLDER = "No usable temporary directory"  # of module tempfile, without an errno of its own


def run(name: str, command: Callable[[], int | None], after_interrupt: str) -> NoReturn:
    """Run the command and end the process; an error that is not translated here is ours and keeps its traceback.

    After Ctrl-C the process does not wait for its threads, and ends the processes of its pools.
    """
    try:
        exit_code = command() or 0
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        exit_code = 1
    except (click.Abort, KeyboardInterrupt):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _print(f"{name}: interrupted; {after_interrupt}")
        _end_now(_INTERRUPTED)
    except UserError as error:
        _print(*error.problems)
        exit_code = error.exit_code
    except BrokenPipeError:
        _discard_output()
        exit_code = _BROKEN_PIPE  # the reader has seen enough, as with `| head`
    except OSError as error:
        problem = _access_problem(name, error)
        if not problem:
            raise
        _print(problem)
        _discard_output()
        exit_code = 1
    sys.exit(exit_code)


def _access_problem(name: str, error: OSError) -> str:
    """The sentence for an error of the machine; "" for an error of ours."""
    if _NO_TEMPORARY_FOLDER in str(error):
        return f"{name}: {error.strerror}; make one of them writable and run the command again"
    return files.access_problem(error, f"{name}: standard output or a temporary file")


def _end_now(exit_code: int) -> NoReturn:
    for child in multiprocessing.active_children():
        child.terminate()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(exit_code)


def _print(*problems: str) -> None:
    with contextlib.suppress(OSError):
        sys.stderr.write("".join(f"{problem}\n" for problem in problems))
        sys.stderr.flush()


def _discard_output() -> None:
    """Drop what is still buffered for a standard output that takes nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
