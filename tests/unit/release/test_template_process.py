"""Templates that end, loop, fork, write or patch: none passes, hangs, or reaches the command that renders it."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from generators.errors import UserError
from generators.release import load
from generators.release.render import render
from generators.release.template_process import client
from generators.release.template_process.program import TemplateFile
from tests.unit.conftest import TEMPLATE, Repository

PY = "products/note_book/template.py"
NO_RESULT = f"{PY}: its process ended without a result (%s); return a Template from build()"
NOT_DONE = f"{PY}: is not done after 1 seconds of computing, or 6 of waiting; a template describes resources"
# Runs a program past Python's audit hook: this function of the standard library has no audit event.
PROGRAM = """
import _posixsubprocess, os
def program(*arguments):
    fds = [-1] * 6
    error = os.pipe()
    arguments = tuple(map(os.fsencode, arguments))
    _posixsubprocess.fork_exec(arguments, (arguments[0],), True, (error[1],), None, None, *fds, *error, True, False, 0,
        None, None, None, -1, None, False)
    os.close(error[1])
    assert os.read(error[0], 100) == b"", "the program did not start"
"""
PROCESS = "a template starts, ends and calls no other program"
WRITE_ALL = """
import os
def write(content):
    for descriptor in range(3, 64):
        try: os.write(descriptor, content)
        except OSError: pass
    os._exit(0)
"""
IGNORE_ALL = """
import signal
for number in range(1, 64):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass
"""
ENDS = {
    "os._exit(0)": ("import os; os._exit(0)", "exit code 0"),
    "os._exit(0) in build": ("def build():\n    import os; os._exit(0)", "exit code 0"),
    "os.abort()": ("import os; os.abort()", "signal SIGABRT"),
    "a signal to itself": ("import signal; signal.raise_signal(signal.SIGKILL)", "signal SIGKILL"),
    "an alarm": ("import signal, time; signal.alarm(1); time.sleep(60)", "signal SIGALRM"),
    "a recursion without limit": (
        "import sys; sys.setrecursionlimit(10**9)\nclass R:\n    def __repr__(self): return repr([self])\nrepr(R())",
        "signal SIGSEGV",
    ),
    "an exception without words": (
        "class E(Exception):\n    def __str__(self): import os; os._exit(0)\nraise E",
        "exit code 0",
    ),
    "another result, cut off": (f"{WRITE_ALL}write((100).to_bytes(8, 'big') + b'{{}}')", "exit code 0"),
}
RAISES = {
    "sys.exit(0)": ("import sys; sys.exit(0)", ":1: SystemExit: 0; correct the template"),
    "an interrupt": ("raise KeyboardInterrupt", ":1: KeyboardInterrupt: ; correct the template"),
    "a fork": ("import os\nos.fork()", f":2: PermissionError: {PROCESS} (os.fork)"),
    "a program": ("import subprocess\nsubprocess.run(['true'])", f":2: PermissionError: {PROCESS} (subprocess.Popen)"),
    "a shell": ("import os\nos.system('true')", f":2: PermissionError: {PROCESS} (os.system)"),
    "a signal to the command": ("import os\nos.kill(os.getppid(), 9)", f":2: PermissionError: {PROCESS} (os.kill)"),
    "libc": ("import ctypes\nctypes.CDLL(None)", f":2: PermissionError: {PROCESS} (ctypes.dlopen)"),
    "the network": ("import socket\nsocket.socket()", ":2: PermissionError: a template has no network (socket."),
    "a file": (f"open({PY!r}, 'a')", ":1: PermissionError: a template writes no files (open 'products"),
    "a deleted file": ("import os\nos.remove(__file__)", ":2: PermissionError: a template writes no files (os.remove"),
    "a deleted folder": ("import shutil\nshutil.rmtree('products')", ":2: PermissionError: a template writes no files"),
    "memory": ("x = bytearray(1 << 40)", ":1: MemoryError"),
    "a large template": (TEMPLATE.replace('"A place for notes"', '"x" * 9_000_000'), ": the template has 9,000,"),
}
BODIES = {
    "many levels": ("x = 1\n    for _ in range(500): x = [x]", "Resources", "has more than 100 levels"),
    "very many levels": ("x = 1\n    for _ in range(10**5): x = [x]", "Resources", "the template is no JSON"),
    "no object": ("x = 1", "", "the template: is no object; write an object with Resources"),
    "half a character": ("x = '\\ud800'", "Resources", "the template is no JSON"),
    "a long number": ("x = 10 ** 4000", "Resources", "Resources"),
}


def template_file(repository: Repository) -> TemplateFile:
    return TemplateFile(repository.root, repository.path(PY), PY, "note-book", "1.0.0")


def problem(repository: Repository, text: str) -> str:
    """The message about a template of this text, after which the next template is rendered as always."""
    repository.write(PY, text)
    with pytest.raises(UserError) as error:
        client.run(template_file(repository), 1)
    repository.write(PY, TEMPLATE)
    assert "Handle" in client.run(template_file(repository), 1)["Resources"]
    [message] = error.value.problems
    return message


@pytest.mark.parametrize("name", ENDS)
def test_an_end_of_the_process_is_no_success(repository: Repository, name: str) -> None:
    text, reason = ENDS[name]
    assert problem(repository, f"{text}\n\n{TEMPLATE}" if "def build" not in text else text) == NO_RESULT % reason


@pytest.mark.parametrize(
    "text",
    [f"import os; os.closerange(0, 64)\n{TEMPLATE}", f"{WRITE_ALL}write((1 << 60).to_bytes(8, 'big'))"],
    ids=["closed files", "a huge result"],
)
def test_a_result_that_is_not_written_is_none(repository: Repository, text: str) -> None:
    message = problem(repository, text)

    assert message.startswith(NO_RESULT.partition("%s")[0])  # the end of the file is read before the end of the process


@pytest.mark.parametrize("name", RAISES)
def test_what_is_refused_is_named_with_its_line(repository: Repository, name: str) -> None:
    text, message = RAISES[name]
    assert problem(repository, text).startswith(f"{PY}{message}")


@pytest.mark.parametrize("text", ["while True: pass", "import time; time.sleep(10**6)", IGNORE_ALL])
def test_a_template_that_never_ends_is_ended(repository: Repository, text: str) -> None:
    message = problem(repository, text)
    assert message.startswith(NOT_DONE) or message == NO_RESULT % "signal SIGKILL"


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_template_is_refused(repository: Repository, name: str) -> None:
    statement, key, message = BODIES[name]
    value = f"{{{key!r}: x}}" if key else "x"
    body = f"class T:\n  def to_dict(self):\n    {statement}\n    return {value}\n\ndef build(): return T()\n"
    repository.write(PY, body)
    with pytest.raises(UserError, match=message):
        render(repository.root, load.product(repository.root, "note-book"))


def test_what_a_template_changes_in_its_process_changes_no_other(repository: Repository) -> None:
    """Patches of the renderer and the checks, the environment, threads and output stay in the template's process."""
    before, environment = render(repository.root, load.product(repository.root, "note-book")).body, dict(os.environ)
    patches = """
import os, sys, threading, time
os.environ["PATH"] = os.environ["GIT_DIR"] = "/nowhere"
import generators.cloudformation.template_format as f, generators.release.render as r, json
f.problems = lambda *_: (); r.canonical = lambda *_: b"{}"; json.dumps = json.loads = None
sys.stdout.write("out" * 10**6); sys.stderr.write("err" * 10**6); os.write(1, b"x"); os.write(2, b"x")
threading.Thread(target=time.sleep, args=(10**6,)).start()
sys.path.insert(0, "/nowhere")
"""
    repository.write(
        PY, f"import json; dumps, loads = json.dumps, json.loads\n{patches}\njson.dumps = dumps\n{TEMPLATE}"
    )
    repository.catalog("render")

    result = repository.catalog("render", "--json")

    assert (result.returncode, result.stderr.count("err")) == (0, 0), result.stderr
    assert result.stdout.startswith("[")
    assert "outout" not in result.stdout
    assert repository.path("products/note_book/versions/1.0.0.json").read_bytes() == before
    render(repository.root, load.product(repository.root, "note-book"))
    assert dict(os.environ) == environment


