"""A log stream of CloudWatch Logs that a job's role writes, and the metrics that its lines hold.

https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
https://docs.aws.amazon.com/sagemaker/latest/dg/define-train-metrics.html
"""

import logging
import re
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import clock
from scripts.localaws.crud.serialization import Record
from scripts.localaws.services.sagemaker.jobs.session import Session

log = logging.getLogger("localaws")
_BATCH, _SECONDS = 500, 1.0  # events of one call, and the longest time between two


class LogStream:
    """Lines go to the stream in batches. Without the right to write, the log is lost and the server's log says so."""

    def __init__(self, session: Session, group: str, name: str) -> None:
        self._client, self._location = session.client("logs"), {"logGroupName": group, "logStreamName": name}
        self._events: list[dict[str, Any]] = []
        self._flushed = time.monotonic()
        self._is_writable = self._create()

    def _create(self) -> bool:
        for operation, names in (("create_log_group", ("logGroupName",)), ("create_log_stream", self._location)):
            try:
                getattr(self._client, operation)(**{name: self._location[name] for name in names})
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                    log.warning("log %s is lost: %s", self._location, error)
                    return False
        return True

    def write(self, line: str) -> None:
        """Add a line."""
        if line:
            self._events.append({"timestamp": int(clock.now().timestamp() * 1000), "message": line})
        if len(self._events) >= _BATCH or time.monotonic() - self._flushed > _SECONDS:
            self.flush()

    def flush(self) -> None:
        """Send the lines that were not sent yet."""
        events, self._events, self._flushed = self._events, [], time.monotonic()
        if events and self._is_writable:
            try:
                self._client.put_log_events(**self._location, logEvents=events)
            except ClientError as error:
                log.warning("log %s is lost: %s", self._location, error)
                self._is_writable = False


class Metrics:
    """The values that the regular expressions of MetricDefinitions find in lines."""

    def __init__(self, definitions: Sequence[Record]) -> None:
        self._patterns = [(definition["Name"], re.compile(definition["Regex"])) for definition in definitions]
        self.values: list[tuple[str, float, datetime]] = []

    def read(self, line: str) -> None:
        """Keep what a line says of the metrics."""
        for name, pattern in self._patterns:
            for match in pattern.finditer(line):
                try:
                    self.values.append((name, float(match[1]), clock.now()))
                except (ValueError, IndexError):
                    continue  # not a number: no metric

    def final(self) -> list[Record]:
        """FinalMetricDataList: the last value of each metric."""
        last = {name: (value, moment) for name, value, moment in self.values}
        return [{"MetricName": name, "Value": value, "Timestamp": moment} for name, (value, moment) in last.items()]

    def send(self, session: Session, job: str) -> None:
        """Send all values to CloudWatch with the role's rights."""
        data = [
            {
                "MetricName": name,
                "Value": value,
                "Timestamp": moment,
                "Dimensions": [{"Name": "TrainingJobName", "Value": job}],
            }
            for name, value, moment in self.values
        ]
        try:
            for start in range(0, len(data), 1000):  # of one PutMetricData
                session.client("cloudwatch").put_metric_data(
                    Namespace="/aws/sagemaker/TrainingJobs", MetricData=data[start : start + 1000]
                )
        except ClientError as error:
            log.warning("metrics of %s are lost: %s", job, error)
