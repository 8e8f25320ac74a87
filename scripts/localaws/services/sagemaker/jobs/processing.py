"""Processing jobs.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html
"""

import json
from pathlib import Path
from typing import Any

from scripts.localaws.crud.operations import create
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store
from scripts.localaws.services.ecr.container import Settings
from scripts.localaws.services.sagemaker.components import validation_error
from scripts.localaws.services.sagemaker.jobs.instances import memory_kib
from scripts.localaws.services.sagemaker.jobs.job import Job, pull, start
from scripts.localaws.services.sagemaker.jobs.session import JobFailed, download, upload

_LOCAL = "/opt/ml/processing/"
HOSTS = {"current_host": "algo-1", "hosts": ["algo-1"]}


class ProcessingJob(Job):
    """A container between inputs and outputs in S3."""

    resource, times = "ProcessingJob", "Processing"
    event, log_group = "SageMaker Processing Job State Change", "/aws/sagemaker/ProcessingJobs"

    def execute(self, folder: Path) -> None:
        """Download the inputs, run the container, upload the outputs of a job that succeeds."""
        self.begin()
        application = self.record["AppSpecification"]
        image = pull(self, application["ImageUri"])
        outputs = (self.record.get("ProcessingOutputConfig") or {}).get("Outputs", ())
        self._prepare(folder, outputs)
        entrypoint = application.get("ContainerEntrypoint")
        code = self.run_container(
            image,
            Settings(
                folder,
                image.command(entrypoint, application.get("ContainerArguments")),
                self.record.get("Environment") or {},
                kib=memory_kib(self.record["ProcessingResources"]["ClusterConfig"]["InstanceType"]),
                isolated=bool((self.record.get("NetworkConfig") or {}).get("EnableNetworkIsolation")),
            ),
        )
        self._read_message(folder / "output" / "message")
        if self.stopping.is_set() or self.expired:
            return
        if code:
            raise JobFailed(f"AlgorithmError: , exit code: {code}")
        key = (self.record.get("ProcessingOutputConfig") or {}).get("KmsKeyId")
        for output in outputs:
            upload(self.session, _local(folder, output["S3Output"]["LocalPath"]), output["S3Output"]["S3Uri"], key)

    def _prepare(self, folder: Path, outputs: list[Record]) -> None:
        for name in ("config", "output", "processing"):
            (folder / name).mkdir()
        document = {**self.record, "ProcessingJobArn": self.record["@arn"]}
        configuration = {name: value for name, value in document.items() if name in _CONFIGURATION}
        (folder / "config" / "processingjobconfig.json").write_text(json.dumps(configuration), encoding="utf-8")
        (folder / "config" / "resourceconfig.json").write_text(json.dumps(HOSTS), encoding="utf-8")
        for output in outputs:
            _local(folder, output["S3Output"]["LocalPath"]).mkdir(parents=True, exist_ok=True)
        for source in self.record.get("ProcessingInputs") or ():
            download(self.session, source["S3Input"]["S3Uri"], _local(folder, source["S3Input"]["LocalPath"]))

    def _read_message(self, file: Path) -> None:
        """The first KB of the container's message becomes ExitMessage."""
        if file.is_file():
            try:
                self.record["ExitMessage"] = file.read_bytes().decode()[:1024]
            except UnicodeDecodeError:
                raise JobFailed("ClientError: /opt/ml/output/message is not encoded as UTF-8") from None


_CONFIGURATION = (
    "ProcessingJobArn", "ProcessingJobName", "AppSpecification", "Environment", "ProcessingInputs",
    "ProcessingOutputConfig", "ProcessingResources", "RoleArn", "StoppingCondition",
)  # fmt: skip


def _local(folder: Path, path: str) -> Path:
    return folder / path.removeprefix("/opt/ml/")


def create_processing_job(store: Store, params: Record, output: Any) -> Record:
    """Store the job and start it."""
    for member, part in (*_parts(params, "ProcessingInputs", "S3Input"), *_parts(params, "Outputs", "S3Output")):
        if part is None:
            raise validation_error(f"the embedded AWS takes inputs and outputs in S3 only, not {member}; SUPPORTED.md")
        if not f"{part['LocalPath']}/".startswith(_LOCAL) or ".." in part["LocalPath"].split("/"):
            raise validation_error(f"LocalPath {part['LocalPath']} must begin with {_LOCAL}")
    if params["ProcessingResources"]["ClusterConfig"]["InstanceCount"] > 1:
        raise validation_error("the embedded AWS runs a processing job on one instance; see SUPPORTED.md")
    condition = params.get("StoppingCondition") or {"MaxRuntimeInSeconds": 86400}
    values = {**params, "StoppingCondition": condition}
    response = create(store, store.resources["ProcessingJob"], values, output)
    start(store, store.get(store.resources["ProcessingJob"], params), ProcessingJob)
    return response


def _parts(params: Record, name: str, member: str) -> list[tuple[str, Record | None]]:
    items = params.get(name) or (params.get("ProcessingOutputConfig") or {}).get(name) or ()
    return [(f"{name} {item}", item.get(member)) for item in items]
