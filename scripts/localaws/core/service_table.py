"""The supported services of services.yaml. Requests to any other service or operation are refused."""

from dataclasses import dataclass
from pathlib import Path

from scripts.localaws.core import data_file


@dataclass(frozen=True)
class Service:
    """A service of services.yaml; operations is empty when a table of its package has them."""

    model: str
    prefix: str
    folder: str = ""
    not_emulated: str = "nothing known."
    operations: frozenset[str] = frozenset()


def _read() -> dict[str, Service]:
    rows = data_file.read(Path(__file__).with_name("services.yaml"))
    defaults = {scope: {"model": scope, "prefix": scope, "operations": "", **row} for scope, row in rows.items()}
    return {
        scope: Service(**{**row, "operations": frozenset(row["operations"].split())}) for scope, row in defaults.items()
    }


SERVICES = _read()  # key: the name in the credential scope of a signed request
S3_CONTROL = SERVICES.pop("s3-control")  # signed as s3


def folders() -> tuple[str, ...]:
    """The folders in services, in table order."""
    return tuple(dict.fromkeys(row.folder for row in SERVICES.values() if row.folder))
