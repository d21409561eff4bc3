"""How much memory this process held at most."""

from __future__ import annotations

import resource
from pathlib import Path

STATUS = Path("/proc/self/status")
KILOBYTES = 1024


def peak() -> float:
    """Megabytes that were resident at most.

    On Linux from the process's own record: what `getrusage` tells of a child begins with its
    parent's figure.
    """
    lines = STATUS.read_text().splitlines() if STATUS.exists() else []
    own = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    kilobytes = own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(kilobytes) / KILOBYTES
