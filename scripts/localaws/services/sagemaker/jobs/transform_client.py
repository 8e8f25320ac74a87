"""Sends files to a container's /invocations. A program of its own: it runs in the container's network namespace.

usage: python transform_client.py SETTINGS, a JSON document: `folder` (files to send; the answers are stored beside them
with the suffix .out), `content_type`, `accept`, `seconds` of one request, `retries`.
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-batch-code.html
"""

import http.client
import json
import sys
import time
from pathlib import Path

START = 240.0  # seconds in which /ping must answer


def await_ping() -> None:
    """Wait until the server answers /ping with 200."""
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=2)
        try:
            connection.request("GET", "/ping")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    sys.exit("/ping did not answer with 200 within 4 minutes")


def invoke(body: bytes, content_type: str, accept: str, seconds: float) -> tuple[int, bytes, str]:
    """Status, body and content type of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=seconds)
    headers = {"Content-Type": content_type, "Accept": accept}
    try:
        connection.request("POST", "/invocations", body, {name: value for name, value in headers.items() if value})
        response = connection.getresponse()
        return response.status, response.read(), response.getheader("Content-Type") or ""
    except (OSError, http.client.HTTPException) as error:
        return 500, str(error).encode(), ""
    finally:
        connection.close()


def main() -> None:
    """Send every file; the content type of the last answer goes to standard output."""
    settings = json.loads(sys.argv[1])
    await_ping()
    answer_type = ""
    for path in sorted(Path(settings["folder"]).iterdir()):
        for _ in range(settings["retries"] + 1):
            status, body, answer_type = invoke(
                path.read_bytes(), settings["content_type"], settings["accept"], settings["seconds"]
            )
            if status < 500:
                break
        if status != 200:
            sys.exit(f"/invocations answered {status}: {body[:300].decode(errors='replace')}")
        path.with_name(f"{path.name}.out").write_bytes(body)
    sys.stdout.write(answer_type)


if __name__ == "__main__":
    main()
