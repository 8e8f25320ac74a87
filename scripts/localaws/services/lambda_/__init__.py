"""AWS Lambda: moto stores the functions; this package runs Python code in a process with the role's credentials.

https://docs.aws.amazon.com/lambda/latest/dg/
"""


def install() -> None:
    """Replace moto's function class, so that new functions run here."""
    from moto.awslambda import models

    from scripts.localaws.services.lambda_.models import Function

    models.LambdaFunction = Function
