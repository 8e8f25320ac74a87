"""AWS CodePipeline: pipelines of type V2 that queue their executions, with source, build and approval actions.

https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
"""


def install() -> None:
    """Start the pipelines whose connection sees a push; let builds clone what a connection reaches."""
    from scripts.localaws.services.codecommit.clone_reference import OPENERS
    from scripts.localaws.services.codeconnections.git_providers import PUSH_LISTENERS, find_repository
    from scripts.localaws.services.codepipeline.triggers import start_on_push

    PUSH_LISTENERS.append(start_on_push)
    OPENERS.update(dict.fromkeys(("codeconnections", "codestar-connections"), find_repository))
