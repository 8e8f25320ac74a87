"""The gateway: unsupported requests are refused in the caller's protocol, and no response is a 5xx."""

import http.client
import json
import socket
import urllib.request
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import psutil
import pytest
from botocore.config import Config

from tests.localaws.conftest import REGION, Aws, Server, refused

pytestmark = pytest.mark.local_only


def test_health_lists_the_services(server: Server) -> None:
    with urllib.request.urlopen(f"{server.endpoint}/localaws/health") as answer:
        health = json.load(answer)
    assert health["status"] == "ok"
    assert {"sts", "iam", "s3", "organizations", "servicecatalog"} <= set(health["services"])


def test_it_listens_on_loopback_only(server: Server) -> None:
    listening = [c.laddr.ip for c in psutil.Process(server.pid).net_connections() if c.status == psutil.CONN_LISTEN]
    assert listening == ["127.0.0.1"]


def test_headers_and_body_arrive_together(server: Server) -> None:
    host, port = server.endpoint.removeprefix("http://").split(":")
    for _ in range(20):
        with socket.create_connection((host, int(port))) as client:
            client.sendall(f"GET /localaws/health HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            headers, _, body = client.recv(65536).partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}\r\n".encode() in headers
        assert json.loads(body)["status"] == "ok"


REFUSED = [
    # service, operation, arguments, the error code of its protocol
    ("dynamodb", "list_tables", {}, "UnknownOperationException"),
    ("rds", "describe_db_instances", {}, "InvalidAction"),
    ("batch", "describe_jobs", {"jobs": ["x"]}, "UnknownOperationException"),
    ("route53", "list_hosted_zones", {}, "UnknownOperationException"),
    ("ssm", "list_nodes", {}, "UnknownOperationException"),
    ("ec2", "describe_fpga_images", {}, "InvalidAction"),
    (
        "lambda",
        "list_functions_by_code_signing_config",
        {"CodeSigningConfigArn": "arn:aws:lambda:eu-west-2:123456789012:code-signing-config:csc-0123456789abcdef0"},
        "UnknownOperationException",
    ),
    ("sts", "get_session_token", {}, "InvalidAction"),
    ("s3", "list_bucket_metrics_configurations", {"Bucket": "any"}, "MethodNotAllowed"),
]


@pytest.mark.parametrize(("service", "operation", "arguments", "code"), REFUSED)
def test_unsupported_requests_are_refused(
    aws: Aws, service: str, operation: str, arguments: dict[str, Any], code: str
) -> None:
    """https://docs.aws.amazon.com/awssupport/latest/APIReference/CommonErrors.html"""
    error, status, message = refused(getattr(aws(service), operation), **arguments)
    assert (error, status) == (code, 400)
    assert "the embedded AWS does not hold" in message
    assert "SUPPORTED.md" in message


def test_clients_do_not_retry_a_refusal(server: Server) -> None:
    """https://boto3.amazonaws.com/v1/documentation/api/latest/guide/retries.html"""
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    retrying = Config(retries={"mode": "standard", "total_max_attempts": 5})
    client = boto3.client("dynamodb", region_name=REGION, endpoint_url=server.endpoint, config=retrying, **keys)
    with pytest.raises(client.exceptions.ClientError) as caught:
        client.list_tables()
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0


def raw(server: Server, headers: dict[str, str], body: str = "") -> tuple[int, str]:
    """Status and body of a raw request."""
    connection = http.client.HTTPConnection(server.endpoint.removeprefix("http://"))
    connection.request("POST", "/", body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def signed(service: str) -> str:
    return (
        f"AWS4-HMAC-SHA256 Credential=local/20260101/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )


def test_an_unsigned_request_has_no_token(server: Server) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html"""
    form = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "none"}
    status, body = raw(server, form, "Action=ListRoles&Version=2010-05-08")
    assert 400 <= status < 500
    assert "<Error>" in body


@pytest.mark.parametrize("body", ["not json", '{"Name":', "[1]"])
def test_a_body_that_cannot_be_read_is_the_callers_fault(server: Server, body: str) -> None:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html"""
    headers = {"X-Amz-Target": "AmazonSSM.GetParameter", "Content-Type": "application/x-amz-json-1.1"}
    status, answer = raw(server, {**headers, "Authorization": signed("ssm")}, body)
    assert (status, json.loads(answer)["__type"]) == (400, "SerializationException")


def test_an_internal_error_is_logged_and_answered(caplog: pytest.LogCaptureFixture) -> None:
    from werkzeug.test import Client

    from scripts.localaws.server.gateway import Gateway

    def broken(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        raise KeyError("lost")

    headers = {"X-Amz-Target": "AmazonSSM.DescribeParameters", "Content-Type": "application/x-amz-json-1.1"}
    answer = Client(Gateway(broken)).post("/", data="{}", headers={**headers, "Authorization": signed("ssm")})
    assert (answer.status_code, json.loads(answer.data)["__type"]) == (400, "InternalFailure")
    assert "KeyError: 'lost'" in caplog.text


def test_concurrent_requests_are_all_answered(aws: Aws) -> None:
    def one(number: int) -> str:
        ssm = aws.client("ssm", {"AccessKeyId": "local", "SecretAccessKey": "local"})
        ssm.put_parameter(Name=f"/many/{number}", Value=str(number), Type="String")
        return str(ssm.get_parameter(Name=f"/many/{number}")["Parameter"]["Value"])

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(one, range(16))) == [str(number) for number in range(16)]


def test_supported_md_is_current() -> None:
    """`python -m scripts.localaws supported > scripts/localaws/SUPPORTED.md` renews it."""
    import subprocess
    import sys

    from tests.localaws.conftest import ROOT

    command = [sys.executable, "-m", "scripts.localaws", "supported"]
    now = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert (ROOT / "scripts/localaws/SUPPORTED.md").read_text() == now, "renew it: " + " ".join(command[1:])
