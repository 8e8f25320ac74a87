"""CloudWatch alarms: moto's, with the state of a new alarm and of one that is put again.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from typing import Any


def install() -> None:
    """A new alarm has insufficient data; an alarm that is put again keeps its state. moto sets both to OK."""
    from moto.cloudwatch.models import CloudWatchBackend

    put_in_moto = CloudWatchBackend.put_metric_alarm

    def put_metric_alarm(self: Any, *args: Any, **kwargs: Any) -> Any:
        name = kwargs["name"]
        former = self.alarms.get(name)
        alarm = put_in_moto(self, *args, **kwargs)
        alarm.state_value = former.state_value if former else "INSUFFICIENT_DATA"
        return alarm

    CloudWatchBackend.put_metric_alarm = put_metric_alarm
