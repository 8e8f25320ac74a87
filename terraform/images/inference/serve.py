"""Answers SageMaker's two questions with the model's own code: /ping (alive?) and /invocations (what does it say?).

The archive holds inference.py: `load(folder) -> model`, `predict(model, body, content_type) -> (answer, its type)`.
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

import importlib.util
import os
from functools import cache
from pathlib import Path

MOST = 6 * 1024 * 1024  # bytes of one request, SageMaker's own limit
PORT = "8080"


@cache
def _model():
    folder = Path(os.environ.get("MODEL_FOLDER", "/opt/ml/model"))
    spec = importlib.util.spec_from_file_location("inference", folder / "inference.py")
    code = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(code)
    return code, code.load(folder)


def application(environ, start):
    """A WSGI application."""
    status, kind, body = _answer(environ)
    start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def _answer(environ):
    asked = (environ["REQUEST_METHOD"], environ["PATH_INFO"])
    if asked == ("GET", "/ping"):
        _model()
        return "200 OK", "text/plain", b""
    if asked != ("POST", "/invocations"):
        return "404 Not Found", "text/plain", b"ask GET /ping or POST /invocations"
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > MOST:
        return "413 Content Too Large", "text/plain", b"a request holds at most 6 MB"
    code, model = _model()
    try:
        answer, kind = code.predict(model, environ["wsgi.input"].read(length), environ.get("CONTENT_TYPE", ""))
    except ValueError as error:
        return "400 Bad Request", "text/plain", str(error).encode()
    return "200 OK", kind, answer


if __name__ == "__main__":
    workers = str(os.cpu_count() or 1)
    command = ("gunicorn", "--bind", f":{PORT}", "--workers", workers, "serve:application")
    os.execvp(command[0], command)  # noqa: S606 - the server takes this process's place and its signals
