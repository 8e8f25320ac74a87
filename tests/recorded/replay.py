"""Rows of recorded and documented answers of AWS, and their replay through boto3.

A file in tests/recorded/ is a mapping with `setup`, the steps that run once before its rows, and `rows`. A step has
`operation` (client.Operation of botocore's model), `request`, and any of

* `as`: the name of its answer. ${name.Path} in later texts is a value of it (JMESPath).
* `caller`: the name of an answer with AccessKey or Credentials; without it the account's administrator calls.
* `until`: compared fields; the step is repeated, for ten seconds at most, until they are equal.

A row is a step with `name`, its own `setup`, `recorded` (where AWS's answer was recorded) or `documented` (the page of
AWS), and `answer` (JMESPath -> value) or `error` (the code) with `message` (a regular expression that it contains).
A row with `each` stands for one row for each of its values, which ${each} is. ${unique} differs from file to file,
${account} is the account, ${time+3600} is a time in an hour. {$json: value} is JSON text, {$zip: files} a ZIP archive,
{$merge: mappings} one mapping, {$regex: pattern} equals every matching text, {$length: n} every list of n.
"""

import io
import itertools
import json
import re
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jmespath
from botocore import xform_name
from botocore.exceptions import ClientError

from scripts.localaws.core import data_file
from tests.localaws.conftest import Aws

FOLDER = Path(__file__).parent
REGION = "us-east-1"
_VARIABLE = re.compile(r"\$\{([^}]+)\}")
_PATIENCE = 10.0  # seconds until the last answer counts
_numbers = itertools.count(1)


@dataclass
class Session:
    """The replay of one file: its variables, and the answers of its steps by name."""

    aws: Aws
    answers: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, aws: Aws, steps: list[Mapping[str, Any]]) -> "Session":
        """A session in which the steps have run."""
        account = aws("sts", region=REGION).get_caller_identity()["Account"]
        session = cls(aws, {"unique": f"recorded-{next(_numbers)}", "account": account})
        for step in steps:
            session.run(step)
        return session

    def run(self, step: Mapping[str, Any]) -> Any:
        """The step's answer."""
        service, _, operation = self.filled(step["operation"]).partition(".")
        call = getattr(self._client(service, step.get("caller")), xform_name(operation))
        request, deadline = self.filled(step.get("request", {})), time.monotonic() + _PATIENCE
        answer = call(**request)
        while "until" in step and differences(self.filled(step["until"]), answer) and time.monotonic() < deadline:
            time.sleep(0.05)
            answer = call(**request)
        if "as" in step:
            self.answers[step["as"]] = answer
        return answer

    def _client(self, service: str, caller: str | None) -> Any:
        if caller is None:
            return self.aws(service, region=REGION)
        answer = self.answers[caller]
        return self.aws.client(service, answer.get("AccessKey") or answer["Credentials"], REGION)

    def filled(self, value: Any) -> Any:
        """The value with its variables and $json, $zip replaced."""
        if isinstance(value, Mapping):
            members = {self.filled(name): self.filled(member) for name, member in value.items()}
            return (
                _FORMATS[next(iter(members))](members) if len(members) == 1 and members.keys() & _FORMATS else members
            )
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        if not isinstance(value, str):
            return value
        whole = _VARIABLE.fullmatch(value)
        return self._variable(whole[1]) if whole else _VARIABLE.sub(lambda match: str(self._variable(match[1])), value)

    def _variable(self, name: str) -> Any:
        if name.startswith("time"):
            return datetime.now(UTC) + timedelta(seconds=int(name.removeprefix("time")))
        return self.answers[name] if name in self.answers else jmespath.search(name, self.answers)


def _zip(members: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members["$zip"].items():
            archive.writestr(name, text)
    return buffer.getvalue()


def _merge(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for part in members["$merge"] for name, value in part.items()}


_FORMATS = {"$json": lambda members: json.dumps(members["$json"]), "$zip": _zip, "$merge": _merge}


def rows(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The rows of a file; one for each value of `each`."""
    for row in content["rows"]:
        for value in row.get("each", [None]):
            name = _VARIABLE.sub(lambda match, value=value: _named(match[1], value), row["name"])
            yield {**row, "name": name, "value": value}


def _named(name: str, value: Any) -> str:
    return str(jmespath.search(name, {"each": value}))


def outcome(session: Session, row: Mapping[str, Any]) -> list[str]:
    """How the answer differs from AWS's; [] when it is the same."""
    session.answers["each"] = row.get("value")
    for step in row.get("setup", ()):
        session.run(step)
    try:
        answer = session.run(row)
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        if code == session.filled(row.get("error")) and re.search(session.filled(row.get("message", "")), message):
            return []
        return [f"AWS: {row.get('error', 'no error')} {row.get('message', '')}; here: {code}: {message}"]
    return (
        [f"AWS: {row['error']}; here: no error"]
        if "error" in row
        else differences(session.filled(row["answer"]), answer)
    )


def differences(expected: Mapping[str, Any], answer: Any) -> list[str]:
    """The compared fields that are not equal."""
    values = [(path, value, jmespath.search(path, answer)) for path, value in expected.items()]
    return [f"{path}: AWS: {value!r}; here: {actual!r}" for path, value, actual in values if not _equal(value, actual)]


def _equal(expected: Any, actual: Any) -> bool:
    if isinstance(expected, Mapping) and "$regex" in expected:
        return isinstance(actual, str) and re.search(expected["$regex"], actual) is not None
    if isinstance(expected, Mapping) and "$length" in expected:
        return isinstance(actual, list) and len(actual) == expected["$length"]
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return expected.keys() == actual.keys() and all(_equal(expected[name], actual[name]) for name in expected)
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(_equal, expected, actual))
    return bool(expected == actual)


def files() -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every file with its content."""
    for path in sorted(FOLDER.glob("*.yaml")):
        yield path, data_file.read(path)
