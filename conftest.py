"""Keeps what the tests that prove a control said, so that `catalog evidence` can tell: .local/results.json.

A test is marked `control(49, 50, on="plan")`; without `on` it proves on the running platform, without `product` for
all of them. Processes of xdist tell the first one what they collected; what -m leaves out is there and was not run.
"""

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from generators.compliance import test_results
from generators.compliance.test_results import Proof

ROOT = Path(__file__).parent


def pytest_configure(config):
    """Listen to this run."""
    config.pluginmanager.register(Recorder(config))


class Recorder:
    """What one process knows: proofs by test, and what became of them."""

    def __init__(self, config):
        self.config = config
        self.of_xdist = hasattr(config, "workerinput")
        self.tested = "" if self.of_xdist else test_results.sources(ROOT)
        self.proofs, self.outcomes = {}, {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items):
        """Before -m leaves any out."""
        for item in items:
            for mark in item.iter_markers("control"):
                self.proofs[item.nodeid] = Proof(item.nodeid, mark.args, **{"on": "running", **mark.kwargs})

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        """Another process has ended."""
        for it in getattr(node, "workeroutput", {}).get("proofs", ()):
            self.proofs[it["test"]] = Proof(**{**it, "controls": tuple(it["controls"])})

    def pytest_runtest_logreport(self, report):
        """A test that fails in any of its phases has failed, and one that is skipped proves nothing."""
        if report.outcome != "passed":
            self.outcomes[report.nodeid] = report.outcome
        elif report.when == "call":
            self.outcomes.setdefault(report.nodeid, report.outcome)

    def pytest_sessionfinish(self):
        """The first process writes."""
        if self.of_xdist:
            self.config.workeroutput["proofs"] = [asdict(it) for it in self.proofs.values()]
            return
        all_there = self.config.args_source is pytest.Config.ArgsSource.TESTPATHS and not self.config.option.keyword
        noted = [replace(it, outcome=self.outcomes.get(test, it.outcome)) for test, it in self.proofs.items()]
        test_results.note(ROOT, self.tested, noted, whole=all_there)
