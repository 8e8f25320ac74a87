"""Interprets a Dockerfile: FROM, ARG, ENV, COPY, RUN, USER, WORKDIR, ENTRYPOINT, CMD, EXPOSE, LABEL. Reads files only.

RUN starts nothing: of its commands `pip install --requirement` and `terraform providers mirror` are remembered for the
machine that runs the image, which has the packages and providers then; useradd, chown, chmod and mkdir have their
effect on the image, `sha256sum --check` compares its files; every other one is refused.
https://docs.docker.com/reference/dockerfile/
https://github.com/opencontainers/image-spec/blob/main/config.md
"""

import hashlib
import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

REQUIREMENTS = "localaws.requirements"  # label: paths of the requirements files to install, separated by blanks
PROVIDERS = "localaws.providers"  # label: path of the mirror of Terraform's providers
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_PYTHON = re.compile(r"(?:.*[/:])?python[:-][\w.-]+")
_WITHOUT_EFFECT = ("chown", "chmod", "groupadd")


class DockerfileError(Exception):
    """A line that cannot be interpreted; the message says which, and what to write."""


@dataclass(frozen=True)
class File:
    """A file of a layer; a folder has no content."""

    content: bytes | None
    mode: int = 0o644


@dataclass(frozen=True)
class Build:
    """An image: the `config` of its OCI configuration, the files of its own layer, the image that it starts from."""

    config: Mapping[str, Any] = field(default_factory=lambda: {"Env": [f"PATH={PATH}"]})
    files: Mapping[str, File] = field(default_factory=dict)
    base: Any = None  # what `find_base` returned
    variables: Mapping[str, str] = field(default_factory=dict)
    name: str = ""  # of the stage
    stages: Mapping[str, "Build"] = field(default_factory=dict)  # before this one

    def set(self, **config: Any) -> "Build":
        """The build with other members of its configuration."""
        return replace(self, config={**self.config, **config})

    def labelled(self, name: str, value: str) -> "Build":
        """The build with a label."""
        return self.set(Labels={**(self.config.get("Labels") or {}), name: value})

    def path(self, name: str) -> str:
        """The absolute path of a name in the working folder."""
        return str(PurePosixPath(self.config.get("WorkingDir") or "/", name))


Bases = Callable[[str], tuple[Mapping[str, Any], Any] | None]  # image name -> its configuration and the image


def interpret(folder: Path, arguments: Mapping[str, str], find_base: Bases) -> Build:
    """The image that the folder's Dockerfile describes. Raises DockerfileError."""
    file = folder / "Dockerfile"
    if not file.is_file():
        raise DockerfileError(f"{file}: there is no such file; write one")
    build = Build()
    for number, keyword, rest in _instructions(file.read_text(encoding="utf-8")):
        if keyword not in _KEYWORDS:
            raise DockerfileError(f"{file}:{number}: {keyword} is not interpreted; use {', '.join(_KEYWORDS)}")
        try:
            if keyword == "ARG":
                build = _argument(build, rest, arguments)
            elif keyword == "FROM":
                build = _from(build, rest, find_base)
            else:
                build = _KEYWORDS[keyword](build, rest, folder)
        except (DockerfileError, ValueError, OSError) as error:
            raise DockerfileError(f"{file}:{number}: {error}") from None
    return build


def _instructions(text: str) -> list[tuple[int, str, str]]:
    """Line number, keyword and rest of every instruction, with continued lines joined."""
    instructions, pending, start = [], "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#") or not (pending or line.strip()):
            continue
        start = start if pending else number
        pending += line.rstrip().removesuffix("\\").strip() + " "
        if not line.rstrip().endswith("\\"):
            keyword, _, rest = pending.strip().partition(" ")
            instructions.append((start, keyword.upper(), rest.strip()))
            pending = ""
    return instructions


def _expanded(build: Build, text: str) -> str:
    return _VARIABLE.sub(lambda match: build.variables.get(match[1] or match[2], ""), text)


