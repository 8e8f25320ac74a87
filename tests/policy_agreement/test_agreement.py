"""Our evaluator and an independent one decide the same cases alike.

iam-simulate (npm, AGPL) is a tool of this test alone, never a dependency. The lock file pins it; it goes into .cache/.
"""

import functools
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies

from tests.policy_agreement.cases import Case, language, together
from tests.policy_agreement.differences import EXPLAINED
from tests.policy_agreement.singles import every_condition, every_principal, every_resource

HERE = Path(__file__).parent
EACH = 600  # cases of each strategy
Simulate = Callable[[Iterable[Case]], list[str]]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def simulate() -> Simulate:
    """What iam-simulate decides: Allowed, ExplicitlyDenied or ImplicitlyDenied for each case."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not on the PATH; install Node.js 20 or newer to compare the evaluators")
    wanted = [HERE / "package.json", HERE / "package-lock.json"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in wanted)).hexdigest()[:12]
    folder = HERE.parents[1] / ".cache" / "policy_agreement" / digest
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for path in wanted:
            shutil.copy(path, folder)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True)
    return functools.partial(_simulate, folder)


def _simulate(folder: Path, cases: Iterable[Case]) -> list[str]:
    asked = "".join(case.text + "\n" for case in cases)
    command = ["node", str(HERE / "simulate.mjs"), str(folder)]
    said = subprocess.run(command, input=asked, stdout=subprocess.PIPE, text=True, check=True).stdout
    answers = [json.loads(line) for line in said.splitlines()]
    refused = [answer for answer in answers if answer.get("errors") or answer.get("ignored")]
    assert refused == [], "iam-simulate does not take these as they are, so they compare nothing"
    return [answer["decision"] for answer in answers]


def made(strategy: strategies.SearchStrategy[Case]) -> list[Case]:
    """The same cases each time, each of them once."""
    found: dict[str, Case] = {}

    @seed(20260101)
    @settings(max_examples=EACH, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def keep(case: Case) -> None:
        found[case.text] = case

    keep()
    return list(found.values())


@functools.cache
def cases() -> tuple[Case, ...]:
    return (*every_condition(), *every_resource(), *every_principal(), *made(language()), *made(together()))


def test_both_decide_alike_but_for_what_is_explained(simulate: Simulate) -> None:
    pairs = zip(cases(), simulate(cases()), strict=True)
    apart = {case.text: case for case, other in pairs if case.ours() != other}
    ways = [
        (case, number, changed)
        for case in apart.values()
        for number, changed in enumerate(_without(case))
        if changed != case and changed.ours() == case.ours()
    ]
    said = simulate(changed for *_, changed in ways)
    explained = [(case, number) for (case, number, _), other in zip(ways, said, strict=True) if case.ours() == other]
    unexplained = sorted(apart.keys() - {case.text for case, _ in explained})
    assert unexplained == [], f"{len(unexplained)} of {len(cases())}; the first: {unexplained[0]}"
    unused = set(range(len(EXPLAINED))) - {number for _, number in explained}
    assert [EXPLAINED[number].what for number in unused] == [], "no case shows this any more; take it out"


def _without(case: Case) -> list[Case]:
    """The case without each construct, then without all of them."""
    every = functools.reduce(lambda left, difference: difference.without(left), EXPLAINED, case)
    return [*(difference.without(case) for difference in EXPLAINED), every]


def test_the_made_cases_differ_and_get_every_answer() -> None:
    """Cases that are all refused would compare little."""
    for strategy in (language, together):
        answers = [case.ours() for case in made(strategy())]
        assert len(answers) >= 400
        assert min(map(answers.count, ("Allowed", "ExplicitlyDenied", "ImplicitlyDenied"))) >= 15
