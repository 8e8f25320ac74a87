"""Starts `catalog` and the embedded AWS as processes forked from a server that has imported both.

A process that starts from nothing imports boto3, cfn-lint or moto first, which takes longer than most tests.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from subprocess import CompletedProcess

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.support.preload"])


def catalog(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> CompletedProcess[str]:
    """The exit code and output of `catalog` with these arguments, in this folder and with this environment."""
    with tempfile.TemporaryDirectory() as outputs:
        out, err = Path(outputs, "out"), Path(outputs, "err")
        process = start("scripts.catalog.__main__", arguments, folder, environment, out, err)
        process.join()
        assert process.exitcode is not None
        return CompletedProcess(list(arguments), process.exitcode, out.read_text("utf-8"), err.read_text("utf-8"))


def start(
    module: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], out: Path, err: Path
) -> ForkServerProcess:
    """A process that runs `main` of a module; its output goes to two files."""
    settings = (module, list(arguments), folder, dict(environment), out, err)
    process = _CONTEXT.Process(target=_run, args=settings)
    process.start()
    return process


def _run(module: str, arguments: list[str], folder: Path, environment: dict[str, str], out: Path, err: Path) -> None:
    multiprocessing.set_start_method("fork", force=True)  # as in a process that nobody forked
    random.seed()  # otherwise all processes draw the same numbers
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for descriptor, file in ((1, out), (2, err)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor)
    sys.argv = [module, *arguments]
    importlib.import_module(module).main()
