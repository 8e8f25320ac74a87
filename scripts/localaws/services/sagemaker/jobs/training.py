"""Training jobs.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.localaws.core import clock, data_file
from scripts.localaws.crud.operations import create
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import LOCK, Store
from scripts.localaws.services.ecr.container import LocalImage, Settings
from scripts.localaws.services.sagemaker.components import validation_error
from scripts.localaws.services.sagemaker.jobs.instances import memory_kib
from scripts.localaws.services.sagemaker.jobs.job import Job, pull, start
from scripts.localaws.services.sagemaker.jobs.log_stream import Metrics
from scripts.localaws.services.sagemaker.jobs.processing import HOSTS
from scripts.localaws.services.sagemaker.jobs.session import JobFailed, archive, download, upload

_MESSAGES: Mapping[str, str] = data_file.read(Path(__file__).with_name("training_messages.yaml"))


class TrainingJob(Job):
    """A container that reads channels and leaves a model."""

    resource, times = "TrainingJob", "Training"
    event, log_group = "SageMaker Training Job State Change", "/aws/sagemaker/TrainingJobs"

    def execute(self, folder: Path) -> None:
        """Download the channels, run the algorithm, upload model and output."""
        self.begin()
        self.set_secondary_status("Downloading")
        specification, metrics = self.record["AlgorithmSpecification"], Metrics(self._definitions())
        image = pull(self, specification["TrainingImage"])
        self._prepare(folder)
        self.set_secondary_status("Training")
        code = self.run_container(image, self._settings(folder, image), [metrics.read])
        with LOCK:
            self.record["FinalMetricDataList"] = metrics.final()
        if metrics.values:
            metrics.send(self.session, self.name)
        if code and not (self.stopping.is_set() or self.expired):
            raise JobFailed(f"AlgorithmError: {_failure(folder / 'output' / 'failure')}, exit code: {code}")
        self.set_secondary_status("Uploading")
        self._upload(folder)

    def _definitions(self) -> list[Record]:
        return list(self.record["AlgorithmSpecification"].get("MetricDefinitions") or ())

    def _settings(self, folder: Path, image: LocalImage) -> Settings:
        specification = self.record["AlgorithmSpecification"]
        arguments = specification.get("ContainerArguments")
        entrypoint = specification.get("ContainerEntrypoint")
        variables = {"TRAINING_JOB_NAME": self.name, "TRAINING_JOB_ARN": self.record["@arn"]}
        return Settings(
            folder,
            image.command(entrypoint, arguments if entrypoint or arguments else ["train"]),
            {**variables, **(self.record.get("Environment") or {})},
            kib=memory_kib(self.record["ResourceConfig"]["InstanceType"]),
            isolated=bool(self.record.get("EnableNetworkIsolation")),
        )

    def _prepare(self, folder: Path) -> None:
        for name in ("input/config", "input/data", "model", "output/data"):
            (folder / name).mkdir(parents=True)
        channels = self.record.get("InputDataConfig") or ()
        documents = {
            "hyperparameters": self.record.get("HyperParameters") or {},
            "inputdataconfig": {channel["ChannelName"]: _described(channel) for channel in channels},
            "resourceconfig": _resources(self.record["ResourceConfig"]["InstanceType"]),
        }
        for name, document in documents.items():
            (folder / "input/config" / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
        for channel in channels:
            source = channel["DataSource"]["S3DataSource"]
            download(self.session, source["S3Uri"], folder / "input/data" / channel["ChannelName"])

    def _upload(self, folder: Path) -> None:
        target, packed = self.record["OutputDataConfig"], folder / "packed"
        archive(folder / "model", packed / "model.tar.gz")
        archive(folder / "output" / "data", packed / "output.tar.gz")
        upload(self.session, packed, f"{target['S3OutputPath'].rstrip('/')}/{self.name}/output", target.get("KmsKeyId"))

    def set_status(self, status: str, **values: Any) -> None:
        """Change the status; a stop is a secondary status, too."""
        if status == "Stopping":
            self._add_transition("Stopping")
        super().set_status(status, **values)

    def set_secondary_status(self, status: str) -> None:
        """Change the secondary status and send the event."""
        self._add_transition(status)
        self.send_event()

    def _add_transition(self, status: str, message: str = "") -> None:
        now = clock.now()
        with LOCK:
            transitions = self.record.setdefault("SecondaryStatusTransitions", [])
            if transitions:
                transitions[-1]["EndTime"] = now
            text = message or _MESSAGES[status]
            transitions.append({"Status": status, "StartTime": now, "StatusMessage": text})
            self.record["SecondaryStatus"] = status

    def finish(self, status: str, values: Mapping[str, Any]) -> None:
        """Set the last status with the job's times."""
        reason = str(values.get("FailureReason", ""))
        secondary = "MaxRuntimeExceeded" if self.expired and status == "Stopped" else status
        self._add_transition(secondary, reason)
        now = clock.now()
        self.record["SecondaryStatusTransitions"][-1]["EndTime"] = now
        seconds = int((now - self.record["@created"]).total_seconds())
        super().finish(status, {**values, "TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": seconds})


