"""Every model type renders to a repository whose files are sound, whatever the project is called."""

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from generators import project_templates
from generators.errors import UserError
from generators.project_templates import archives
from scripts.project import quality

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("ab", "credit-default", "a-name-of-thirty-two-characters-")
VALUES = {"project": "credit-default", "team": "credit-risk", "description": 'Says "who pays" & who <does not>'}
STAGES = ("quality", "build", "run")
TEMPLATE_MARKS = ("{{", "{%", "{#", "__package__", "dot-git", "platform team", "/home/", "zzpkg")
every_type = pytest.mark.parametrize("model_type", project_templates.MODEL_TYPES)


def rendered(model_type, **values):
    return project_templates.render(ROOT, model_type, {**VALUES, **values})


@every_type
def test_rendering_is_deterministic_and_leaves_no_template_syntax(model_type):
    files = rendered(model_type)
    assert project_templates.digest(files) == project_templates.digest(rendered(model_type))
    leaks = [(path, mark) for path, text in files.items() for mark in TEMPLATE_MARKS if mark in text or mark in path]
    assert leaks == []
    assert list(files) == sorted(files)


@every_type
def test_the_files_of_a_type_parse(model_type):
    for path, text in rendered(model_type).items():
        if path.endswith(".py"):
            ast.parse(text, path)
        elif path.endswith((".yml", ".yaml")):
            assert yaml.safe_load(text)
        elif path.endswith(".toml"):
            assert tomllib.loads(text)["project"]["description"] == VALUES["description"]


@every_type
def test_the_agreed_stages_call_commands_that_the_project_has(model_type):
    files = rendered(model_type)
    for stage in STAGES:
        text = files[f"buildspec.{stage}.yml"]
        for module in [part.split()[0] for part in text.split("python -m ")[1:] if part.startswith("pipelines.")]:
            assert f"{module.replace('.', '/')}.py" in files
        assert all(phase["on-failure"] == "ABORT" for phase in yaml.safe_load(text)["phases"].values())
    commands = yaml.safe_load(files["buildspec.quality.yml"])["phases"]["build"]["commands"]
    assert [command.split()[0] for command in commands] == ["ruff", "ruff", "mypy", "pytest"]


@every_type
def test_hooks_need_no_network(model_type):
    [local] = yaml.safe_load(rendered(model_type)[".pre-commit-config.yaml"])["repos"]
    assert local["repo"] == "local"
    assert {hook["language"] for hook in local["hooks"]} == {"system"}


