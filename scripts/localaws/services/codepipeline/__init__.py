"""AWS CodePipeline: pipelines of type V2 that queue their executions, with source, build and approval actions.

https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
"""


def install() -> None:
    """Start the pipelines whose connection sees a push."""
    from scripts.localaws.services.codeconnections.git_providers import PUSH_LISTENERS
    from scripts.localaws.services.codepipeline.triggers import start_on_push

    PUSH_LISTENERS.append(start_on_push)
