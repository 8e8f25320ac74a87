"""Artifacts of an execution: archives in the artifact store, written and read with the pipeline's role.

https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html
"""

import io
import secrets
import zipfile
from collections.abc import Mapping
from typing import Any

from scripts.localaws.core import context
from scripts.localaws.services.codepipeline.execution import ActionExecution, PipelineExecution


def place(execution: PipelineExecution, name: str) -> dict[str, str]:
    """A new place for an artifact in the bucket of the pipeline; AWS shortens the names in the key."""
    bucket = execution.pipeline["artifactStore"]["location"]
    return {"bucket": bucket, "key": f"{execution.name[:20]}/{name[:10]}/{secrets.token_hex(4)[:7]}"}


def put(execution: PipelineExecution, action: ActionExecution, key: str, archive: bytes, revision: str) -> None:
    """Write the output artifact of a source action; `key` is the access key of the pipeline's role."""
    name, store = action.declaration["outputArtifacts"][0]["name"], execution.pipeline["artifactStore"]
    location = place(execution, name)
    s3 = context.client("s3", execution.location[1], key)
    encryption = {"SSEKMSKeyId": store["encryptionKey"]["id"]} if "encryptionKey" in store else {}
    s3.put_object(
        Bucket=location["bucket"], Key=location["key"], Body=archive, ServerSideEncryption="aws:kms", **encryption
    )
    add(execution, action, name, location, revision)


def add(
    execution: PipelineExecution, action: ActionExecution, name: str, location: Mapping[str, str], revision: str
) -> None:
    """Record an output artifact of an action."""
    execution.artifacts[name] = {**location, "revision": revision}
    action.output_artifacts.append({"name": name, "s3location": dict(location)})


def archive(files: Mapping[str, tuple[int, bytes]]) -> bytes:
    """A ZIP archive of files: path -> Git's mode and content. Symbolic links keep their mode."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for path, (mode, content) in files.items():
            item = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            item.external_attr = mode << 16
            item.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(item, content)
    return buffer.getvalue()


def files_of_commit(git: Any, commit_id: str) -> dict[str, tuple[int, bytes]]:
    """The files of a commit of a dulwich repository."""
    from dulwich.object_store import iter_tree_contents  # imported on first use: dulwich is slow to import

    store = git.object_store
    entries = iter_tree_contents(store, store[commit_id.encode()].tree)
    return {entry.path.decode(): (entry.mode, store[entry.sha].as_raw_string()) for entry in entries}