def _resources(instance_type: str) -> Record:
    """The content of resourceconfig.json, as public logs of SM_RESOURCE_CONFIG show it."""
    name = "homogeneousCluster"
    group = {"instance_group_name": name, "instance_type": instance_type, "hosts": HOSTS["hosts"]}
    current = {"current_instance_type": instance_type, "current_group_name": name}
    return {**HOSTS, **current, "instance_groups": [group], "network_interface_name": "eth0"}


def _described(channel: Record) -> Record:
    """The entry of a channel in inputdataconfig.json."""
    source = channel["DataSource"]["S3DataSource"]
    distribution = source.get("S3DataDistributionType", "FullyReplicated")
    content = {"ContentType": channel["ContentType"]} if "ContentType" in channel else {}
    wrapper = channel.get("RecordWrapperType", "None")
    return {**content, "TrainingInputMode": "File", "S3DistributionType": distribution, "RecordWrapperType": wrapper}


def _failure(file: Path) -> str:
    """The first 1,024 characters of the algorithm's own words."""
    return file.read_text(encoding="utf-8", errors="replace")[:1024] if file.is_file() else ""


def create_training_job(store: Store, params: Record, output: Any) -> Record:
    """Store the job and start it."""
    check_training(params)
    response = create(store, store.resources["TrainingJob"], with_artifacts(params), output)
    start(store, store.get(store.resources["TrainingJob"], params), TrainingJob)
    return response


def with_artifacts(params: Record) -> Record:
    """The request with the address of the model's archive, which is known from the beginning."""
    path = params["OutputDataConfig"]["S3OutputPath"].rstrip("/")
    artifacts = {"S3ModelArtifacts": f"{path}/{params['TrainingJobName']}/output/model.tar.gz"}
    now = clock.now()
    starting = {"Status": "Starting", "StartTime": now, "StatusMessage": _MESSAGES["Starting"]}
    condition = params.get("StoppingCondition") or {"MaxRuntimeInSeconds": 86400}
    return {
        **params,
        "ModelArtifacts": artifacts,
        "SecondaryStatus": "Starting",
        "SecondaryStatusTransitions": [starting],
        "StoppingCondition": {"MaxRuntimeInSeconds": 86400, **condition},
    }


def check_training(params: Record) -> None:
    """Refuse what is not executed here."""
    specification = params["AlgorithmSpecification"]
    modes = {specification["TrainingInputMode"], *(c.get("InputMode") for c in params.get("InputDataConfig") or ())}
    sources = [channel["DataSource"].get("S3DataSource") for channel in params.get("InputDataConfig") or ()]
    problems = {
        "a TrainingImage": "TrainingImage" not in specification,
        "input mode File": bool(modes - {"File", None}),
        "channels of S3DataType S3Prefix": any(not source or source["S3DataType"] != "S3Prefix" for source in sources),
        "one instance": params["ResourceConfig"].get("InstanceCount", 1) > 1,
    }
    if missing := [name for name, is_wrong in problems.items() if is_wrong]:
        raise validation_error(f"the embedded AWS runs training jobs with {', '.join(missing)} only; see SUPPORTED.md")
