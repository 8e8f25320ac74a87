"""Batch transform jobs: the containers of a model answer, one after the other, for the records of files.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-batch-code.html
"""

import json
import subprocess
import sys
import tarfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.localaws.crud.operations import create
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store
from scripts.localaws.services.ecr.container import LocalImage, Settings
from scripts.localaws.services.sagemaker.components import get_required, validation_error
from scripts.localaws.services.sagemaker.jobs import batches
from scripts.localaws.services.sagemaker.jobs.container import Container
from scripts.localaws.services.sagemaker.jobs.instances import memory_kib
from scripts.localaws.services.sagemaker.jobs.job import Job, pull, start
from scripts.localaws.services.sagemaker.jobs.session import JobFailed, Session, download, session_of, upload

_CLIENT = Path(__file__).with_name("transform_client.py")


class TransformJob(Job):
    """A model's containers between input files and `<input>.out`."""

    resource, times = "TransformJob", "Transform"
    event, log_group = "SageMaker Transform Job State Change", "/aws/sagemaker/TransformJobs"

    @property
    def model(self) -> Record:
        """The model's record."""
        return get_required(self.store, "Model", self.record)

    @property
    def session(self) -> Session:
        """The session of the model's role in the model's network."""
        network = self.model.get("VpcConfig")
        return session_of(self.store.account, self.store.region, self.model["ExecutionRoleArn"], network)

    def execute(self, folder: Path) -> None:
        """Split the input, send it through every container, upload what comes out."""
        self.begin()
        source, target = self.record["TransformInput"], self.record["TransformOutput"]
        download(self.session, source["DataSource"]["S3DataSource"]["S3Uri"], folder / "input")
        payloads = folder / "payloads"
        names = self._split(folder / "input", payloads)
        content_type = source.get("ContentType", "")
        for number, container in enumerate(_containers(self.store, self.model)):
            content_type = self._answer(folder / str(number), container, payloads, content_type)
        for index, name in enumerate(names):
            answers = [path.read_bytes() for path in sorted(payloads.glob(f"{index:05}-*"))]
            path = folder / "output" / f"{name}.out"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(batches.assemble(answers, target.get("AssembleWith", "None")))
        upload(self.session, folder / "output", target["S3OutputPath"], target.get("KmsKeyId"))

    def _split(self, folder: Path, payloads: Path) -> list[str]:
        """Write the payloads as files INDEX-NUMBER; the names of the input files, by index."""
        payloads.mkdir()
        limit = self.record.get("MaxPayloadInMB", 6) * batches.MIB
        strategy = self.record.get("BatchStrategy", "MultiRecord")
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        split_type = self.record["TransformInput"].get("SplitType", "None")
        for index, path in enumerate(paths):
            for number, payload in enumerate(batches.split(path.read_bytes(), split_type, strategy, limit)):
                (payloads / f"{index:05}-{number:05}").write_bytes(payload)
        return [path.relative_to(folder).as_posix() for path in paths]

    def _answer(self, folder: Path, container: Record, payloads: Path, content_type: str) -> str:
        """Replace each payload by the container's answer; the answers' content type."""
        image, outcome = pull(self, container["Image"]), _Outcome()
        (folder / "model").mkdir(parents=True)
        if "ModelDataUrl" in container:
            _unpack(self.session, container["ModelDataUrl"], folder)
        client = self.record.get("ModelClientConfig") or {}
        settings = {
            "folder": str(payloads),
            "content_type": content_type,
            "accept": self.record["TransformOutput"].get("Accept", ""),
            "seconds": client.get("InvocationsTimeoutInSeconds", 600),
            "retries": client.get("InvocationsMaxRetries", 0),
        }

        def invoke(running: Container) -> None:
            outcome.run(running, settings)

        code = self.run_container(image, self._settings(folder, image, container), [], invoke)
        if self.stopping.is_set():
            raise JobFailed("stopped")
        if outcome.code != 0:
            reason = outcome.error.strip() or f"the server ended with exit code {code}"
            raise JobFailed(f"AlgorithmError: See job logs for more information: {reason}")
        for path in payloads.glob("*.out"):
            path.rename(path.with_suffix(""))
        return outcome.content_type

    def _settings(self, folder: Path, image: LocalImage, container: Record) -> Settings:
        named = {
            "SAGEMAKER_MAX_PAYLOAD_IN_MB": self.record.get("MaxPayloadInMB"),
            "SAGEMAKER_BATCH_STRATEGY": self.record.get("BatchStrategy"),
            "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": self.record.get("MaxConcurrentTransforms"),
        }
        variables = {"SAGEMAKER_BATCH": "true", **{name: str(value) for name, value in named.items() if value}}
        variables |= {**(container.get("Environment") or {}), **(self.record.get("Environment") or {})}
        kib = memory_kib(self.record["TransformResources"]["InstanceType"])
        return Settings(folder, image.command(None, ["serve"]), variables, kib=kib, isolated=True)


