"""Programs that are started, watched from /proc, and ended by their own ids."""
import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
PROC = pathlib.Path("/proc")
LOOPBACK = "127.0.0.1"


def _stat(pid):
    """(parent, CPU seconds with those of ended children), or None for a process that is gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    fields = text[text.rindex(")") + 2:].split()
    return int(fields[1]), sum(int(ticks) for ticks in fields[11:15]) / TICKS


def family(root):
    """A process and all that descend from it."""
    children = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (found := _stat(entry.name)):
            children.setdefault(found[0], []).append(int(entry.name))
    found, left = [], [root]
    while left:
        found.append(left.pop())
        left += children.get(found[-1], [])
    return found


def machine_cpu_seconds():
    """What all programs of the machine have used, and what the machine was not given (steal)."""
    fields = (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, steal = (int(fields[at]) for at in (0, 1, 2, 7))
    return (user + nice + system + steal) / TICKS


def own_cpu_seconds():
    """What this program and all that it has started have used."""
    return sum((_stat(pid) or (0, 0.0))[1] for pid in family(os.getpid()))


def _lines(pid, name):
    with contextlib.suppress(OSError):
        return (PROC / str(pid) / name).read_text().splitlines()
    return []


class Program:
    """A running program and its children."""

    def __init__(self, command, log, environment=None):
        self.command = [str(word) for word in command]
        self.log = log
        self.environment = {**os.environ, **(environment or {})}
        self.child = None
        self.start()

    def start(self):
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                          env=self.environment)

    @property
    def pid(self):
        return self.child.pid

    def cpu_seconds(self):
        return sum((_stat(pid) or (0, 0.0))[1] for pid in family(self.pid))

    def exact_cpu_seconds(self):
        """To the microsecond, of the threads that live now."""
        return self._threads_sum("schedstat", lambda lines: int(lines[0].split()[0]) / 1e9)

    def wakeups(self):
        """How often its threads have gone to sleep so far."""
        def sleeps(lines):
            return next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))
        return self._threads_sum("status", sleeps)

    def _threads_sum(self, name, read):
        total = 0
        for pid in family(self.pid):
            with contextlib.suppress(OSError):
                for thread in (PROC / str(pid) / "task").iterdir():
                    if lines := _lines(thread.relative_to(PROC), name):
                        total += read(lines)
        return total

    def memory_kib(self):
        """Proportional set size: a page that n processes share counts as 1/n."""
        total = 0
        for pid in family(self.pid):
            total += sum(int(line.split()[1]) for line in _lines(pid, "smaps_rollup") if line.startswith("Pss:"))
        return total

    def stop(self, how=signal.SIGTERM, seconds=5):
        mine = family(self.pid)
        for pid in mine:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.child.wait(seconds)
        for pid in mine:  # ids are not reused this fast
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.child.wait()


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), 1):
        return True
    return False


def wait_for(test, seconds, pause=0.05):
    """Whether test() became true in time."""
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True
