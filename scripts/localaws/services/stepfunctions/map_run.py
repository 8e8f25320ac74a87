"""A Distributed Map run: items from S3, one child execution per item, tolerated failures, results to S3.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from scripts.localaws.core import clock
from scripts.localaws.services.iam.authorization.authorization_request import authorization_request
from scripts.localaws.services.iam.authorization.authorize import is_allowed
from scripts.localaws.services.stepfunctions import jsonpath
from scripts.localaws.services.stepfunctions.execution_state import ExecutionState
from scripts.localaws.services.stepfunctions.tasks import Session, StateError
from scripts.localaws.services.sts import sessions

NewChild = Callable[["MapRun", str, Any], ExecutionState]  # map run, ARN, data
_MAX_THREADS = 64  # AWS runs up to 10,000 children concurrently
_REDRIVABLE = ("FAILED", "ABORTED")
_FILES = {"SUCCEEDED": ("SUCCEEDED",), "FAILED": _REDRIVABLE, "PENDING": ("PENDING",)}  # file -> statuses in it


class MapRun:
    """The map run of a Map state; running it again redrives the children that did not succeed."""

    def __init__(self, parent: ExecutionState, name: str, state: dict[str, Any], new_child: NewChild) -> None:
        self._new_child = new_child
        self.parent, self.state, self.id = parent, state, str(uuid.uuid4())
        machine = parent.machine["stateMachineArn"]
        self.label = f"{machine.rpartition(':')[2]}/{state.get('Label', name)}"
        self.arn = f"{machine.rpartition(':')[0].replace(':stateMachine', '')}:mapRun:{self.label}:{self.id}"
        self.status, self.redrive_count, self.started_at = "RUNNING", -1, clock.now()
        self.stopped_at = self.started_at
        self.children: list[ExecutionState] = []
        self.max_concurrency = state.get("MaxConcurrency") or 10_000
        self.tolerated_percentage = state.get("ToleratedFailurePercentage", 0)
        self.tolerated_count = state.get("ToleratedFailureCount", 0)

    def counts(self) -> dict[str, int]:
        """Return the number of children by status, with the names of DescribeMapRun."""
        counter = Counter("pending" if child.status == "PENDING" else child.status.lower() for child in self.children)
        names = ("pending", "running", "succeeded", "failed", "aborted")
        constants = {"timedOut": 0, "pendingRedrive": 0, "failuresNotRedrivable": 0}
        results_written = counter["succeeded"] + counter["failed"] if "ResultWriter" in self.state else 0
        return {
            **{name: counter[name] for name in names},
            **constants,
            "resultsWritten": results_written,
            "total": len(self.children),
        }

    def run(self, data: Any, session: Session) -> Any:
        """Return the result of the state; StateError if more children failed than are tolerated."""
        self.redrive_count, self.status = self.redrive_count + 1, "RUNNING"
        self._check_permission("states:RedriveExecution" if self.redrive_count else "states:StartExecution", session)
        if not self.children:
            self._read_items(data, session)
        unfinished = [child for child in self.children if child.status != "SUCCEEDED"]
        for child in unfinished:
            if child.status in _REDRIVABLE:
                child.redrive()
                child.status = "PENDING"
            child.stop_event.clear()
        with ThreadPoolExecutor(min(self.max_concurrency, _MAX_THREADS)) as pool:
            list(pool.map(lambda child: self._run_child(child, session), unfinished))
        self.stopped_at, self.status = clock.now(), self._current_status()
        result = self._write_results(data, session)
        if self.status != "SUCCEEDED":
            cause = "The specified tolerated failure threshold was exceeded"
            raise StateError("States.ExceedToleratedFailureThreshold", cause)
        return result

    def _run_child(self, child: ExecutionState, session: Session) -> None:
        """Run one child unless the map run has failed; if its failure exceeds the threshold, stop the others."""
        if self.parent.stop_event.is_set() or self._current_status() == "FAILED":
            return
        child.status = "RUNNING"
        child.run(Session(session.account, session.region, session.access_key, child.stop_event))
        if self._current_status() == "FAILED":
            for other in self.children:
                other.stop_event.set()

    def _current_status(self) -> str:
        failed, total = self.counts()["failed"], len(self.children) or 1
        tolerated = failed <= self.tolerated_count or 100 * failed / total <= self.tolerated_percentage
        return "ABORTED" if self.parent.stop_event.is_set() else "SUCCEEDED" if tolerated else "FAILED"

    def _check_permission(self, action: str, session: Session) -> None:
        """Check that the machine's role may start the children; this server sends no request for them."""
        caller = sessions.caller(session.access_key)
        resource = self.parent.machine["stateMachineArn"]
        if action == "states:RedriveExecution":
            resource = resource.replace(":stateMachine:", ":execution:") + f"/{self.label.rpartition('/')[2]}:*"
        if not is_allowed(caller, authorization_request(caller, session.region, action, resource, {})):
            raise StateError("States.Permissions", f"{caller.arn} is not authorized to perform: {action} on {resource}")

    def _read_items(self, data: Any, session: Session) -> None:
        reader, machine = self.state["ItemReader"], self.parent.machine
        location = jsonpath.render(reader["Parameters"], data, self.parent.context)
        try:
            text = session.call("s3", "GetObject", location)["Body"]
            texts = text.splitlines() if reader["ReaderConfig"]["InputType"] == "JSONL" else None
            items = json.loads(text) if texts is None else [json.loads(line) for line in texts if line.strip()]
        except (StateError, ValueError) as error:
            raise StateError("States.ItemReaderFailed", str(error)) from None
        if not isinstance(items, list):
            raise StateError("States.ItemReaderFailed", "Attempting to map over non-iterable node.")
        arn_prefix = machine["stateMachineArn"].rpartition(":")[0].replace(":stateMachine", ":execution")
        for index, item in enumerate(items):
            item_context = {**self.parent.context, "Map": {"Item": {"Index": index, "Value": item}}}
            selector = self.state.get("ItemSelector")
            item_input = item if selector is None else jsonpath.render(selector, data, item_context)
            arn = f"{arn_prefix}:{self.label}:{uuid.uuid4()}"
            self.children.append(self._new_child(self, arn, item_input))

    def _write_results(self, data: Any, session: Session) -> Any:
        """Write a manifest and one file for each outcome, as AWS does."""
        if "ResultWriter" not in self.state:
            return [child.output for child in self.children]
        location = jsonpath.render(self.state["ResultWriter"]["Parameters"], data, self.parent.context)
        bucket, prefix = location["Bucket"], f"{location.get('Prefix', '').rstrip('/')}/{self.id}".lstrip("/")
        files: dict[str, list[dict[str, Any]]] = {}
        for status, child_statuses in _FILES.items():
            results = [_child_description(child) for child in self.children if child.status in child_statuses]
            if results:
                body = json.dumps(results).encode()
                session.call("s3", "PutObject", {"Bucket": bucket, "Key": f"{prefix}/{status}_0.json", "Body": body})
            files[status] = [{"Key": f"{prefix}/{status}_0.json", "Size": len(body)}] if results else []
        manifest = {"DestinationBucket": bucket, "MapRunArn": self.arn, "ResultFiles": files}
        key = f"{prefix}/manifest.json"
        session.call("s3", "PutObject", {"Bucket": bucket, "Key": key, "Body": json.dumps(manifest).encode()})
        return {"MapRunArn": self.arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}}


def _child_description(child: ExecutionState) -> dict[str, Any]:
    names = {"ExecutionArn": child.arn, "Name": child.name, "Status": child.status, "Input": json.dumps(child.input)}
    failure = {"Error": child.error, "Cause": child.cause}
    outcome = {"Output": json.dumps(child.output)} if child.status == "SUCCEEDED" else failure
    return {**names, **outcome, "RedriveCount": child.redrive_count, "StartDate": child.started_at.isoformat()}