def _argument(build: Build, rest: str, arguments: Mapping[str, str]) -> Build:
    name, _, default = rest.partition("=")
    value = arguments.get(name, _expanded(build, default).strip("\"'"))
    return replace(build, variables={**build.variables, name: value})


def _from(build: Build, rest: str, find_base: Bases) -> Build:
    arguments = _expanded(build, rest).split()
    if len(arguments) not in (1, 3) or arguments[1:2] not in ([], ["AS"]):
        raise DockerfileError("FROM names one image, and a stage after AS")
    stages = {**build.stages, build.name: build}
    build = Build(variables=build.variables, stages=stages, name=arguments[-1] if arguments[1:] else "")
    base = find_base(arguments[0])
    if base is not None:
        config, image = base
        environment = dict(pair.split("=", 1) for pair in config.get("Env", ()))
        return replace(build, config=dict(config), base=image, variables={**environment, **build.variables})
    if ".dkr.ecr." in arguments[0] or not _PYTHON.fullmatch(arguments[0]):
        raise DockerfileError(
            f"{arguments[0]} is no image of the registry and no image of Python; push it, or name one"
        )
    return build


def _env(build: Build, rest: str, _: Path) -> Build:
    pairs = dict(argument.split("=", 1) for argument in shlex.split(_expanded(build, rest)))
    values = {**dict(pair.split("=", 1) for pair in build.config.get("Env", ())), **pairs}
    build = replace(build, variables={**build.variables, **pairs})
    return build.set(Env=[f"{name}={value}" for name, value in values.items()])


def _copy(build: Build, rest: str, folder: Path) -> Build:
    arguments = shlex.split(_expanded(build, rest))
    flags, names = (
        [argument for argument in arguments if argument.startswith("--")],
        [argument for argument in arguments if argument[:2] != "--"],
    )
    if len(flags) == 1 and flags[0].startswith("--from=") and len(names) == 2:
        return _copy_from(build, flags[0].partition("=")[2], *names)
    if any(not flag.startswith(("--chmod=", "--chown=")) for flag in flags):
        raise DockerfileError(f"COPY {' '.join(flags)}: only --chmod and --chown are interpreted, or --from alone")
    mode = next((int(flag.partition("=")[2], 8) for flag in flags if flag.startswith("--chmod=")), 0)
    *sources, target = names
    is_folder = target.endswith("/") or len(sources) > 1
    files = dict(build.files)
    for source in sources:
        for path, name in _sources(folder, source, build.path(target), is_folder):
            files[name] = File(path.read_bytes(), mode or (path.stat().st_mode & 0o777))
    return replace(build, files=files)


def _copy_from(build: Build, stage: str, source: str, target: str) -> Build:
    """Copy a file of another stage, or the mirror of Terraform's providers that it has."""
    if stage not in build.stages or not stage:
        raise DockerfileError(f"COPY --from={stage}: there is no such stage")
    other = build.stages[stage]
    if source == (other.config.get("Labels") or {}).get(PROVIDERS):
        return build.labelled(PROVIDERS, build.path(target))
    file = other.files.get(source) or (other.base and other.base.file(source))
    if not file:
        raise DockerfileError(f"COPY --from={stage} {source}: the stage has no such file")
    return replace(build, files={**build.files, build.path(target): file})


def _sources(folder: Path, source: str, target: str, is_folder: bool) -> list[tuple[Path, str]]:
    """The files that a source names, each with its path in the image."""
    path = (folder / source).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.exists():
        raise DockerfileError(f"COPY {source}: there is no such file in the build's folder")
    if path.is_file():
        return [(path, f"{target.rstrip('/')}/{path.name}" if is_folder else target)]
    files = sorted(each for each in path.rglob("*") if each.is_file() and "__pycache__" not in each.parts)
    return [(each, f"{target.rstrip('/')}/{each.relative_to(path).as_posix()}") for each in files]


