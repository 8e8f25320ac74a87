"""`make taskcat` as a person's first command: nothing runs yet, nothing is laid down."""

import pytest


@pytest.mark.slow
def test_taskcat_lays_down_what_it_needs_and_launches_every_parameter_set(copy):
    done = copy.python("scripts.taskcat", "ml-project")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "taskcat: ml-project: 3 launched" in done.stdout
    assert "created and deleted" in done.stdout.splitlines()[-1]
