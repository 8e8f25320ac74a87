"""Report groups of one account and region. In memory; a build's reports are not read into them.

https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateReportGroup.html
"""

from datetime import UTC, datetime
from typing import Any

from scripts.localaws.core.errors import AwsError

Record = dict[str, Any]


class Reports:
    """Groups by ARN."""

    def __init__(self, account: str, region: str) -> None:
        self._head = f"arn:aws:codebuild:{region}:{account}:report-group/"
        self.groups: dict[str, Record] = {}

    def create(self, given: Record) -> Record:
        """A new group; ResourceAlreadyExistsException when the name is taken."""
        arn, now = self._head + given["name"], datetime.now(UTC)
        if arn in self.groups:
            raise AwsError("ResourceAlreadyExistsException", f"Report group already exists: {arn}")
        self.groups[arn] = {**given, "arn": arn, "created": now, "lastModified": now, "status": "ACTIVE"}
        return self.groups[arn]

    def update(self, given: Record) -> Record:
        """Settings that are named replace the old ones; ResourceNotFoundException without the group."""
        if given["arn"] not in self.groups:
            raise AwsError("ResourceNotFoundException", f"Report group does not exist: {given['arn']}")
        self.groups[given["arn"]].update(given, lastModified=datetime.now(UTC))
        return self.groups[given["arn"]]

    def some(self, arns: list[str]) -> Record:
        """Those that there are, and the others."""
        found = [self.groups[arn] for arn in arns if arn in self.groups]
        return {"reportGroups": found, "reportGroupsNotFound": [arn for arn in arns if arn not in self.groups]}

    def delete(self, arn: str) -> Record:
        """Gone; nobody minds one that is not there."""
        self.groups.pop(arn, None)
        return {}
