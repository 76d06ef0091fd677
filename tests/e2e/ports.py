"""Ports that a test may use later: nobody else is given them as long as its program runs.

They lie below those that the system gives to connections on their way out, so that none of these takes one meanwhile.
Programs of tests that run side by side share a file: byte N is locked by whoever has port N."""
import contextlib
import fcntl
import os
import pathlib
import socket
import tempfile

FIRST, END = 20000, 32000  # those above belong to freeport.cpp
_locks = open(pathlib.Path(tempfile.gettempdir()) / f"kite-test-ports-{os.getuid()}", "a+b")  # closing it would unlock all
_candidates = iter(range(FIRST, END))


def _is_free(port):
    with contextlib.suppress(OSError), socket.socket() as probe:
        probe.bind(("", port))
        return True
    return False


def free_port():
    for port in _candidates:
        with contextlib.suppress(OSError):
            fcntl.lockf(_locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
            if _is_free(port):
                return port
            fcntl.lockf(_locks, fcntl.LOCK_UN, 1, port)
    raise AssertionError(f"no port from {FIRST} to {END - 1} is free")
