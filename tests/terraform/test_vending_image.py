"""The image of the platform's own builds: the same versions as here, and everything that their commands import."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
IMAGE = ROOT / "terraform" / "images" / "vending"
PINS = dict(line.split("==") for line in (IMAGE / "requirements.lock").read_text(encoding="utf-8").split())


def test_the_image_has_the_versions_that_are_tested_here():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    tested = dict(re.findall(r"^([a-z0-9.-]+)==(\S+) ", lock, re.MULTILINE))
    assert {name: tested.get(name) for name in PINS} == PINS


def test_the_approved_index_has_what_the_image_takes():
    allowed = yaml.safe_load((ROOT / "terraform" / "packages.yaml").read_text(encoding="utf-8"))["packages"]
    versions = {package["name"]: package["versions"] for package in allowed if package["ecosystem"] == "python"}
    assert [name for name, version in PINS.items() if version not in versions.get(name, [])] == []


@pytest.mark.parametrize("command", ["scripts.vend", "scripts.catalog"])
def test_the_image_has_everything_that_a_command_imports(command):
    code = """if True:
        import importlib.metadata as known, sys
        before = set(sys.modules)
        __import__(sys.argv[1] + ".__main__")
        owners = known.packages_distributions()
        tops = {name.partition(".")[0] for name in set(sys.modules) - before}
        print(*{owner.lower().replace("_", "-").replace(".", "-") for top in tops for owner in owners.get(top, ())})
    """
    completed = subprocess.run(
        [sys.executable, "-c", code, command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    bundled = {"mlops-platform", "certifi"}  # the repository itself; what botocore takes only where it is there
    assert set(completed.stdout.split()) - bundled - set(PINS) == set()


def test_the_image_has_everything_that_the_plan_checks_read():
    """Packages that the image lacks cannot be imported here, as in a build on AWS."""
    code = """if True:
        import importlib.metadata as known, sys
        from pathlib import Path
        image = set(sys.argv[1].split())
        owners = {top: {owner.lower().replace("_", "-").replace(".", "-") for owner in names}
                  for top, names in known.packages_distributions().items()}
        class Missing:
            def find_spec(name, *_):
                names = owners.get(name.partition(".")[0], set()) - {"mlops-platform"}
                if names and not names & image:
                    raise ModuleNotFoundError(name)
        sys.meta_path.insert(0, Missing)
        from scripts.vend import plan_checks
        from generators.terraform_checks import run
        from generators.terraform_checks.model import plan
        print(len(run.check_plan(plan.read({}), plan_checks._context(Path.cwd())).checked))
    """
    command = [sys.executable, "-c", code, " ".join(PINS)]
    completed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stderr
    assert int(completed.stdout) > 10


@pytest.mark.parametrize("name", ["versions.tf", ".terraform.lock.hcl"])
def test_the_image_mirrors_the_provider_that_the_spokes_are_locked_to(name):
    own = {
        "versions.tf": ROOT / "terraform/modules/ssm_parameters",
        ".terraform.lock.hcl": ROOT / "terraform/live/spoke",
    }
    assert (IMAGE / name).read_text(encoding="utf-8") == (own[name] / name).read_text(encoding="utf-8")