@pytest.mark.parametrize("name", [name.rstrip("-") for name in NAMES])
@every_type
def test_a_project_of_any_name_passes_its_own_style(model_type, name, tmp_path):
    for path, text in rendered(model_type, project=name).items():
        if path.endswith((".py", ".toml")):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
    ruff = str(Path(sys.executable).with_name("ruff"))
    for arguments in (("check",), ("format", "--check")):
        result = subprocess.run(
            [ruff, *arguments, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr


@every_type
def test_no_function_of_a_project_is_long(model_type):
    long = [
        (path, node.name)
        for path, text in rendered(model_type).items()
        if path.endswith(".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 40
    ]
    assert long == []


@pytest.mark.parametrize("name", [name.rstrip("-") for name in NAMES])
@every_type
def test_a_new_repository_takes_the_names_of_its_team(model_type, name, tmp_path):
    """rename.py gives the files that rendering with these names gives."""
    quality.write(project_templates.render(ROOT, model_type, archives.VALUES), tmp_path / "project", replace=False)
    command = [sys.executable, "rename.py", name, "credit-risk"]
    subprocess.run(command, cwd=tmp_path / "project", check=True)
    files = project_templates.render(ROOT, model_type, {**archives.VALUES, "project": name, "team": "credit-risk"})
    assert {path: (tmp_path / "project" / path).read_text(encoding="utf-8") for path in files} == files
    assert not (tmp_path / "project" / "src" / "team_model").exists()


@pytest.mark.parametrize("arguments", [[], ["credit"], ["Credit", "risk"], ["a" * 33, "risk"], ["../x", "risk"]])
def test_a_name_that_cannot_be_used_is_refused_by_the_repository(arguments, tmp_path):
    (tmp_path / "rename.py").write_text(rendered("model-chain")["rename.py"], encoding="utf-8")
    command = [sys.executable, "rename.py", *arguments]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (2, "")
    assert "lower-case words joined by dashes" in result.stdout


@pytest.mark.parametrize("name", ["json", "import", "sagemaker", "tests"])
def test_a_name_that_python_has_is_refused_by_the_repository(name, tmp_path):
    (tmp_path / "rename.py").write_text(rendered("model-chain")["rename.py"], encoding="utf-8")
    command = [sys.executable, "rename.py", name, "risk"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (2, "")
    assert result.stdout == f"{name}: Python has a module of this name; choose another one, such as {name}-model\n"


def test_types_share_most_files_and_differ_in_training_code():
    first, second = rendered("tabular-classification"), rendered("time-series-forecasting")
    same = [path for path in first if first[path] == second.get(path)]
    assert len(same) > len(first) / 2
    assert first["src/credit_default/train.py"] != second["src/credit_default/train.py"]
    assert "container/serve" in rendered("bring-your-own-container")
    assert "container/serve" not in first


def test_an_unknown_type_is_refused_with_the_nearest_one():
    with pytest.raises(
        UserError, match=r"there is no 'tabular-clasification'; did you mean 'tabular-classification'\?"
    ):
        project_templates.render(ROOT, "tabular-clasification", VALUES)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "the value 'project' is missing"),
        ({"project": "Credit"}, "'Credit' is no project name"),
        ({"project": "a" * 33}, "is no project name"),
        ({"project": "../x"}, "is no project name"),
        ({"project": "json"}, "would hide Python's own 'json'"),
        ({"project": "import"}, "would hide Python's own 'import'"),
        ({"project": "pipelines"}, "would hide Python's own 'pipelines'"),
        ({"project": "credit", "team": 'x"; rm'}, "is no team name"),
        ({"project": "credit", "description": "a\nb"}, "not one printable line"),
        ({"project": "credit", "teem": "x"}, r"unknown value 'teem'; did you mean 'team'\?"),
    ],
)
def test_an_invalid_value_is_refused(values, message):
    with pytest.raises(UserError, match=message):
        project_templates.render(ROOT, "model-chain", values)


def test_all_problems_are_reported_together():
    with pytest.raises(UserError) as caught:
        project_templates.render(ROOT, "model-chain", {"project": "X", "team": "Y", "teem": "z"})
    assert len(caught.value.problems) == 3


def test_the_lock_names_no_index_and_contains_only_approved_packages():
    lock = (ROOT / project_templates.LOCK).read_text(encoding="utf-8")
    assert "://" not in lock
    allowed = yaml.safe_load((ROOT / "terraform/packages.yaml").read_text(encoding="utf-8"))["packages"]
    approved = {f"{package['name']}=={version}" for package in allowed for version in package["versions"]}
    locked = {line.split()[0] for line in lock.splitlines() if "==" in line}
    assert locked
    assert locked - approved == set(), "not in terraform/packages.yaml"


def test_a_project_trains_with_the_package_versions_of_the_inference_image():
    lock = (ROOT / project_templates.LOCK).read_text(encoding="utf-8")
    image = (ROOT / "terraform/images/inference/requirements.txt").read_text(encoding="utf-8").split()
    models = [
        package for package in image if package.split("==")[0] in ("joblib", "numpy", "pandas", "scikit-learn", "scipy")
    ]
    assert [package for package in models if f"{package} " not in lock] == []
    assert len(models) == 5


def test_the_allowed_instances_are_those_of_the_developers_role():
    roles = yaml.safe_load((ROOT / "terraform/roles.yaml").read_text(encoding="utf-8"))
    [jobs] = [
        statement for statement in roles["policies"]["run-pipelines"] if statement["Sid"] == "RunJobsOnAllowedInstances"
    ]
    allowed = jobs["Condition"]["ForAllValues:StringLike"]["sagemaker:InstanceTypes"]
    settings = rendered("tabular-regression")["pipelines/parameters.py"]
    [instance] = [
        json.loads(line.split(" = ")[1]) for line in settings.splitlines() if line.startswith("INSTANCE_TYPE = ")
    ]
    assert f"{instance.rpartition('.')[0]}.*" in allowed
