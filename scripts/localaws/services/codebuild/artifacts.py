"""Source archives of a build and the artifacts that a build uploads, read and written in S3 with the build's role.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.artifacts
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.localaws.core.caller import Caller
from scripts.localaws.services.codebuild.buildspec import BuildspecError, FileSet
from scripts.localaws.services.codecommit import clone_reference

Record = Mapping[str, Any]


def download(s3: Any, source: Record, version: str, folder: Path, caller: Caller) -> None:
    """Unpack the archive of a source into the folder, download the objects of a prefix, or clone a repository."""
    bucket, _, key = source["location"].partition("/")
    if key.endswith("/"):
        _download_folder(s3, bucket, key, folder)
        return
    chosen = {"VersionId": version} if version and source["type"] == "S3" else {}
    body = s3.get_object(Bucket=bucket, Key=key, **chosen)["Body"].read()
    if source["type"] == "CODEPIPELINE" and (reference := clone_reference.load(body)):
        clone_reference.clone(reference, caller, folder)
    else:
        _unpack(body, folder)


def _unpack(archive: bytes, folder: Path) -> None:
    """Unpack an archive with the permissions of its files, which zipfile leaves out."""
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        for item in file.infolist():
            path = Path(file.extract(item, folder))
            if mode := item.external_attr >> 16 & 0o777:
                path.chmod(mode)


def _download_folder(s3: Any, bucket: str, prefix: str, folder: Path) -> None:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", ()):
            path = folder / item["Key"].removeprefix(prefix)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read())


def upload(s3: Any, record: Record, files: Mapping[str, FileSet], folder: Path) -> None:
    """Upload each artifact that the build was given a place for. Raises BuildspecError when no file matches."""
    places = {"": record["artifacts"]} if record["artifacts"].get("location") else {}
    places |= {place["artifactIdentifier"]: place for place in record.get("secondaryArtifacts", ())}
    for identifier, place in places.items():
        if identifier not in files:
            raise BuildspecError(f"CLIENT_ERROR: no artifact {identifier or 'files'} in the buildspec")
        s3.put_object(
            Bucket=place["location"],
            Key=place["path"],
            Body=_pack(files[identifier], folder),
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId=record["encryptionKey"],
            Metadata={"codebuild-buildarn": record["arn"]},
        )


def matches(files: FileSet, folder: Path) -> dict[str, Path]:
    """The files of the set by their path in the artifact."""
    base = folder / files.base
    paths = sorted({path for pattern in files.patterns for path in base.glob(pattern) if path.is_file()})
    return {path.name if files.flat else str(path.relative_to(base)): path for path in paths}


def _pack(files: FileSet, folder: Path) -> bytes:
    paths, archive = matches(files, folder), io.BytesIO()
    if not paths:
        raise BuildspecError(f"CLIENT_ERROR: no matching artifact paths found: {', '.join(files.patterns)}")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, path in paths.items():
            file.write(path, name)
    return archive.getvalue()
