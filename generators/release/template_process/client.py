"""The command's end of the template server: starts it, asks it for results, and believes nothing that is incomplete."""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import re
import signal
import socket
import threading
from typing import Any

from generators.config import json_reader
from generators.errors import UserError
from generators.release.template_process import server
from generators.release.template_process.program import TemplateFile

CPU_SECONDS = 10  # for one template; the platform's own take a tenth of a second
_WAITING = 6  # times the CPU seconds: how long a template may wait, and take on a busy machine
_LEVELS = 100  # of lists and objects in a template; far more than CloudFormation's types have
_LETTERS = 2_000  # of a message
_WARNING = (
    "templates: this machine gives no namespaces (%s); what a template may do is refused by Python alone;"
    " docs/adr/0010 says what that means"
)
_HALF_CHARACTER = re.compile(r"(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]")  # an escape of JSON that is no Unicode alone
_lock = threading.Lock()
_servers: list[_Server] = []  # at most one, of this process


def run(file: TemplateFile, cpu_seconds: int = CPU_SECONDS) -> dict[str, Any]:
    """The template of `build()` as JSON; UserError with the author's line when it raises or never ends."""
    with _lock:
        current = _current(cpu_seconds)
        try:
            exit_code, text = current.ask(file)
        except TimeoutError:
            exit_code, text = -signal.SIGXCPU, ""
        finally:
            if not current.is_idle:
                current.close()
                _servers.clear()
    if exit_code == -signal.SIGXCPU:
        limit = f"is not done after {cpu_seconds} seconds of computing, or {cpu_seconds * _WAITING} of waiting"
        raise UserError(f"{file.name}: {limit}; a template describes resources and waits for nothing")
    if not text:
        raise UserError(
            f"{file.name}: its process ended without a result ({_reason(exit_code)}); return a Template from build()"
        )
    return _template(file, text)


class _Server:
    """A running server. `is_idle`: no question waits for its answer, so that it may be asked."""

    def __init__(self, cpu_seconds: int) -> None:
        self.owner, self.cpu_seconds, self.is_idle = os.getpid(), cpu_seconds, False
        self._control, theirs = socket.socketpair()
        self._process = os.fork()
        if not self._process:
            self._serve(theirs)
        theirs.close()
        if missing := server.receive(self._control):
            logging.getLogger(__name__).warning(_WARNING, missing.decode())

    def ask(self, file: TemplateFile) -> tuple[int, str]:
        """Exit code and result of a template's process; TimeoutError when it takes too long."""
        self.is_idle = False
        self._control.settimeout(None)
        server.send(self._control, pickle.dumps(file))
        server.receive(self._control)  # STARTED: the libraries are imported
        self._control.settimeout(self.cpu_seconds * _WAITING)
        answer = server.receive(self._control)
        self.is_idle = bool(answer)
        return int.from_bytes(answer[:4], "big", signed=True), answer[4:].decode(errors="replace")

    def close(self) -> None:
        """End the server and with it everything in its namespace."""
        self._control.close()
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)

    def _serve(self, control: socket.socket) -> None:
        try:
            self._control.close()
            server.run(control, self.cpu_seconds)
        finally:
            os._exit(0)


def _current(cpu_seconds: int) -> _Server:
    """The server of this process; a fork of the process, and another limit, start their own."""
    if not _servers or (_servers[0].owner, _servers[0].cpu_seconds) != (os.getpid(), cpu_seconds):
        _servers[:] = [_Server(cpu_seconds)]
    return _servers[0]


def _reason(exit_code: int) -> str:
    return f"signal {signal.Signals(-exit_code).name}" if exit_code < 0 else f"exit code {exit_code}"


def _template(file: TemplateFile, text: str) -> dict[str, Any]:
    """The template in a result, which may be anything: the author's code ran in the process that wrote it."""
    result = json_reader.parse(text, file.name)
    match result:
        case {"problems": [*problems]} if problems:
            raise UserError(_printable(str(problem)) for problem in problems)
        case {"template": dict(template)} if _is_text(template, text):
            return template
        case {"template": dict()}:
            problem = f"the template has more than {_LEVELS} levels or a text that is no Unicode; write fewer levels"
        case {"template": _}:
            problem = "the template: is no object; write an object with Resources"
        case _:
            problem = "its process wrote no template; return a Template from build()"
    raise UserError(f"{file.name}: {problem}")


def _printable(text: str) -> str:
    """A text of the author's for a terminal: one line without control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:_LETTERS])


def _is_text(template: dict[str, Any], text: str) -> bool:
    """Whether a template can be written as UTF-8 and has no more levels than this platform takes."""
    if _HALF_CHARACTER.search(text):
        return False
    level: list[Any] = [template]
    for _ in range(_LEVELS):
        values = [value for item in level for value in (item.values() if isinstance(item, dict) else item)]
        level = [value for value in values if isinstance(value, dict | list)]
    return not level
