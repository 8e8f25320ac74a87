"""The executions of each pipeline, and whose turn it is in a stage: each stage runs one execution at a time, in order.

https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
"""

import threading
from collections import defaultdict
from functools import cache

from scripts.localaws.core.errors import AwsError
from scripts.localaws.services.codepipeline.execution import PipelineExecution


class Queues:
    """Executions by pipeline, oldest first, and the queues in front of the stages."""

    def __init__(self) -> None:
        self.executions: dict[str, list[PipelineExecution]] = defaultdict(list)
        self.tokens: dict[str, str] = {}  # clientRequestToken -> id of the execution
        self._turn = threading.Condition()
        self._waiting: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._newest: dict[tuple[str, str], str] = {}  # the execution that entered the stage last

    def find(self, pipeline: str, id: str) -> PipelineExecution:
        """An execution by id; PipelineExecutionNotFoundException when there is none."""
        for execution in self.executions[pipeline]:
            if execution.id == id:
                return execution
        raise AwsError("PipelineExecutionNotFoundException", f"The pipeline execution {id} does not exist.")

    def newest_in(self, pipeline: str, stage: str) -> str:
        """The id of the execution that entered the stage last, "" when none has."""
        return self._newest.get((pipeline, stage), "")

    def enter(self, execution: PipelineExecution, stage: str) -> bool:
        """Wait until the execution has the stage; False when it is stopped before."""
        queue = self._waiting[(execution.name, stage)]
        with self._turn:
            queue.append(execution.id)
            execution.inbound = stage
            self._turn.wait_for(lambda: queue[0] == execution.id or execution.stop.is_set())
            execution.inbound = ""
            if execution.stop.is_set():
                queue.remove(execution.id)
                self._turn.notify_all()
                return False
            self._newest[(execution.name, stage)] = execution.id
            return True

    def leave(self, execution: PipelineExecution, stage: str) -> None:
        """Release the stage."""
        with self._turn:
            self._waiting[(execution.name, stage)].remove(execution.id)
            self._turn.notify_all()

    def wake(self) -> None:
        """Let executions that wait see that they are stopped."""
        with self._turn:
            self._turn.notify_all()


@cache
def queues(account: str, region: str) -> Queues:
    """The executions of an account and region."""
    return Queues()