def _run(build: Build, rest: str, _: Path) -> Build:
    for command in re.split(r"&&|;", rest):
        arguments = [argument for argument in shlex.split(command) if not argument.startswith("--mount=")]
        while arguments and re.match(r"\w+=", arguments[0]):
            arguments = arguments[1:]  # a variable of this command alone
        if arguments:
            build = _command(build, arguments)
    return build


def _command(build: Build, arguments: list[str]) -> Build:
    program, options = arguments[0], arguments[1:]
    if arguments[:2] == ["pip", "install"] and {"--requirement", "-r"} & set(options):
        name = options[max(options.index(flag) for flag in ("--requirement", "-r") if flag in options) + 1]
        paths = [*(build.config.get("Labels") or {}).get(REQUIREMENTS, "").split(), build.path(name)]
        return build.labelled(REQUIREMENTS, " ".join(dict.fromkeys(paths)))
    if program == "terraform" and options[1:3] == ["providers", "mirror"]:
        return build.labelled(PROVIDERS, build.path(options[-1]))
    if arguments[:2] == ["sha256sum", "--check"]:
        return _check_digests(build, build.path(arguments[2]))
    if program == "mkdir":
        folders = {build.path(name): File(None, 0o755) for name in options if not name.startswith("-")}
        return replace(build, files={**build.files, **folders})
    if program == "useradd":
        users = build.files.get("/etc/passwd.d", File(b"")).content or b""
        user = f"{options[-1]}:x:1000:1000::/home/{options[-1]}:/bin/sh\n".encode()
        return replace(build, files={**build.files, "/etc/passwd.d": File(users + user)})
    if program in _WITHOUT_EFFECT:
        return build  # in a container here every file belongs to root
    supported = (
        "pip install --requirement FILE, terraform providers mirror, sha256sum --check, useradd, mkdir, chown and chmod"
    )
    raise DockerfileError(f"RUN {' '.join(arguments)}: only {supported} are interpreted")


def _check_digests(build: Build, name: str) -> Build:
    """Compare files with a list in the form of sha256sum."""
    if name not in build.files:
        raise DockerfileError(f"sha256sum: {name}: No such file or directory")
    for line in (build.files[name].content or b"").decode().splitlines():
        digest, _, path = line.partition("  ")
        file = build.files.get(path, File(b""))
        if hashlib.sha256(file.content or b"").hexdigest() != digest:
            raise DockerfileError(f"sha256sum: {path}: FAILED; 1 computed checksum did NOT match")
    return build


def _user(build: Build, rest: str, _: Path) -> Build:
    return build.set(User=_expanded(build, rest))


def _workdir(build: Build, rest: str, _: Path) -> Build:
    return build.set(WorkingDir=build.path(_expanded(build, rest)))


def _arguments(rest: str) -> list[str]:
    """The exec form as it is, the shell form as a command of the shell."""
    return list(json.loads(rest)) if rest.startswith("[") else ["/bin/sh", "-c", rest]


def _entrypoint(build: Build, rest: str, _: Path) -> Build:
    return build.set(Entrypoint=_arguments(rest), Cmd=None)  # a new entry point resets the base's CMD


def _cmd(build: Build, rest: str, _: Path) -> Build:
    return build.set(Cmd=_arguments(rest))


def _expose(build: Build, rest: str, _: Path) -> Build:
    return build.set(ExposedPorts={f"{port}/tcp": {} for port in _expanded(build, rest).split()})


def _label(build: Build, rest: str, _: Path) -> Build:
    pairs = dict(argument.split("=", 1) for argument in shlex.split(_expanded(build, rest)))
    return build.set(Labels={**(build.config.get("Labels") or {}), **pairs})


_KEYWORDS: Mapping[str, Callable[[Build, str, Path], Build]] = {
    "FROM": lambda build, *_: build,
    "ARG": lambda build, *_: build,
    "ENV": _env,
    "COPY": _copy,
    "RUN": _run,
    "USER": _user,
    "WORKDIR": _workdir,
    "ENTRYPOINT": _entrypoint,
    "CMD": _cmd,
    "EXPOSE": _expose,
    "LABEL": _label,
}
