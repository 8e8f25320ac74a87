"""The archives of new repositories are those of the project templates, and frozen templates keep theirs."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from generators import projects, seeds
from generators.catalog import frozen, load

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = load.product(ROOT, "ml-project")


@pytest.mark.parametrize("model_type", projects.MODEL_TYPES)
def test_newest_archive_holds_what_the_project_template_gives(model_type: str) -> None:
    files = projects.render(ROOT, model_type, seeds.VALUES)
    name = seeds.current(ROOT)[model_type]
    assert name == seeds.name(model_type, files), "run: python -m generators.seeds, raise the version of ml-project"
    assert seeds.held((ROOT / seeds.FOLDER / name).read_bytes()) == files


def test_every_archive_is_named_by_what_is_in_it() -> None:
    for file in (ROOT / seeds.FOLDER).glob("*.zip"):
        model_type = file.stem.rpartition("-")[0]
        assert file.name == seeds.name(model_type, seeds.held(file.read_bytes()))


@pytest.mark.parametrize("release", frozen.releases(PRODUCT), ids=lambda it: str(it.version))
def test_frozen_version_finds_the_archives_that_it_names(release: frozen.Release) -> None:
    named = {it["Key"] for it in json.loads(release.body)["Mappings"]["Seeds"].values()}
    assert {key for key, _ in frozen.seeds(release)} == named
    assert len(named) == len(projects.MODEL_TYPES)


def test_scripts_of_an_archive_can_be_run_and_texts_cannot() -> None:
    content = seeds.archive({"run.sh": "#!/bin/sh\n", "README.md": "# Read\n"})
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        modes = {it.filename: it.external_attr >> 16 & 0o777 for it in zipped.infolist()}
    assert modes == {"run.sh": 0o755, "README.md": 0o644}
