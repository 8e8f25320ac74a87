"""AWS CodeBuild: projects, and builds that run the commands of the buildspec with the project's role.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

from scripts.localaws.core.routes import register


def install() -> None:
    """Register the CodeBuild operations."""
    from scripts.localaws.services.codebuild.responses import CodeBuildResponse

    register("codebuild", CodeBuildResponse)
