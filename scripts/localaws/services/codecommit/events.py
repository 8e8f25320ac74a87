"""The EventBridge events of branches and tags that appear, move or disappear.

https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html
"""

from typing import Any

from scripts.localaws.services.events.delivery import send_service_event

_TYPES = {b"heads": "branch", b"tags": "tag"}


def send_reference_event(location: tuple[str, str], record: dict[str, Any], ref: bytes, old: bytes, new: bytes) -> None:
    """Send the event of a reference such as refs/heads/main; `old` or `new` is empty when it appears or disappears."""
    _, kind, name = ref.split(b"/", 2)
    if kind not in _TYPES:
        return
    event = "referenceUpdated" if old and new else "referenceCreated" if new else "referenceDeleted"
    commits = {key: commit.decode() for key, commit in (("commitId", new), ("oldCommitId", old)) if commit}
    detail = {
        "event": event,
        "repositoryName": record["repositoryName"],
        "repositoryId": record["repositoryId"],
        "referenceType": _TYPES[kind],
        "referenceName": name.decode(),
        "referenceFullName": ref.decode(),
        **commits,
    }
    send_service_event(location, "aws.codecommit", "CodeCommit Repository State Change", [record["Arn"]], detail)
