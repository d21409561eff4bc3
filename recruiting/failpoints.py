"""Places at which a process can be told to die, so that tests can kill it at each of them.

`HEARDBACK_FAILPOINT` names one; production refuses to start with it. Nothing is tidied up: the
process ends as if its power had failed.
"""

from __future__ import annotations

import os
import signal

from flask import current_app


def failpoint(name: str) -> None:
    """Die here, if the installation was started to die at `name`."""
    if current_app.extensions["settings"].failpoint == name:
        os.kill(os.getpid(), signal.SIGKILL)
