"""Mini-batches of a transform job: how input files are split, and how answers are put together. Pure.

https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform.html
"""

from collections.abc import Iterable, Iterator

MIB = 2**20


def split(content: bytes, split_type: str, strategy: str, limit: int) -> Iterator[bytes]:
    """The payloads of one file, of at most `limit` bytes each; a single longer record is a payload of its own."""
    if split_type != "Line":
        yield content
        return
    batch = b""
    for record in content.splitlines(keepends=True):
        if batch and (strategy == "SingleRecord" or len(batch) + len(record) > limit):
            yield batch
            batch = b""
        batch += record
    if batch:
        yield batch


def assemble(answers: Iterable[bytes], assemble_with: str) -> bytes:
    """The answers to the payloads of one file as its output."""
    if assemble_with != "Line":
        return b"".join(answers)
    return b"".join(answer.rstrip(b"\n") + b"\n" for answer in answers)
