"""`python -m scripts.project`: what a person may ask wrongly is told before anything is installed or written."""

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


def test_an_unknown_type_is_told_with_the_nearest_one():
    done = _preview("model-chian")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "model type: there is no 'model-chian'; did you mean 'model-chain'?\n"


def test_work_in_a_folder_is_never_written_over(tmp_path):
    (tmp_path / "mine.py").write_text("work\n", encoding="utf-8")
    done = _preview("model-chain", "--dir", str(tmp_path))
    assert (done.returncode, done.stderr) == (
        1,
        f"{tmp_path}: the folder is not empty; name another one, so that nobody's work is lost\n",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mine.py"]


def test_a_rendered_project_is_a_repository_that_is_rendered_again_in_its_place(tmp_path):
    place = tmp_path / "project"
    quality.write({"src/old.py": "old\n"}, place, replace=True)
    quality.write({"src/new.py": "new\n"}, place, replace=True)
    assert [path.name for path in (place / "src").iterdir()] == ["new.py"]
    assert (place / ".git").is_dir()
    with pytest.raises(UserError, match="the folder is not empty"):
        quality.write({}, place, replace=False)
