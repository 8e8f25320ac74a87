"""AWS CodeCommit: bare Git repositories in a folder of this server, with git clone and push over HTTP.

https://docs.aws.amazon.com/codecommit/latest/userguide/welcome.html
"""

from scripts.localaws.core.routes import register


def install() -> None:
    """Register the CodeCommit operations."""
    from scripts.localaws.services.codecommit.clone_reference import OPENERS
    from scripts.localaws.services.codecommit.repositories import store
    from scripts.localaws.services.codecommit.responses import CodeCommitResponse

    OPENERS["codecommit"] = lambda location, _, name: store(*location).git(name)

    register("codecommit", CodeCommitResponse)
