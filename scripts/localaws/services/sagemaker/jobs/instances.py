"""Memory of instance types: https://aws.amazon.com/ec2/instance-types/."""

import re

_GIB_OF_LARGE = {"m5": 8, "m5d": 8, "c5": 4, "c5d": 4, "r5": 16, "m6i": 8, "c6i": 4, "r6i": 16, "t3": 8, "g4dn": 8}
_TYPE = re.compile(r"ml\.(?P<family>[a-z0-9]+)\.(?P<count>\d*)(?P<size>medium|large|xlarge)")
_LARGES = {"medium": 0.5, "large": 1, "xlarge": 2}


def memory_kib(instance_type: str) -> int:
    """The address space of one process in KiB; 0, which is no limit, for a type whose memory is not known here."""
    match = _TYPE.fullmatch(instance_type)
    if match is None or match["family"] not in _GIB_OF_LARGE:
        return 0
    return int(_GIB_OF_LARGE[match["family"]] * _LARGES[match["size"]] * int(match["count"] or 1) * 2**20)
