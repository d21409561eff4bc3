"""No test reaches the network; the few that need this machine's own servers say so."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

THIS_MACHINE = {"127.0.0.1", "::1", "localhost", None}
# The methods of a socket that name an address, and which argument it is.
DOORS = {"connect": 1, "connect_ex": 1, "bind": 1, "sendto": -1}


class Network:
    """Refuses every address, but those of this machine while `is_loopback_open`."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.is_loopback_open = False
        for name, place in DOORS.items():
            guarded = self._guard(getattr(socket.socket, name), place)
            patch.setattr(socket.socket, name, guarded)
        patch.setattr(socket, "getaddrinfo", self._guard(socket.getaddrinfo, 0))

    def check(self, address: object) -> None:
        """Raise unless a socket may be opened to this address."""
        host = address[0] if isinstance(address, tuple) else address
        is_ours = host in THIS_MACHINE or (isinstance(host, str) and host.startswith("/"))
        if not (self.is_loopback_open and is_ours):
            raise AssertionError(f"a test opened a socket to {address!r}; see `loopback`")

    def _guard(self, original: Callable[..., Any], place: int) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self.check(arguments[place])
            return original(*arguments, **named)

        return call
