"""Operations of CodeArtifact besides those that only store a domain, a repository or a policy.

https://docs.aws.amazon.com/codeartifact/latest/APIReference/
"""

from typing import Any

from packaging.utils import canonicalize_name

from scripts.localaws.core import context
from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import Handlers, update
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store
from scripts.localaws.services.codeartifact import index, tokens
from scripts.localaws.services.codeartifact.packages import Key, Packages, Version, packages
from scripts.localaws.services.sts import sessions

_FORMATS = {"public:pypi": "pypi", "public:npmjs": "npm", "public:maven-central": "maven", "public:nuget-org": "nuget"}


def _associate_external_connection(store: Store, params: Record, output: Any) -> Record:
    """https://docs.aws.amazon.com/codeartifact/latest/ug/external-connection.html"""
    name = params["externalConnection"]
    connection = {"externalConnectionName": name, "packageFormat": _FORMATS.get(name, "generic"), "status": "Available"}
    return _set_external_connections(store, params, [connection], output)


def _set_external_connections(store: Store, params: Record, connections: list[Record], output: Any) -> Record:
    key = {name: params[name] for name in ("domain", "repository")}
    return update(store, store.resources["Repository"], {**key, "externalConnections": connections}, output)


def _endpoint(store: Store, params: Record, _: Any) -> Record:
    _check_repository(store, params)
    address = (store.account, store.region, params["domain"], params["format"], params["repository"])
    return {"repositoryEndpoint": index.endpoint(*address)}


def _check_repository(store: Store, params: Record, member: str = "repository") -> None:
    """ResourceNotFoundException unless the repository exists."""
    store.get(store.resources["Repository"], {"domain": params["domain"], "repository": params[member]})


def _token(store: Store, params: Record, _: Any) -> Record:
    store.get(store.resources["Domain"], params)
    text, token = tokens.issue(sessions.caller(context.current_caller()), params.get("durationSeconds"))
    return {"authorizationToken": text, "expiration": token.expiration}


def _list_packages(store: Store, params: Record, _: Any) -> Record:
    _check_repository(store, params)
    names = _packages(store).names(_key(params))
    prefix = params.get("packagePrefix", "")
    return {"packages": [{"format": "pypi", "package": name} for name in names if name.startswith(prefix)]}


def _packages(store: Store) -> Packages:
    return packages(store.account, store.region)


def _key(params: Record, member: str = "repository") -> Key:
    """The repository of a request. Formats other than pypi are refused."""
    if params.get("format", "pypi") != "pypi":
        message = f"the embedded AWS keeps packages of the format pypi, not {params['format']}; see SUPPORTED.md"
        raise AwsError("ValidationException", message)
    return params["domain"], params[member], "pypi"


def _list_versions(store: Store, params: Record, _: Any) -> Record:
    """https://docs.aws.amazon.com/codeartifact/latest/ug/list-packages-versions.html"""
    _check_repository(store, params)
    name = canonicalize_name(params["package"])
    versions = _packages(store).versions(_key(params), name)
    if not versions:
        raise store.error("ResourceNotFoundException", f"Package {name} not found in {params['repository']}")
    rows = [{"version": each.version, "revision": each.revision, "status": each.status} for each in versions.values()]
    return {"format": "pypi", "package": name, "versions": rows}


def _copy(store: Store, params: Record, _: Any) -> Record:
    """Copy versions; when one is not in the source, none is copied.

    https://docs.aws.amazon.com/codeartifact/latest/ug/copy-package.html
    """
    for member in ("sourceRepository", "destinationRepository"):
        _check_repository(store, params, member)
    if params.get("versionRevisions") or params.get("includeFromUpstream") or not params.get("versions"):
        message = "the embedded AWS copies the versions of the source repository itself; see SUPPORTED.md"
        raise AwsError("ValidationException", message)
    source, target = (_key(params, f"{side}Repository") for side in ("source", "destination"))
    name, stored = canonicalize_name(params["package"]), _packages(store)
    available = stored.versions(source, name)
    if not available:
        raise store.error("ResourceNotFoundException", f"Package {name} not found in {params['sourceRepository']}")
    if missing := [version for version in params["versions"] if version not in available]:
        return {"successfulVersions": {}, "failedVersions": _failures(params["versions"], missing)}
    existing = stored.versions(target, name)  # copies of the same version are successful and not listed
    copies: dict[str, Version] = {
        version: stored.add(target, name, version, available[version].revision)
        for version in params["versions"]
        if version not in existing
    }
    rows = {version: {"revision": each.revision, "status": each.status} for version, each in copies.items()}
    return {"successfulVersions": rows, "failedVersions": {}}


def _failures(versions: list[str], missing: list[str]) -> Record:
    return {
        version: {"errorCode": "NOT_FOUND", "errorMessage": f"Could not find version {version}"}
        if version in missing
        else {"errorCode": "SKIPPED", "errorMessage": f"Version {version} was skipped"}
        for version in versions
    }


HANDLERS: Handlers = {
    ("codeartifact", "AssociateExternalConnection"): _associate_external_connection,
    ("codeartifact", "CopyPackageVersions"): _copy,
    ("codeartifact", "DisassociateExternalConnection"): lambda store, params, output: _set_external_connections(
        store, params, [], output
    ),
    ("codeartifact", "GetAuthorizationToken"): _token,
    ("codeartifact", "GetRepositoryEndpoint"): _endpoint,
    ("codeartifact", "ListPackages"): _list_packages,
    ("codeartifact", "ListPackageVersions"): _list_versions,
}
