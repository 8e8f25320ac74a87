"""`python -m scripts.localaws start | status | stop | serve | supported`."""

import os
from pathlib import Path

import click

from scripts import program
from scripts.localaws.server import daemon

# moto reads these at import.
MOTO = {
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # 1,282 images an account, which no operation of services.yaml returns
    "MOTO_DISABLE_GLOBAL_CORS": "true",
}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The embedded AWS: one process on loopback; its state ends with the process."""


@main.command()
@click.option("--port", default=0, help="0 takes a free port.")
def start(port: int) -> None:
    """Start it in the background and wait until it answers; a running one stays."""
    running, is_new = daemon.start(port)
    click.echo(str(running) if is_new else f"already running: {running}")


@main.command()
def status() -> None:
    """Show whether it runs, its endpoint and its use of memory."""
    running = daemon.find()
    if running is None:
        raise daemon.ProcessError("the embedded AWS is not running; run: make local")
    click.echo(str(running))


@main.command()
def stop() -> None:
    """Stop it; its state is lost."""
    click.echo(daemon.stop())


@main.command()
@click.option("--port", default=0, help="0 takes a free port.")
@click.option("--announce", type=click.Path(path_type=Path), help="File to which the endpoint is written, as JSON.")
def serve(port: int, announce: Path | None) -> None:
    """Serve in the foreground."""
    for name in [name for name in os.environ if name.startswith("AWS_") or name.lower().endswith("_proxy")]:
        del os.environ[name]  # the user's profile, endpoints and proxy do not apply here
    os.environ.update(MOTO)
    from scripts.localaws.server import server  # imports moto, which start, status and stop do not need

    server.serve(port, announce)


@main.command()
def supported() -> None:
    """Print the supported operations: redirect to scripts/localaws/SUPPORTED.md."""
    os.environ.update(MOTO)
    from scripts.localaws.server import server, support_matrix

    server.application()
    click.echo(support_matrix.text(), nl=False)


if __name__ == "__main__":
    program.run(
        "localaws",
        lambda: main.main(prog_name="python -m scripts.localaws", standalone_mode=False),
        "`make local-status` says what runs",
    )
