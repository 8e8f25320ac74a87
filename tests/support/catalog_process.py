"""Runs `catalog` in a process of its own, forked from a server that has imported the program.

A process that starts from nothing imports boto3 and cfn-lint first, which takes longer than most commands.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess

_FORK_SERVER = multiprocessing.get_context("forkserver")
_FORK_SERVER.set_forkserver_preload(["tests.support.catalog_preload"])


def run(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> CompletedProcess[str]:
    """The exit code and output of `catalog` with these arguments, in this folder and with this environment."""
    with tempfile.TemporaryDirectory() as outputs:
        out, err = Path(outputs, "out"), Path(outputs, "err")
        process = _FORK_SERVER.Process(target=_catalog, args=(list(arguments), folder, dict(environment), out, err))
        process.start()
        process.join()
        assert process.exitcode is not None
        return CompletedProcess(list(arguments), process.exitcode, out.read_text("utf-8"), err.read_text("utf-8"))


def _catalog(arguments: list[str], folder: Path, environment: dict[str, str], out: Path, err: Path) -> None:
    from scripts.catalog.__main__ import main

    multiprocessing.set_start_method("fork", force=True)  # as in a process that nobody forked
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for descriptor, file in ((1, out), (2, err)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), descriptor)
    sys.argv = ["catalog", *arguments]
    main()
