"""A command that a person interrupts ends with a sentence, not with a traceback."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SLOW = """
import signal, sys, time, click
from scripts.catalog import __main__ as entry
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs the tests in the background ignores it
slow = click.Command("slow", callback=lambda: (print("begun", flush=True), time.sleep(30)))
entry._LazyGroup.get_command = lambda *_: slow
sys.argv = ["catalog", "slow"]
entry.main()
"""


def test_ctrl_c_ends_a_command_with_one_sentence():
    child = subprocess.Popen(
        [sys.executable, "-c", SLOW],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    assert child.stdout.readline() == "begun\n"
    time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    _, message = child.communicate(timeout=10)
    assert child.returncode == 130
    assert message.strip().startswith("catalog: interrupted")
    assert "Traceback" not in message
