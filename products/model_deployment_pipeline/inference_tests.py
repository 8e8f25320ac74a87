"""Whether the model answers where it was deployed, by its endpoint and as a batch.

Runs in CodeBuild with the team's test data as its source: cases.json names the content type, the file for the batch,
the requests with what their answers must contain, and the milliseconds within which they must come. Exit codes:
0 it answers, 2 it does not, 3 AWS refused.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError  # noqa: TID251 runs in CodeBuild
from promote import GROUP, Target, chosen, model_name, target
from registry import Refused

PATIENCE = 1800  # seconds for a batch


def cases(folder: Path) -> dict[str, Any]:
    """The team's cases; Refused when they cannot be read."""
    file = folder / "cases.json"
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as unreadable:
        raise Refused(f"cases.json in the test data: {unreadable}; upload an archive that holds it") from None
    if missing := sorted({"content_type", "requests", "batch"} - found.keys()):
        raise Refused(f"cases.json in the test data: {', '.join(missing)} is missing; add it")
    return found


def wrong_answers(asked: dict[str, Any], answer: Callable[[str], str]) -> Iterator[str]:
    """What is wrong with the answers that `answer` gives to the requests, one after the other."""
    limit = float(asked.get("milliseconds", 5000))
    for number, request in enumerate(asked["requests"], 1):
        began = time.monotonic()
        text, wanted = answer(request["body"]), request.get("contains", "")
        took = (time.monotonic() - began) * 1000
        if wanted not in text:
            yield f"request {number}: the answer {text[:200]!r} does not contain {wanted!r}"
        if took > limit:
            yield f"request {number}: the answer took {took:.0f} ms, allowed are {limit:.0f}"


def wrong_batch(status: str, lines: list[str], answers: list[str]) -> Iterator[str]:
    """What is wrong with a batch: it must end, with an answer for each line."""
    if status != "Completed":
        yield f"the batch is {status}; look at the log of its transform job"
    elif len(answers) != len(lines):
        yield f"the batch of {len(lines)} lines has {len(answers)} answers"


def by_endpoint(there: Target, endpoint: str, asked: dict[str, Any]) -> list[str]:
    """The endpoint, asked every request."""
    runtime, kind = there.client("sagemaker-runtime"), asked["content_type"]

    def answer(body: str) -> str:
        told = runtime.invoke_endpoint(EndpointName=endpoint, ContentType=kind, Body=body.encode())
        return str(told["Body"].read().decode())

    return list(wrong_answers(asked, answer))


def by_batch(there: Target, model: str, asked: dict[str, Any], folder: Path) -> list[str]:
    """The model, given the whole file."""
    lines = (folder / asked["batch"]).read_text(encoding="utf-8").splitlines()
    s3, bucket, key = there.client("s3"), there.facts["model-bucket"], there.facts["data-key-arn"]
    place = f"tests/{model}/{int(time.time())}"
    s3.put_object(Bucket=bucket, Key=f"{place}/in/batch", Body="\n".join(lines).encode())
    status, answers = (
        transformed(there.client("sagemaker"), model, asked["content_type"], f"s3://{bucket}/{place}", key),
        "",
    )
    if status == "Completed":
        answers = s3.get_object(Bucket=bucket, Key=f"{place}/out/batch.out")["Body"].read().decode()
    return list(wrong_batch(status, lines, answers.splitlines()))


def transformed(sagemaker: Any, model: str, content_type: str, place: str, key: str) -> str:
    """Runs a transform job to its end and gives its status."""
    name = f"{model[:40]}-{int(time.time())}"
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"{place}/in/"}}
    sagemaker.create_transform_job(
        TransformJobName=name,
        ModelName=model,
        TransformInput={"DataSource": source, "ContentType": content_type, "SplitType": "Line"},
        TransformOutput={"S3OutputPath": f"{place}/out/", "AssembleWith": "Line", "KmsKeyId": key},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeKmsKeyId": key},
    )
    deadline = time.monotonic() + PATIENCE
    while (status := sagemaker.describe_transform_job(TransformJobName=name)["TransformJobStatus"]) == "InProgress":
        if time.monotonic() > deadline:
            return "not done in time"
        time.sleep(10)
    return str(status)


def main() -> int:
    """Both ways; every fault is told, not the first alone."""
    try:
        there, (package, digest) = target(), chosen()
        folder = Path(os.environ["CODEBUILD_SRC_DIR"])
        asked, model = cases(folder), model_name(package, digest)
        faults = [*by_endpoint(there, package.told[GROUP], asked), *by_batch(there, model, asked, folder)]
    except Refused as why:
        faults = [str(why)]
    except (BotoCoreError, ClientError) as why:
        print(f"test: AWS refused: {why}")  # noqa: T201
        return 3
    for fault in faults:
        print(f"test: {fault}")  # noqa: T201
    print("test: failed" if faults else "test: the model answers by its endpoint and as a batch")  # noqa: T201
    return 2 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
