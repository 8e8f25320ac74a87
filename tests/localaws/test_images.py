"""Images: what a Dockerfile becomes, and its way through ECR.

https://docs.docker.com/reference/dockerfile/
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.localaws.services.ecr import images
from scripts.localaws.services.ecr.dockerfile import REQUIREMENTS, Build, DockerfileError, interpret
from tests.localaws.conftest import Aws, refused
from tests.localaws.containers import Workshop

pytestmark = pytest.mark.local_only
TERRAFORM = Path(__file__).resolve().parents[2] / "terraform"
DOCKERFILE = """\
ARG BASE=python:3.11-slim  # the default
FROM ${BASE}
ARG NAME=app
# a comment
COPY --chmod=0755 run lib/ /opt/${NAME}/
RUN --mount=type=secret,id=t TOKEN=x pip install --no-deps \\
    --requirement /opt/app/requirements.txt && mkdir -p /data
ENV A=1 B="two words"
WORKDIR /opt
WORKDIR $NAME
EXPOSE 8080
ENTRYPOINT ["python", "run"]
CMD fast
"""


def _interpret(folder: Path, text: str, **arguments: str) -> Build:
    (folder / "Dockerfile").write_text(text)
    return interpret(folder, arguments, lambda name: None)


def test_a_dockerfile_becomes_a_configuration_and_files(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("1")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "b.py").write_text("2")
    build = _interpret(tmp_path, DOCKERFILE.replace("  # the default", ""))
    assert build.config["Env"][1:] == ["A=1", "B=two words"]
    assert (build.config["WorkingDir"], build.config["Entrypoint"]) == ("/opt/app", ["python", "run"])
    assert build.config["Cmd"] == ["/bin/sh", "-c", "fast"]
    assert build.config["Labels"] == {REQUIREMENTS: "/opt/app/requirements.txt"}
    assert {path: file.content for path, file in build.files.items()} == {
        "/opt/app/run": b"1",
        "/opt/app/b.py": b"2",
        "/data": None,
    }
    assert build.files["/opt/app/run"].mode == 0o755


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("FROM alpine:3", "Dockerfile:1: alpine:3 is no image of the registry and no image of Python"),
        ("FROM python:3 BY a\nFROM python:3", "Dockerfile:1: FROM names one image, and a stage after AS"),
        ("FROM python:3\n\nRUN apt-get update", "Dockerfile:3: RUN apt-get update: only pip install"),
        ("FROM python:3\nHEALTHCHECK NONE", "Dockerfile:2: HEALTHCHECK is not interpreted; use FROM, ARG"),
        ("FROM python:3\nCOPY none /a", "Dockerfile:2: COPY none: there is no such file"),
        ("FROM python:3\nCOPY ../secret /a", "Dockerfile:2: COPY ../secret: there is no such file"),
        ("FROM python:3\nCOPY --from=x a /a", "COPY --from=x: there is no such stage"),
        ("FROM python:3 AS x\nFROM python:3\nCOPY --from=x /a /a", "COPY --from=x /a: the stage has no such file"),
        ("FROM python:3\nCOPY --link a /a", "only --chmod and --chown are interpreted"),
        ("FROM python:3\nRUN sha256sum --check /a", "Dockerfile:2: sha256sum: /a: No such file"),
        ("FROM python:3\nCOPY Dockerfile /a\nRUN sha256sum --check /a", "Dockerfile:3: sha256sum: "),
        ('FROM python:3\nRUN pip install "a', "Dockerfile:2: No closing quotation"),
    ],
)
def test_a_line_that_is_not_interpreted_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(DockerfileError) as caught:
        _interpret(tmp_path, text)
    assert problem in str(caught.value)


@pytest.mark.parametrize("name", ["training", "processing", "inference"])
def test_the_hubs_images_run_as_root_and_keep_nothing_below_opt_ml(name: str) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html"""
    base = {"REGISTRY": "222222222222.dkr.ecr.eu-west-2.amazonaws.com", "PREFIX": "mlops"}
    build = interpret(TERRAFORM / "images" / name, base, lambda name: ({}, None))
    paths = [*build.files, build.config["WorkingDir"], *build.config["Labels"][REQUIREMENTS].split()]
    assert "User" not in build.config
    assert [path for path in paths if path.startswith("/opt/ml")] == []


@pytest.fixture(scope="module")
def workshop(aws: Aws, member: Callable[[str], str]) -> Workshop:
    return Workshop(aws, member("images-spoke")).build()


def test_an_image_is_found_under_the_digest_of_its_manifest_and_starts_another(
    workshop: Workshop, tmp_path: Path
) -> None:
    ecr = workshop("ecr")
    uri = workshop.push(tmp_path, "1", "FROM python:3\nCOPY a /a\nENV A=1\nCMD one\n", a="first")
    (image,) = ecr.batch_get_image(repositoryName="python", imageIds=[{"imageTag": "1"}])["images"]
    digest = hashlib.sha256(image["imageManifest"].encode()).hexdigest()
    assert uri.endswith(f"@sha256:{digest}")
    above = workshop.push(tmp_path, "2", f"FROM {uri}\nCOPY a /b\nENV B=2\nENTRYPOINT two\n", a="second")
    pulled = images.pull(ecr, above)
    pulled.unpack(tmp_path / "root")
    assert {path.name: path.read_text() for path in (tmp_path / "root").iterdir()} == {"a": "first", "b": "second"}
    assert [pair for pair in pulled.config["Env"] if not pair.startswith("PATH")] == ["A=1", "B=2"]
    assert (pulled.config["Entrypoint"], pulled.config["Cmd"]) == (["/bin/sh", "-c", "two"], None)
    assert workshop.push(tmp_path, "3", f"FROM {uri}\nCOPY a /b\nENV B=2\nENTRYPOINT two\n", a="second") == above


def test_a_manifest_needs_its_layers(workshop: Workshop) -> None:
    ecr, digest = workshop("ecr"), "sha256:" + "0" * 64
    manifest = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "config": {"digest": digest}, "layers": []}
    request = {"repositoryName": "python", "imageTag": "x", "imageManifest": json.dumps(manifest)}
    assert refused(ecr.put_image, **request)[0] == "LayersNotFoundException"
    lost = refused(ecr.get_download_url_for_layer, repositoryName="python", layerDigest=digest)
    assert lost[0] == "LayersNotFoundException"
