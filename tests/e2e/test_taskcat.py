"""`make taskcat` as the first command: no embedded AWS runs, and no account is vended."""

import pytest


@pytest.mark.slow
def test_taskcat_vends_what_it_needs_and_launches_every_parameter_set(copy):
    completed = copy.python("scripts.taskcat", "ml-project")
    assert completed.returncode == 0, completed.stdout[-3000:] + completed.stderr[-2000:]
    assert "taskcat: ml-project: 3 launched" in completed.stdout
    assert "created and deleted" in completed.stdout.splitlines()[-1]
