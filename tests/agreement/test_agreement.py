"""Our evaluator and an independent one decide the same cases alike.

iam-simulate is a tool of this test alone: its licence keeps it out of what the project depends on.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from generators.policy.authorise import authorise
from tests.agreement.cases import Case, cases

ROOT = Path(__file__).resolve().parents[2]
TOOL, VERSION, CASES = "@cloud-copilot/iam-simulate", "0.1.173", 1000
pytestmark = pytest.mark.slow


def names_everybody(case):
    """A resource policy for "*" reaches a session past its boundary on AWS; ours lets the boundary bound it as well.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    verdict = authorise(case.question, case.policies)
    bounded = "permissions boundary" in verdict.why or "session policy" in verdict.why
    return bounded and '"Principal": "*"' in (case.policies.resource or ("",))[0]


def lacks_the_variable(case):
    """A NotResource with a variable that the request lacks: AWS does not say; ours takes it for naming nothing.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    ours = case.policies
    documents = [
        *ours.identity,
        *(ours.boundary or ()),
        *(ours.session or ()),
        *(it for them in ours.control for it in them),
    ]
    lacking = "aws:PrincipalTag/team" not in case.keys
    return lacking and any('"NotResource": ["arn:aws:s3:::data/${aws:PrincipalTag/team}/*"]' in it for it in documents)


EXPLAINED = (names_everybody, lacks_the_variable)


@pytest.fixture(scope="module")
def tool():
    """The folder that holds the tool; installed once."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not on the PATH; install Node.js 20 or newer to compare the evaluators")
    folder = ROOT / ".cache" / "agreement" / VERSION
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [
            "npm",
            "install",
            "--prefix",
            str(folder),
            "--no-audit",
            "--no-fund",
            "--silent",
            f"{TOOL}@{VERSION}",
        ]
        subprocess.run(command, check=True, capture_output=True)
    return folder


def made():
    """The same cases each time."""
    found: list[Case] = []

    @seed(20260101)
    @settings(max_examples=CASES, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(cases())
    def keep(case):
        found.append(case)

    keep()
    return found


def test_both_decide_alike(tool):
    asked = made()
    lines = "".join(json.dumps(case.simulation()) + "\n" for case in asked)
    command = ["node", str(Path(__file__).with_name("decide.mjs")), str(tool)]
    said = subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout
    theirs = [json.loads(line) for line in said.splitlines()]
    assert len(theirs) == len(asked) >= CASES / 2
    assert [it["errors"] for it in theirs if it["errors"]] == []
    ours = [authorise(case.question, case.policies).allowed for case in asked]
    assert len(ours) / 10 < sum(ours) < len(ours) * 9 / 10, "cases of one kind prove little"
    apart = [
        case for case, mine, other in zip(asked, ours, theirs, strict=True) if mine != (other["result"] == "Allowed")
    ]
    unexplained = [case.simulation() for case in apart if not any(reason(case) for reason in EXPLAINED)]
    assert unexplained == [], json.dumps(unexplained[0], indent=1)
    assert [reason.__name__ for reason in EXPLAINED if not any(map(reason, apart))] == [], "explains nothing any more"
