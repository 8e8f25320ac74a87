"""Records the outcome of every test that proves a control in .local/results.json, for `catalog evidence`.

A test has the marker `control(49, 50, on="plan")`; the default of `on` is the running platform, the default of
`product` is all products. xdist workers send their collected tests to the controller. A test that -m deselects is
recorded as not run.
"""

import gc
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from generators.compliance import test_results
from generators.compliance.test_results import Proof

ROOT = Path(__file__).parent
# A busy machine makes an example slow; how long tests take is what `make bench` measures.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")


def pytest_configure(config):
    """Register the recorder."""
    config.pluginmanager.register(Recorder(config))


class Recorder:
    """Proofs and outcomes of one process, by test."""

    def __init__(self, config):
        self.config = config
        self.is_worker = hasattr(config, "workerinput")
        self.source_digest = "" if self.is_worker else test_results.sources(ROOT)
        self.proofs, self.outcomes = {}, {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items):
        """Collect the proofs before -m deselects tests."""
        for item in items:
            for mark in item.iter_markers("control"):
                self.proofs[item.nodeid] = Proof(item.nodeid, mark.args, **{"on": "running", **mark.kwargs})

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        """Take the proofs of a worker that has ended."""
        for proof in getattr(node, "workeroutput", {}).get("proofs", ()):
            self.proofs[proof["test"]] = Proof(**{**proof, "controls": tuple(proof["controls"])})

    def pytest_collection_finish(self):
        """Take what collection made out of garbage collection: it lives until the end."""
        gc.freeze()

    def pytest_runtest_logreport(self, report):
        """Record the outcome: failed when any phase fails, and never passed for a skipped test."""
        if report.outcome != "passed":
            self.outcomes[report.nodeid] = report.outcome
        elif report.when == "call":
            self.outcomes.setdefault(report.nodeid, report.outcome)

    def pytest_sessionfinish(self):
        """Send the proofs to the controller, or write the results in the controller."""
        if self.is_worker:
            self.config.workeroutput["proofs"] = [asdict(proof) for proof in self.proofs.values()]
            return
        is_complete = self.config.args_source is pytest.Config.ArgsSource.TESTPATHS and not self.config.option.keyword
        proofs = [replace(proof, outcome=self.outcomes.get(test, proof.outcome)) for test, proof in self.proofs.items()]
        test_results.record(ROOT, self.source_digest, proofs, whole=is_complete)
