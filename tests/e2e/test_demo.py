"""`make demo` without its minutes: its help, the server that it chooses, and refusals before anything is vended.

The whole demo runs in `.ci/run` and in the slow tests test_after_demo.py and test_quick_start.py.
"""

import pytest

FIRST_STEP = """
from scripts.demo import commands, setup, state
print(setup.start(state.DemoState()))
commands.stop_own_server()
"""


def first_step(copy):
    completed = copy.script(FIRST_STEP)
    assert completed.returncode == 0, completed.stderr
    return completed.stdout


def test_help_starts_nothing(copy):
    completed = copy.python("scripts.demo", "--help")
    assert completed.returncode == 0
    assert completed.stdout.startswith("Usage: python -m scripts.demo")
    assert copy.server == {}


def test_a_root_that_needs_another_says_which_one_comes_first(copy):
    assert copy.python("scripts.localaws", "start").returncode == 0
    completed = copy.vend("plan", "hub")
    assert completed.returncode == 1
    assert completed.stderr == "organization: it was never applied; run `make vend TEAM=all` first\n"


def test_an_account_without_a_team_file_is_refused_by_name(copy):
    completed = copy.vend("plan", "spoke", "--account", "credit-risk-prod")
    assert completed.returncode == 1
    assert completed.stderr.startswith("--account credit-risk-prod: choose one of credit-risk-development")


def test_taskcat_names_the_products_when_one_does_not_exist(copy):
    completed = copy.python("scripts.taskcat", "studio-enviroment")
    assert completed.returncode == 1
    assert "studio-environment" in completed.stderr


@pytest.mark.slow
def test_the_demo_uses_a_running_server_only_while_it_is_empty(copy):
    assert copy.python("scripts.localaws", "start").returncode == 0
    running = copy.server
    assert running["endpoint"] in first_step(copy)

    copy.client("organizations", "").create_organization(FeatureSet="ALL")
    output = first_step(copy)

    assert not output.startswith(running["endpoint"])
    assert f"the embedded AWS at {running['endpoint']} is in use and is left alone" in output
    assert copy.server == running
    assert copy.client("organizations", "").describe_organization()["Organization"]["FeatureSet"] == "ALL"