class _Outcome:
    """The result of the client of a container; `code` is None when the container ended first."""

    def __init__(self) -> None:
        self.code: int | None = None
        self.content_type = self.error = ""

    def run(self, container: Container, settings: Mapping[str, Any]) -> None:
        """Send the payloads, then end the container."""
        init = container.init
        if init is None:
            return
        enter = ["nsenter", "--target", str(init.pid), "--user", "--net", "--preserve-credentials"]
        client = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *enter, sys.executable, "-I", str(_CLIENT), json.dumps(settings)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        threading.Thread(target=_kill_after, args=(container, client), daemon=True).start()
        self.content_type, self.error = client.communicate()
        self.code = client.returncode
        container.terminate()


def _kill_after(container: Container, client: subprocess.Popen[str]) -> None:
    """End the client once the container has ended: nobody answers any more."""
    container.await_end()
    client.kill()


def _unpack(session: Session, uri: str, folder: Path) -> None:
    """Unpack a model's archive below the folder `model`. Raises JobFailed."""
    download(session, uri, folder / "archive")
    (archive,) = (folder / "archive").iterdir()
    try:
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(folder / "model", filter="tar")
    except (tarfile.TarError, OSError) as error:
        raise JobFailed(f"ClientError: {uri} is no .tar.gz archive: {error}") from None
    archive.unlink()


def _containers(store: Store, model: Record) -> list[Record]:
    """The model's containers; one that names a model package stands for those of the package."""
    containers = model.get("Containers") or [model["PrimaryContainer"]]
    packages = {record["@arn"]: record for record in store.find(store.resources["ModelPackage"])}
    return [
        each
        for container in containers
        for each in (
            packages[container["ModelPackageName"]]["InferenceSpecification"]["Containers"]
            if "ModelPackageName" in container
            else [container]
        )
    ]


def create_transform_job(store: Store, params: Record, output: Any) -> Record:
    """Store the job and start it."""
    model = get_required(store, "Model", params)
    source = params["TransformInput"]
    problems = {
        "input of S3DataType S3Prefix": source["DataSource"]["S3DataSource"]["S3DataType"] != "S3Prefix",
        "input without compression": source.get("CompressionType", "None") != "None",
        "SplitType None or Line": source.get("SplitType", "None") not in ("None", "Line"),
        "no DataProcessing": bool(params.get("DataProcessing")),
        "a model with an image": not model.get("Containers") and not model.get("PrimaryContainer"),
    }
    if missing := [name for name, is_wrong in problems.items() if is_wrong]:
        raise validation_error(f"the embedded AWS runs transform jobs with {', '.join(missing)} only; see SUPPORTED.md")
    response = create(store, store.resources["TransformJob"], params, output)
    start(store, store.get(store.resources["TransformJob"], params), TransformJob)
    return response
