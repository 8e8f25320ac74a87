"""The archives of new projects match the project templates, and frozen templates keep their archives."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from generators import project_templates
from generators.project_templates import archives
from generators.release import load, versions_folder

ROOT = Path(__file__).resolve().parents[3]
PRODUCT = load.product(ROOT, "ml-project")


@pytest.mark.parametrize("model_type", project_templates.MODEL_TYPES)
def test_newest_archive_contains_the_rendered_project(model_type: str) -> None:
    files = project_templates.render(ROOT, model_type, archives.VALUES)
    name = archives.current(ROOT)[model_type]
    assert name == archives.name(model_type, files), (
        "run: python -m scripts.project.archives, raise the version of ml-project"
    )
    assert archives.read_archive((ROOT / archives.FOLDER / name).read_bytes()) == files


def test_the_name_of_an_archive_contains_the_digest_of_its_files() -> None:
    for file in (ROOT / archives.FOLDER).glob("*.zip"):
        model_type = file.stem.rpartition("-")[0]
        assert file.name == archives.name(model_type, archives.read_archive(file.read_bytes()))


@pytest.mark.parametrize("release", versions_folder.releases(PRODUCT), ids=lambda release: str(release.version))
def test_frozen_version_finds_the_archives_that_it_names(release: versions_folder.Release) -> None:
    named = {seed["Key"] for seed in json.loads(release.body)["Mappings"]["Seeds"].values()}
    assert {key for key, _ in versions_folder.project_archives(release)} == named
    assert len(named) == len(project_templates.MODEL_TYPES)


def test_only_scripts_of_an_archive_are_executable() -> None:
    content = archives.archive({"run.sh": "#!/bin/sh\n", "README.md": "# Read\n"})
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        modes = {file.filename: file.external_attr >> 16 & 0o777 for file in zipped.infolist()}
    assert modes == {"run.sh": 0o755, "README.md": 0o644}
