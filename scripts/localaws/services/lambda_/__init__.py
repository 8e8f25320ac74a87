"""AWS Lambda: moto keeps the functions, inline Python really runs, as a process with the role's credentials.

https://docs.aws.amazon.com/lambda/latest/dg/
"""

IGNORES = (
    "runtimes other than Python (refused when invoked) and their versions: this server's Python runs every function; "
    "the VPC: a function reaches what this machine reaches; memory, layers, concurrency."
)


def install() -> None:
    """From now on every new function is ours."""
    from moto.awslambda import models

    from scripts.localaws.services.lambda_.models import Function

    models.LambdaFunction = Function
