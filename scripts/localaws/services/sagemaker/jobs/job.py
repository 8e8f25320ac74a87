"""The life of a job: its thread, its status, its events, its stop. What it does is in the module of its kind.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
"""

import shutil
import tempfile
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from moto.core.exceptions import ServiceException

from scripts.localaws.core import clock, context
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import LOCK, Store
from scripts.localaws.services.ecr.container import LocalImage, Settings
from scripts.localaws.services.iam.authorization import requirements
from scripts.localaws.services.sagemaker import events, experiments
from scripts.localaws.services.sagemaker.components import validation_error
from scripts.localaws.services.sagemaker.jobs import container as containers
from scripts.localaws.services.sagemaker.jobs.container import Container
from scripts.localaws.services.sagemaker.jobs.log_stream import LogStream
from scripts.localaws.services.sagemaker.jobs.session import JobFailed, Session, session_of

JOBS: dict[str, "Job"] = {}  # ARN -> job
_LONGEST = 28 * 24 * 3600  # seconds of any job
_TERMINAL = ("Completed", "Failed", "Stopped")


class Job(ABC):
    """A job of one record. A kind sets its names and implements `execute`."""

    resource: ClassVar[str]  # TrainingJob: beginning of the members TrainingJobName, TrainingJobStatus ...
    times: ClassVar[str]  # Training: beginning of TrainingStartTime, TrainingEndTime
    event: ClassVar[str]  # detail type of its events
    log_group: ClassVar[str]

    def __init__(self, store: Store, record: Record) -> None:
        self.store, self.record = store, record
        self.completion, self.stopping = threading.Event(), threading.Event()
        self.expired = False  # MaxRuntimeInSeconds has passed
        self._container: Container | None = None
        JOBS[record["@arn"]] = self

    @property
    def name(self) -> str:
        """The job's name."""
        return str(self.record[f"{self.resource}Name"])

    @property
    def status(self) -> str:
        """InProgress, Completed, Failed, Stopping or Stopped."""
        return str(self.record[f"{self.resource}Status"])

    @property
    def session(self) -> Session:
        """The session of the job's role in the job's network."""
        network = self.record.get("VpcConfig") or (self.record.get("NetworkConfig") or {}).get("VpcConfig")
        return session_of(self.store.account, self.store.region, self.record["RoleArn"], network)

    @abstractmethod
    def execute(self, folder: Path) -> None:
        """Do the work with files below the folder. Raises JobFailed."""

    def start(self) -> None:
        """Run the job in a thread of its own."""
        threading.Thread(target=self._run, daemon=True, name=self.name).start()

    def stop(self) -> None:
        """Let the job end: its containers get SIGTERM, and SIGKILL later."""
        with LOCK:
            if self.status in _TERMINAL:
                message = f"The request was rejected because the {self.resource} is in status {self.status}."
                raise validation_error(message)
            self.stopping.set()
            self.set_status("Stopping")
        if self._container is not None:
            self._container.terminate()

    def set_status(self, status: str, **values: Any) -> None:
        """Change the status and other members of the record, and send the event."""
        now = clock.now()
        with LOCK:
            self.record.update({**values, f"{self.resource}Status": status, "LastModifiedTime": now, "@updated": now})
        self.send_event()

    def send_event(self) -> None:
        """Send the event of the current status."""
        text = events.iso if self.resource == "TransformJob" else events.milliseconds
        tags = dict(self.store.tags.get(self.record["@arn"], {}))
        times = {"CreationTime": self.record["@created"]}
        detail = {**times, **self.record, f"{self.resource}Arn": self.record["@arn"], "Tags": tags}
        events.send(self.store, self.event, [self.record["@arn"]], events.with_times(detail, text))

    def _run(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="job-", dir=context.folder("jobs")))
        status, values = "Failed", {"FailureReason": "InternalServerError: the embedded AWS failed; see its log"}
        component = None
        try:
            component = experiments.track(self.store, self.record, self.resource, self.name)
            self.execute(folder)
            status, values = "Stopped" if self.stopping.is_set() or self.expired else "Completed", {}
        except (JobFailed, ServiceException) as error:
            status, values = self._outcome(error)
        finally:  # whatever else is raised is a fault of ours; threading writes its traceback to the log
            shutil.rmtree(folder, ignore_errors=True)
            self.finish(status, values)
            if component:
                experiments.complete(component, self.record, status, str(values.get("FailureReason", "")))
            self.completion.set()

    def _outcome(self, error: Exception) -> tuple[str, Record]:
        """The status after an error, and its reason; the error of a job that is being stopped is no failure."""
        if self.stopping.is_set() or self.expired:
            return "Stopped", {}
        message = error.message if isinstance(error, ServiceException) else str(error)
        return "Failed", {"FailureReason": message[:1024]}

    def finish(self, status: str, values: Mapping[str, Any]) -> None:
        """Set the last status."""
        self.set_status(status, **values, **{f"{self.times}EndTime": clock.now()})

    def begin(self) -> None:
        """Set the start time. Raises JobFailed for a role without the rights, and for a job that was stopped before."""
        with LOCK:
            self.record[f"{self.times}StartTime"] = clock.now()
        location = (self.store.account, self.store.region)
        if denial := requirements.start_denial(f"Create{self.resource}", self.record, *location):
            raise JobFailed(denial)
        if self.stopping.is_set():
            raise JobFailed("stopped")

    def run_container(
        self,
        image: LocalImage,
        settings: Settings,
        watchers: Sequence[Callable[[str], None]] = (),
        beside: Callable[[Container], None] | None = None,
    ) -> int:
        """Run a container to its end and write its log; its exit code.

        `watchers` are called with each line; `beside` runs in a thread while the container does.
        """
        stream = LogStream(self.session, self.log_group, f"{self.name}/algo-1-{int(clock.now().timestamp())}")
        condition = self.record.get("StoppingCondition") or {}
        timer = threading.Timer(condition.get("MaxRuntimeInSeconds", _LONGEST), self._expire)
        timer.daemon = True
        container = self._container = Container(image, self.session, settings)
        timer.start()
        thread = threading.Thread(target=beside, args=(container,), daemon=True) if beside else None
        if thread:
            thread.start()
        if self.stopping.is_set():  # between the last check and now
            container.terminate()
        try:
            for line in container.lines():
                stream.write(line)
                for watcher in watchers:
                    watcher(line)
        finally:
            timer.cancel()
            stream.flush()
        if thread:
            thread.join()
        return container.exit_code

    def _expire(self) -> None:
        self.expired = True
        if self._container is not None:
            self._container.terminate()


def start(store: Store, record: Record, kind: type[Job]) -> Job:
    """Start the job of a new record."""
    job = kind(store, record)
    job.start()
    return job


def pull(job: Job, uri: str) -> LocalImage:
    """The image of a job, pulled by the job's role."""
    return containers.pull(job.session, uri)
