"""A Distributed Map's run: items from S3, one child execution for each, a bound on how many fail, results to S3.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from scripts.localaws.services.iam.authorization.authorization_request import authorization_request
from scripts.localaws.services.iam.authorization.authorize import is_allowed
from scripts.localaws.services.stepfunctions import jsonpath
from scripts.localaws.services.stepfunctions.execution_state import ExecutionState
from scripts.localaws.services.stepfunctions.tasks import Session, StateError
from scripts.localaws.services.sts import sessions

NewChild = Callable[["MapRun", str, Any], ExecutionState]  # map run, ARN, data
_MOST = 64  # threads; AWS runs up to 10,000 children at once
_UNDONE = ("FAILED", "ABORTED")


class MapRun:
    """Lives as long as its parent execution; running it again redrives what did not succeed."""

    def __init__(self, parent: ExecutionState, name: str, state: dict[str, Any], new_child: NewChild) -> None:
        self._new_child = new_child
        self.parent, self.state, self.id = parent, state, str(uuid.uuid4())
        machine = parent.machine["stateMachineArn"]
        self.label = f"{machine.rpartition(':')[2]}/{state.get('Label', name)}"
        self.arn = f"{machine.rpartition(':')[0].replace(':stateMachine', '')}:mapRun:{self.label}:{self.id}"
        self.status, self.redrives, self.started = "RUNNING", -1, datetime.now(UTC)
        self.ended = self.started
        self.children: list[ExecutionState] = []
        self.most = state.get("MaxConcurrency") or 10_000
        self.tolerated_percentage = state.get("ToleratedFailurePercentage", 0)
        self.tolerated_count = state.get("ToleratedFailureCount", 0)

    def counts(self) -> dict[str, int]:
        """How many children have which status, as AWS names them."""
        found = Counter("pending" if child.status == "PENDING" else child.status.lower() for child in self.children)
        names = ("pending", "running", "succeeded", "failed", "aborted")
        zero = {"timedOut": 0, "pendingRedrive": 0, "failuresNotRedrivable": 0}
        written = found["succeeded"] + found["failed"] if "ResultWriter" in self.state else 0
        return {**{name: found[name] for name in names}, **zero, "resultsWritten": written, "total": len(self.children)}

    def run(self, data: Any, session: Session) -> Any:
        """The state's result. Raises StateError when more children failed than are tolerated."""
        self.redrives, self.status = self.redrives + 1, "RUNNING"
        self._allowed("states:RedriveExecution" if self.redrives else "states:StartExecution", session)
        if not self.children:
            self._read(data, session)
        todo = [child for child in self.children if child.status != "SUCCEEDED"]
        for child in todo:
            if child.status in _UNDONE:
                child.redrive()
                child.status = "PENDING"
            child.stop.clear()
        with ThreadPoolExecutor(min(self.most, _MOST)) as pool:
            list(pool.map(lambda child: self._child(child, session), todo))
        self.ended, self.status = datetime.now(UTC), self._verdict()
        result = self._write(data, session)
        if self.status != "SUCCEEDED":
            raise StateError(
                "States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded"
            )
        return result

    def _child(self, child: ExecutionState, session: Session) -> None:
        """One child, unless the run is already lost; the child that breaks the bound stops the others."""
        if self.parent.stop.is_set() or self._verdict() == "FAILED":
            return
        child.status = "RUNNING"
        child.run(Session(session.account, session.region, session.access_key, child.stop))
        if self._verdict() == "FAILED":
            for other in self.children:
                other.stop.set()

    def _verdict(self) -> str:
        failed, total = self.counts()["failed"], len(self.children) or 1
        tolerated = failed <= self.tolerated_count or 100 * failed / total <= self.tolerated_percentage
        return "ABORTED" if self.parent.stop.is_set() else "SUCCEEDED" if tolerated else "FAILED"

    def _allowed(self, action: str, session: Session) -> None:
        """The machine's role must be allowed to start the children, which no request of ours shows."""
        who = sessions.caller(session.access_key)
        resource = self.parent.machine["stateMachineArn"]
        if action == "states:RedriveExecution":
            resource = resource.replace(":stateMachine:", ":execution:") + f"/{self.label.rpartition('/')[2]}:*"
        if not is_allowed(who, authorization_request(who, session.region, action, resource, {})):
            raise StateError("States.Permissions", f"{who.arn} is not authorized to perform: {action} on {resource}")

    def _read(self, data: Any, session: Session) -> None:
        reader, machine = self.state["ItemReader"], self.parent.machine
        where = jsonpath.render(reader["Parameters"], data, self.parent.context)
        try:
            text = session.call("s3", "getObject", where)["Body"].read().decode()
            lines = reader["ReaderConfig"]["InputType"] == "JSONL"
            items = [json.loads(line) for line in text.splitlines() if line.strip()] if lines else json.loads(text)
        except (StateError, ValueError) as unreadable:
            raise StateError("States.ItemReaderFailed", str(unreadable)) from None
        head = machine["stateMachineArn"].rpartition(":")[0].replace(":stateMachine", ":execution")
        for index, item in enumerate(items):
            keys = {**self.parent.context, "Map": {"Item": {"Index": index, "Value": item}}}
            given = jsonpath.render(self.state["ItemSelector"], data, keys) if "ItemSelector" in self.state else item
            arn = f"{head}:{self.label}:{uuid.uuid4()}"
            self.children.append(self._new_child(self, arn, given))

    def _write(self, data: Any, session: Session) -> Any:
        """What AWS writes: a manifest and one file for each outcome."""
        if "ResultWriter" not in self.state:
            return [child.output for child in self.children]
        where = jsonpath.render(self.state["ResultWriter"]["Parameters"], data, self.parent.context)
        bucket, prefix = where["Bucket"], f"{where.get('Prefix', '').rstrip('/')}/{self.id}".lstrip("/")
        files: dict[str, list[dict[str, Any]]] = {}
        for status, named in {"SUCCEEDED": ("SUCCEEDED",), "FAILED": _UNDONE, "PENDING": ("PENDING",)}.items():
            kept = [_told(child) for child in self.children if child.status in named]
            if kept:
                body = json.dumps(kept).encode()
                session.call("s3", "putObject", {"Bucket": bucket, "Key": f"{prefix}/{status}_0.json", "Body": body})
            files[status] = [{"Key": f"{prefix}/{status}_0.json", "Size": len(body)}] if kept else []
        manifest = {"DestinationBucket": bucket, "MapRunArn": self.arn, "ResultFiles": files}
        key = f"{prefix}/manifest.json"
        session.call("s3", "putObject", {"Bucket": bucket, "Key": key, "Body": json.dumps(manifest).encode()})
        return {"MapRunArn": self.arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}}


def _told(child: ExecutionState) -> dict[str, Any]:
    told = {"ExecutionArn": child.arn, "Input": json.dumps(child.input), "Name": child.name, "Status": child.status}
    told |= (
        {"Output": json.dumps(child.output)}
        if child.status == "SUCCEEDED"
        else {"Error": child.error, "Cause": child.cause}
    )
    return {**told, "RedriveCount": child.redrives, "StartDate": child.started.isoformat()}
