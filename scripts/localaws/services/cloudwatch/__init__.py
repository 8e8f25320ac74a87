"""CloudWatch: moto's, with alarms that the clock evaluates."""


def install() -> None:
    """Replace moto's class of alarms."""
    from moto.cloudwatch import models

    from scripts.localaws.services.cloudwatch.alarms import Alarm

    models.Alarm = Alarm
