"""Confines the template server with namespaces and limits of the Linux kernel; needs no root. Calls libc.

https://man7.org/linux/man-pages/man7/user_namespaces.7.html
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from pathlib import Path

SCRATCH = Path("/dev/shm")  # noqa: S108 each server mounts memory of its own there
_SCRATCH_OPTIONS = b"size=16m,mode=700"
_FILE_BYTES, _MEMORY_BYTES = 16 << 20, 4 << 30
# Numbers of the kernel's headers sched.h, mount.h, prctl.h and capability.h.
_NEW_MOUNTS, _NEW_IPC, _NEW_USER, _NEW_PIDS, _NEW_NETWORK = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
_READ_ONLY, _NO_SETUID, _NO_DEVICES, _PRIVATE = 1, 2, 4, 1 << 18
_MOUNT_SETATTR, _RECURSIVE = 442, 0x8000
_PARENT_DEATH_SIGNAL, _DUMPABLE, _NO_NEW_PRIVILEGES = 1, 4, 38
_CAPABILITY_VERSION = 0x20080522


class _MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "user_namespace")]


class _CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("process", ctypes.c_int)]


def enter_namespaces() -> None:
    """Give the next child namespaces of its own; OSError when the kernel allows none."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "unshare"):
        raise OSError(0, "no Linux")
    user, group = os.getuid(), os.getgid()
    _require(libc.unshare(_NEW_USER | _NEW_MOUNTS | _NEW_PIDS | _NEW_NETWORK | _NEW_IPC))
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny")
    (own / "uid_map").write_text(f"{user} {user} 1")
    (own / "gid_map").write_text(f"{group} {group} 1")


def confine() -> None:
    """Make the file system read-only but for the scratch folder, and give up every capability; OSError when refused.

    Without a capability nothing of this can be undone. The process ends with its parent.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    attributes = _MountAttributes(_READ_ONLY | _NO_SETUID | _NO_DEVICES, 0, _PRIVATE, 0)
    size = ctypes.sizeof(attributes)
    _require(libc.syscall(_MOUNT_SETATTR, -1, b"/", _RECURSIVE, ctypes.byref(attributes), size))
    flags = _NO_SETUID | _NO_DEVICES
    _require(libc.mount(b"scratch", bytes(SCRATCH), b"tmpfs", flags, _SCRATCH_OPTIONS))
    _require(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    header, no_capability = _CapabilityHeader(_CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)()
    _require(libc.capset(ctypes.byref(header), no_capability))
    _require(libc.prctl(_DUMPABLE, 0, 0, 0, 0))  # no debugger of the same user
    _require(libc.prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0))


def limit_resources(cpu_seconds: int) -> None:
    """Bound the CPU seconds, memory and file sizes of this process; SIGXCPU ends it after the CPU seconds."""
    limits = {
        resource.RLIMIT_CPU: (cpu_seconds, cpu_seconds + 1),  # a process that ignores the signal is killed
        resource.RLIMIT_AS: (_MEMORY_BYTES, _MEMORY_BYTES),
        resource.RLIMIT_FSIZE: (_FILE_BYTES, _FILE_BYTES),
        resource.RLIMIT_CORE: (0, 0),
    }
    for limit, (soft, hard) in limits.items():
        current = resource.getrlimit(limit)[1]
        highest = hard if current == resource.RLIM_INFINITY else min(hard, current)
        resource.setrlimit(limit, (min(soft, highest), highest))


def _require(result: int) -> None:
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
