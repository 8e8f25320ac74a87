"""AWS-shaped errors, serialized in the protocol of the request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from scripts.localaws.core import data_file

NOT_SUPPORTED = "the embedded AWS does not hold {what}; see scripts/localaws/SUPPORTED.md"
REQUEST_ID = "00000000-0000-4000-8000-000000000000"
_XML = {
    "query": "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    "<RequestId>{id}</RequestId></ErrorResponse>",
    "ec2": "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    "<RequestID>{id}</RequestID></Response>",
    "s3": "<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{id}</RequestId></Error>",
}
_XML["rest-xml"] = _XML["query"]
_ACCESS = data_file.read(Path(__file__).with_name("access_errors.yaml"))


@dataclass(eq=False)  # not frozen: raising sets the traceback
class AwsError(Exception):
    """An AWS error: code, message, HTTP status (never 5xx, which SDKs would retry)."""

    code: str
    message: str
    status: int = 400

    def body(self, protocol: str) -> tuple[dict[str, str], bytes]:
        """Response headers and body. Protocols: json, rest-json, smithy-rpc-v2-cbor, query, ec2, s3, rest-xml."""
        if "json" in protocol:
            headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": self.code}
            return headers, json.dumps({"__type": self.code, "message": self.message, "Message": self.message}).encode()
        if "cbor" in protocol:
            headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
            return headers, _cbor({"__type": self.code, "message": self.message})
        values = {"code": self.code, "message": escape(self.message), "id": REQUEST_ID}
        return {"Content-Type": "text/xml"}, _XML[protocol].format(**values).encode()


def access_error(state: str, protocol: str, message: str) -> AwsError:
    """The error of an access key that is unknown or expired, or of a denied request, in the words of the protocol."""
    code, status = _ACCESS[state]["query" if protocol == "rest-xml" else protocol]
    return AwsError(code, message, status)


def _cbor(texts: Mapping[str, str]) -> bytes:
    """A map of strings in CBOR (RFC 8949)."""
    pairs = (_cbor_text(key) + _cbor_text(value) for key, value in texts.items())
    return bytes([0xA0 | len(texts)]) + b"".join(pairs)


def _cbor_text(text: str) -> bytes:
    content = text.encode()
    return b"\x79" + len(content).to_bytes(2) + content


def unknown_operation(protocol: str, what: str) -> AwsError:
    """The error for an unsupported service or operation, with the code that the protocol uses."""
    code = {"query": "InvalidAction", "ec2": "InvalidAction", "s3": "MethodNotAllowed"}.get(
        protocol, "UnknownOperationException"
    )
    return AwsError(code, NOT_SUPPORTED.format(what=what))
