"""Report groups of one account and region, in memory. Builds add no reports to them.

https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateReportGroup.html
"""

from datetime import UTC, datetime
from typing import Any

from scripts.localaws.core.errors import AwsError

Record = dict[str, Any]


class Reports:
    """Report groups by ARN."""

    def __init__(self, account: str, region: str) -> None:
        self._head = f"arn:aws:codebuild:{region}:{account}:report-group/"
        self.groups: dict[str, Record] = {}

    def create(self, params: Record) -> Record:
        """Create a report group; ResourceAlreadyExistsException if the name exists."""
        arn, now = self._head + params["name"], datetime.now(UTC)
        if arn in self.groups:
            raise AwsError("ResourceAlreadyExistsException", f"Report group already exists: {arn}")
        self.groups[arn] = {**params, "arn": arn, "created": now, "lastModified": now, "status": "ACTIVE"}
        return self.groups[arn]

    def update(self, params: Record) -> Record:
        """Replace the settings that the request contains; ResourceNotFoundException if there is no such group."""
        if params["arn"] not in self.groups:
            raise AwsError("ResourceNotFoundException", f"Report group does not exist: {params['arn']}")
        self.groups[params["arn"]].update(params, lastModified=datetime.now(UTC))
        return self.groups[params["arn"]]

    def batch_get(self, arns: list[str]) -> Record:
        """Return the groups that exist, and the ARNs of the others."""
        groups = [self.groups[arn] for arn in arns if arn in self.groups]
        return {"reportGroups": groups, "reportGroupsNotFound": [arn for arn in arns if arn not in self.groups]}

    def delete(self, arn: str) -> Record:
        """Delete a report group; one that does not exist is no error."""
        self.groups.pop(arn, None)
        return {}