@pytest.mark.parametrize("command", ["check", "render", "diff"])
def test_no_command_passes_with_a_template_that_leaves(repository: Repository, command: str) -> None:
    repository.catalog("render")
    repository.write(PY, f"import os; os._exit(0)\n{TEMPLATE}")

    result = repository.catalog(command, "note-book")

    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == NO_RESULT % "exit code 0"


def namespaces() -> bool:
    """Whether this machine gives a process namespaces of its own without root."""
    pid = os.fork()
    if pid == 0:
        from generators.release.template_process import confinement

        try:
            confinement.enter_namespaces()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


@pytest.fixture
def walls() -> None:
    assert namespaces(), "the kernel gives no namespaces here; see docs/adr/0010"


def run_program(repository: Repository, *arguments: str) -> dict[str, Any]:
    """Render a template that runs a program past the audit hook and waits for it."""
    wait = f"import time; program(*{arguments!r}); time.sleep(1)"
    repository.write(PY, f"{PROGRAM}\n{wait}\n{TEMPLATE}")
    return client.run(template_file(repository), 5)


@pytest.mark.usefixtures("walls")
def test_a_program_that_python_does_not_see_writes_nothing(repository: Repository, tmp_path: Path) -> None:
    run_program(repository, "/bin/sh", "-c", f"echo x > {tmp_path}/x; rm {repository.path(PY)}")

    assert not (tmp_path / "x").exists()
    assert repository.path(PY).exists()


@pytest.mark.usefixtures("walls")
def test_a_program_that_python_does_not_see_has_no_network_and_does_not_live_on(repository: Repository) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(2)
        port = listener.getsockname()[1]
        mark = f"note_book_{os.getpid()}"
        code = f"import socket, time\ntry: socket.create_connection(('127.0.0.1', {port}))\nfinally: time.sleep(600)"
        assert "Resources" in run_program(repository, sys.executable, "-c", code, mark)
        with pytest.raises(TimeoutError):
            listener.accept()
    running = [path for path in Path("/proc").glob("[0-9]*/cmdline") if mark.encode() in _bytes(path)]
    assert running == []


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.usefixtures("walls")
def test_the_scratch_folder_is_memory_of_the_template(repository: Repository) -> None:
    text = "import tempfile, pathlib\nwith tempfile.NamedTemporaryFile() as f: f.write(b'x'); NAME = f.name\n"
    repository.write(PY, text + TEMPLATE.replace('"A place for notes"', "NAME"))
    name = client.run(template_file(repository), 1)["Description"]

    assert not Path(name).exists()
