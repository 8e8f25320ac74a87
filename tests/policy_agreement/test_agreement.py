"""The platform's evaluator and an independent one decide the same cases alike.

Only this test uses iam-simulate (npm, AGPL); it is no dependency. The lock file pins it; it is installed in .cache/.
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

from tests.policy_agreement.cases import Case, all_policies, language
from tests.policy_agreement.differences import EXPLAINED
from tests.policy_agreement.exhaustive import every_condition, every_principal, every_resource

FOLDER = Path(__file__).parent
EXAMPLES = 600  # cases of each strategy
Simulate = Callable[[Iterable[Case]], list[str]]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def simulate() -> Simulate:
    """The decisions of iam-simulate: Allowed, ExplicitlyDenied or ImplicitlyDenied for each case."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not on the PATH; install Node.js 20 or newer to compare the evaluators")
    lock_files = [FOLDER / "package.json", FOLDER / "package-lock.json"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in lock_files)).hexdigest()[:12]
    folder = FOLDER.parents[1] / ".cache" / "policy_agreement" / digest
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for path in lock_files:
            shutil.copy(path, folder)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True)
    return functools.partial(_simulate, folder)


def _simulate(folder: Path, cases: Iterable[Case]) -> list[str]:
    lines = "".join(case.text + "\n" for case in cases)
    command = ["node", str(FOLDER / "simulate.mjs"), str(folder)]
    output = subprocess.run(command, input=lines, stdout=subprocess.PIPE, text=True, check=True).stdout
    answers = [json.loads(line) for line in output.splitlines()]
    rejected = [answer for answer in answers if answer.get("errors") or answer.get("ignored")]
    assert rejected == [], "iam-simulate rejects or ignores parts of these cases, so they compare nothing"
    return [answer["decision"] for answer in answers]


def generated(strategy: strategies.SearchStrategy[Case]) -> list[Case]:
    """The same cases in each run, each case once."""
    unique: dict[str, Case] = {}

    @seed(20260101)
    @settings(max_examples=EXAMPLES, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def add(case: Case) -> None:
        unique[case.text] = case

    add()
    return list(unique.values())


@functools.cache
def cases() -> tuple[Case, ...]:
    return (
        *every_condition(),
        *every_resource(),
        *every_principal(),
        *generated(language()),
        *generated(all_policies()),
    )


def test_both_decide_alike_except_for_explained_differences(simulate: Simulate) -> None:
    pairs = zip(cases(), simulate(cases()), strict=True)
    different = {case.text: case for case, other in pairs if case.decision() != other}
    simplified = [
        (case, number, changed)
        for case in different.values()
        for number, changed in enumerate(_without(case))
        if changed != case and changed.decision() == case.decision()
    ]
    decisions = simulate(changed for *_, changed in simplified)
    explained = [
        (case, number)
        for (case, number, _), other in zip(simplified, decisions, strict=True)
        if case.decision() == other
    ]
    unexplained = sorted(different.keys() - {case.text for case, _ in explained})
    assert unexplained == [], f"{len(unexplained)} of {len(cases())}; the first: {unexplained[0]}"
    unused = set(range(len(EXPLAINED))) - {number for _, number in explained}
    assert [EXPLAINED[number].description for number in unused] == [], (
        "no case shows this difference any more; remove it"
    )


def _without(case: Case) -> list[Case]:
    """The case without each construct, then without all of them."""
    without_all = functools.reduce(lambda left, difference: difference.without(left), EXPLAINED, case)
    return [*(difference.without(case) for difference in EXPLAINED), without_all]


def test_the_generated_cases_differ_and_have_every_decision() -> None:
    """Cases that are all denied would compare little."""
    for strategy in (language, all_policies):
        answers = [case.decision() for case in generated(strategy())]
        assert len(answers) >= 400
        assert min(map(answers.count, ("Allowed", "ExplicitlyDenied", "ImplicitlyDenied"))) >= 15
