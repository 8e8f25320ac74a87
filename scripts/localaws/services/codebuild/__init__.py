"""AWS CodeBuild: projects, and builds that run the commands of the buildspec with the project's role.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

from scripts.localaws.core.routes import register

IGNORES = (
    "the image and the compute type: this machine's shell and Python run the commands, each phase in a shell of its "
    "own, where the AWS CLI has no command but Git's credential helper; artifacts, caches, reports, VPC; sources other "
    "than S3 and NO_SOURCE (such a build fails at DOWNLOAD_SOURCE)."
)


def install() -> None:
    """Register the CodeBuild operations."""
    from scripts.localaws.services.codebuild.responses import CodeBuildResponse

    register("codebuild", CodeBuildResponse)
