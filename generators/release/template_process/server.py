"""The template server: forks a confined process for each template and passes its result on. Never runs a template.

The server is the first process of its namespace, so nothing that a template leaves behind outlives the result.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import os
import pickle
import re
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from generators.config import repository
from generators.errors import UserError
from generators.release.template_process import audit_hook, confinement, program
from generators.release.template_process.program import TemplateFile

_IMPORT = re.compile(r"^(?:from|import) +((?:troposphere|generators)[\w.]*)(?: +import +\(?([\w ,]*))?", re.MULTILINE)
_LENGTH = 8  # bytes in front of each message
STARTED = b"started"  # from here on, the time is the template's


def run(control: socket.socket, cpu_seconds: int) -> None:
    """Confine this process, say what is missing, and serve until the other end closes."""
    _leave_everything(control)
    missing = ""
    try:
        confinement.enter_namespaces()
    except OSError as error:
        missing = error.strerror or str(error)
    else:
        if child := os.fork():  # only a child lives in the new namespaces
            os.waitpid(child, 0)
            return
        try:
            confinement.confine()
        except OSError as error:
            missing = error.strerror or str(error)
    scratch = None if missing else confinement.SCRATCH
    tempfile.tempdir = str(scratch) if scratch else None
    send(control, missing.encode())
    gc.freeze()
    while request := receive(control):
        file: TemplateFile = pickle.loads(request)  # noqa: S301 from the command that forked this process
        _import_libraries(file)
        send(control, STARTED)
        send(control, _result(control, file, scratch, cpu_seconds))


def send(end: socket.socket, message: bytes) -> None:
    """Send a message with its length."""
    end.sendall(len(message).to_bytes(_LENGTH, "big") + message)


def receive(end: socket.socket) -> bytes:
    """The next message; empty when the other end is closed."""
    return _read(end.recv, int.from_bytes(_read(end.recv, _LENGTH), "big"))


def _leave_everything(control: socket.socket) -> None:
    """Keep no terminal, no signal handler and no open file of the command."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    keep = control.fileno()
    os.closerange(3, keep)
    os.closerange(keep + 1, os.sysconf("SC_OPEN_MAX"))
    sys.dont_write_bytecode = True
    sys.stdout = sys.stderr = os.fdopen(1, "w", encoding="utf-8", closefd=False)  # the command's may use another file


def _import_libraries(file: TemplateFile) -> None:
    """Import and read what the template will, once for all templates. What fails here fails again in the template."""
    with contextlib.suppress(UserError, OSError):
        repository.contracts(file.root)
        repository.platform(file.root)
    text = file.path.read_text(encoding="utf-8", errors="replace") if file.path.is_file() else ""
    for module, names in _IMPORT.findall(text):
        for name in (module, *(f"{module}.{name.split()[0]}" for name in names.split(",") if name.strip())):
            _import_library(name)


@cache
def _import_library(name: str) -> None:
    with contextlib.suppress(Exception):  # the import of the template raises it again, with the template's line
        if importlib.util.find_spec(name):
            importlib.import_module(name)


def _result(control: socket.socket, file: TemplateFile, scratch: Path | None, cpu_seconds: int) -> bytes:
    """The exit code of the template's process in four bytes, then its result; no result when it wrote none."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        _run_template(control, file, scratch, cpu_seconds, writer)
    os.close(writer)
    result = _read_result(reader, control)
    os.close(reader)
    if os.getpid() == 1:
        os.kill(-1, signal.SIGKILL)  # everything in this namespace but the server
    else:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    with contextlib.suppress(ChildProcessError):
        while os.getpid() == 1:
            os.waitpid(-1, 0)
    return os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True) + result


def _run_template(
    control: socket.socket, file: TemplateFile, scratch: Path | None, cpu_seconds: int, writer: int
) -> None:
    """The whole life of a template's process."""
    try:
        control.close()
        os.chdir(file.root)
        confinement.limit_resources(cpu_seconds)
        audit_hook.install(scratch)
        program.write(program.run(file), writer)
    finally:
        os._exit(0)


def _read_result(reader: int, control: socket.socket) -> bytes:
    """A complete result of the pipe; empty when the process ends before, and the end when the command does."""

    poll = select.poll()
    for descriptor in (reader, control.fileno()):
        poll.register(descriptor, select.POLLIN)

    def receive_part(size: int) -> bytes:
        if control.fileno() in dict(poll.poll()):
            os._exit(1)  # the command says nothing before it has the result: it has ended
        return os.read(reader, min(size, 1 << 16))

    size = int.from_bytes(_read(receive_part, _LENGTH), "big")
    return _read(receive_part, size) if size <= program.RESULT_BYTES else b""


def _read(receive_part: Callable[[int], bytes], size: int) -> bytes:
    """Exactly `size` bytes; empty when there are fewer."""
    content = bytearray()
    while len(content) < size:
        part = receive_part(size - len(content))
        if not part:
            return b""
        content += part
    return bytes(content)
