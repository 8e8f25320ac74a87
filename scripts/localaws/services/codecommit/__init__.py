"""AWS CodeCommit: bare Git repositories in a folder of this server, with git clone and push over HTTP.

https://docs.aws.amazon.com/codecommit/latest/userguide/welcome.html
"""


def install() -> None:
    """Let builds clone the repositories."""
    from scripts.localaws.services.codecommit.clone_reference import OPENERS
    from scripts.localaws.services.codecommit.repositories import Repositories

    OPENERS["codecommit"] = lambda location, _, name: Repositories(*location).git(name)
