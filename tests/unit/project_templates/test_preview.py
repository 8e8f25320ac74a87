"""`python -m scripts.project` refuses invalid input before it installs or writes anything."""

import subprocess
import sys
from pathlib import Path

import pytest

from generators.errors import UserError
from scripts.project import quality

ROOT = Path(__file__).resolve().parents[3]


def _preview(*arguments):
    command = [sys.executable, "-m", "scripts.project", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_an_unknown_type_is_refused_with_the_nearest_one():
    result = _preview("model-chian")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "model type: there is no 'model-chian'; did you mean 'model-chain'?\n"


def test_a_folder_with_files_is_never_overwritten(tmp_path):
    (tmp_path / "mine.py").write_text("work\n", encoding="utf-8")
    result = _preview("model-chain", "--dir", str(tmp_path))
    assert (result.returncode, result.stderr) == (
        1,
        f"{tmp_path}: the folder is not empty; name another one, so that nobody's work is lost\n",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mine.py"]


def test_a_rendered_project_is_a_git_repository_and_can_be_replaced(tmp_path):
    folder = tmp_path / "project"
    quality.write({"src/old.py": "old\n"}, folder, replace=True)
    quality.write({"src/new.py": "new\n"}, folder, replace=True)
    assert [path.name for path in (folder / "src").iterdir()] == ["new.py"]
    assert (folder / ".git").is_dir()
    with pytest.raises(UserError, match="the folder is not empty"):
        quality.write({}, folder, replace=False)
