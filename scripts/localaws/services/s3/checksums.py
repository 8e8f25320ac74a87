"""Compares the checksums of an upload with its content. Pure. CRC32C and CRC64NVME are not computed.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

import base64
import hashlib
import zlib
from collections.abc import Callable, Mapping

from scripts.localaws.core.errors import AwsError

_ALGORITHMS: dict[str, Callable[[bytes], bytes]] = {
    "CRC32": lambda content: zlib.crc32(content).to_bytes(4),
    "SHA1": lambda content: hashlib.sha1(content, usedforsecurity=False).digest(),
    "SHA256": lambda content: hashlib.sha256(content).digest(),
}


def check(headers: Mapping[str, str], body: bytes) -> None:
    """Raise BadDigest for a checksum of other content, and another error for one that cannot be a checksum."""
    is_chunked = headers.get("x-amz-content-sha256", "").startswith("STREAMING-")
    content, trailers = _decoded(body) if is_chunked else (body, {})
    values = {**trailers, **{name.lower(): value for name, value in headers.items()}}
    for algorithm, digest in _ALGORITHMS.items():
        name = f"x-amz-checksum-{algorithm.lower()}"
        if name in values:
            invalid = AwsError("InvalidRequest", f"Value for {name} header is invalid.")
            wrong = AwsError("BadDigest", f"The {algorithm} you specified did not match the calculated checksum.")
            _compare(values[name], digest(content), invalid, wrong)
    if "content-md5" in values:
        invalid = AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.")
        wrong = AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.")
        _compare(values["content-md5"], hashlib.md5(content, usedforsecurity=False).digest(), invalid, wrong)


def _compare(text: str, digest: bytes, invalid: AwsError, wrong: AwsError) -> None:
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        raise invalid from None
    if len(value) != len(digest):
        raise invalid
    if value != digest:
        raise wrong


def _decoded(body: bytes) -> tuple[bytes, dict[str, str]]:
    """The content of an aws-chunked body, and its trailers."""
    content, rest = bytearray(), body
    while rest:
        line, _, rest = rest.partition(b"\r\n")
        size = int(line.partition(b";")[0] or b"0", 16)
        if not size:
            break
        content += rest[:size]
        rest = rest[size + 2 :]
    pairs = (line.decode().partition(":") for line in rest.split(b"\r\n") if b":" in line)
    return bytes(content), {name.strip().lower(): value.strip() for name, _, value in pairs}
