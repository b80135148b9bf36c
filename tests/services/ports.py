"""Free ports of 127.0.0.1, and waiting until somebody listens."""

import socket
import time

HOST = "127.0.0.1"


def free_port() -> int:
    """A TCP port that nobody listens on now. Another process may take it before you do: try again with a new one."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def listens(port: int) -> bool:
    """Whether somebody accepts connections on `port` of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def wait_until_listens(port: int, *, seconds: float) -> bool:
    """Waits for `listens(port)`, at most `seconds`; gives whether it came true."""
    deadline = time.monotonic() + seconds
    while not listens(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
