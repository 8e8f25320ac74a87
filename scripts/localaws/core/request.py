"""Parses a WSGI request: signer, region, service, operation and parameters. Rewinds the body, changes nothing else."""

import io
import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from botocore.exceptions import UnknownServiceError
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import NotFound, get_service_router
from moto.core.utils import get_service_model

from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.service_table import S3_CONTROL, SERVICES, Service

Environ = dict[str, Any]
_SCOPE = re.compile(r"Credential=([^/\s,]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")


@dataclass(frozen=True)
class AwsRequest:
    """One request: access key, region and service (the name in the credential scope) of its signature."""

    environ: Environ = field(repr=False)
    access_key: str
    region: str
    scope: str

    @cached_property
    def service(self) -> Service | None:
        """The supported service, None for any other."""
        path, host = self.environ["PATH_INFO"], self.environ.get("HTTP_HOST", "")
        if self.scope == "s3" and (path.startswith("/v20180820/") or "s3-control" in host):
            return S3_CONTROL
        return SERVICES.get(self.scope)

    @property
    def streams(self) -> bool:
        """Whether the body stays unread until moto reads it: S3 bodies may be large."""
        return self.service is not None and self.service.model == "s3"

    @cached_property
    def request(self) -> Request:
        """The request as moto's router and parsers take it."""
        return Request(self.environ, populate_request=False)

    @cached_property
    def protocol(self) -> str:
        """The protocol: json, rest-json, query, ec2, s3 or rest-xml."""
        model = self.service.model if self.service else self.scope
        if self.streams:
            return "s3"
        try:
            return str(determine_request_protocol(get_service_model(model), self.request.content_type))
        except UnknownServiceError:
            return "json" if "HTTP_X_AMZ_TARGET" in self.environ else "query"

    @cached_property
    def _matched(self) -> tuple[Any, dict[str, Any]]:
        assert self.service is not None
        try:
            return get_service_router(self.service.model).match(self.request)
        except NotFound:  # some SDKs shorten the target to CloudTrail_20131101.CreateTrail
            model, target = get_service_model(self.service.model), self.environ.get("HTTP_X_AMZ_TARGET", "")
            name = target.rpartition(".")[2]
            return (model.operation_model(name), {}) if name in model.operation_names else (None, {})
        except UnknownServiceError:
            return None, {}

    @property
    def operation(self) -> str:
        """The operation's name, "" when the service has no such operation."""
        model = self._matched[0]
        return str(model.name) if model is not None else ""

    @cached_property
    def params(self) -> dict[str, Any]:
        """The parameters by the names of the model; for S3 only those in the URL (bodies stay unread)."""
        model, url_params = self._matched
        if self.protocol == "s3":
            return {
                **url_params,
                **({"VersionId": self.request.args["versionId"]} if "versionId" in self.request.args else {}),
            }
        parser = PROTOCOL_PARSERS[self.protocol](model, map_type=dict)
        raw = self.request
        values = {"method": raw.method, "values": raw.values, "headers": raw.headers, "body": raw.data}
        try:
            if self.protocol == "json":
                json.loads(raw.data or "{}")  # moto's parser takes invalid JSON for a message
            return dict(parser.parse({**values, "url_path": raw.path, "url_params": url_params}) or {})
        except (
            RequestParserError,
            ValueError,
            TypeError,
            AttributeError,
        ) as error:  # any of these, depending on the malformed content
            raise AwsError("SerializationException", f"the request cannot be read: {error}") from None


def read(environ: Environ) -> AwsRequest:
    """Parse the signature; an unsigned request has no access key and, as on AWS, can only be one to S3."""
    credential = environ.get("HTTP_AUTHORIZATION", "")
    if not credential:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        credential = "Credential=" + query.get("X-Amz-Credential", [""])[0]
    match = _SCOPE.search(credential)
    key, region, scope = match.groups() if match else ("", "us-east-1", "s3")
    if scope == "sagemaker" and environ["PATH_INFO"].startswith("/Batch"):
        scope = "sagemaker-metrics"  # which is signed as sagemaker
    call = AwsRequest(environ, key, region, scope)
    if not call.streams:
        keep_body(environ)
    return call


def keep_body(environ: Environ) -> None:
    """Buffer the body so that it can be read again: the gateway reads it before moto does."""
    stream = environ["wsgi.input"]
    if environ.pop("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        body = stream.read()
        environ["CONTENT_LENGTH"] = str(len(body))
    else:
        body = stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
