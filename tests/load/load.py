"""What the load suites share: their size, the machine's limits, programs to be loaded, and what they take.

KITE_LOAD=full is the size that is run by hand (run.sh); else the same shapes in a few seconds."""
import contextlib
import os
import pathlib
import resource
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import harness  # noqa: E402 - found by the line above
from harness import EndToEnd, free_port, wait_for  # noqa: E402

FULL = os.environ.get("KITE_LOAD", "") == "full"
SECRET = "s3cret"


def size(small, full):
    return full if FULL else small


def allow_descriptors(wanted):
    """For this process and those it starts. Says clearly when the machine does not allow as many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise AssertionError(f"this needs {wanted} descriptors, the machine allows {hard} (ulimit -Hn): raise the hard limit")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


class Vitals:
    """What a process takes now."""
    TICKS = os.sysconf("SC_CLK_TCK")

    def __init__(self, pid):
        proc = pathlib.Path(f"/proc/{pid}")
        # of "PID (NAME) ...", counted behind the name
        fields = (proc / "stat").read_text().rpartition(")")[2].split()
        self.cpu = (int(fields[11]) + int(fields[12])) / self.TICKS
        self.descriptors = sum(1 for each in (proc / "fd").iterdir() if not self._is_pipe(each))
        self.pss = next(int(line.split()[1]) for line in (proc / "smaps_rollup").read_text().splitlines()
                        if line.startswith("Pss:"))
        self.at = time.monotonic()

    @staticmethod
    def _is_pipe(descriptor):
        """Each thread keeps one, once it has moved bulk: no sign that something is left behind."""
        try:
            return os.readlink(descriptor).startswith("pipe:")
        except FileNotFoundError:  # closed meanwhile
            return True

    def __str__(self):
        return f"{self.pss / 1024:.1f} MiB PSS, {self.descriptors} descriptors, {self.cpu:.2f} s CPU"


class Peak:
    """The most memory that a process takes while this is entered: PSS, sampled."""

    def __init__(self, process):
        self.process, self.pss, self.over = process, 0, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self):
        while not self.over.is_set():
            with contextlib.suppress(OSError, StopIteration):
                self.pss = max(self.pss, Vitals(self.process.pid).pss)
            self.over.wait(0.1)

    def __enter__(self):
        self.before = Vitals(self.process.pid)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.after = Vitals(self.process.pid)

    def grew(self):
        """In MiB."""
        return (max(self.pss, self.after.pss) - self.before.pss) / 1024


def told(what, before, after):
    """A line of a report."""
    print(f"  {what}: {before.pss / 1024:.1f} -> {after.pss / 1024:.1f} MiB PSS, "
          f"{before.descriptors} -> {after.descriptors} descriptors, "
          f"{after.cpu - before.cpu:.2f} s CPU in {after.at - before.at:.1f} s")


class LoadTest(EndToEnd):
    def relay(self, *options, port=0, host="127.0.0.1"):
        """A relay that takes every kite below kite.test, and its port."""
        relay = self.kite("--clean", "--isfrontend", f"--host={host}", f"--ports={port}",
                          f"--domain=*:*.kite.test:{SECRET}", "--json", *options)
        return relay, relay.wait_event("listening", role="relay")["port"]

    def connector(self, relay_ports, *kites, options=()):
        """@param kites: words of the friendly form, or whole --service_on"""
        ports = [relay_ports] if isinstance(relay_ports, int) else relay_ports
        kite = self.kite("--clean", *(f"--frontend=127.0.0.1:{port}" for port in ports), f"--kitesecret={SECRET}", "--json",
                         *options, *kites)
        for port in ports:
            kite.wait_event("flying", relay=f"127.0.0.1:{port}")
        return kite

    def descriptors_back(self, process, before, spare=0, seconds=harness.PATIENCE):
        """Every descriptor that was opened meanwhile is closed again."""
        wait_for(f"process {process.pid} back at {before.descriptors} descriptors",
                 lambda: Vitals(process.pid).descriptors <= before.descriptors + spare, seconds)

    def still_runs(self, *processes):
        for process in processes:
            self.assertIsNone(process.child.poll(), "ended:\n" + process.said())

    def grew_at_most(self, what, before, after, mebibytes):
        """Sanitizers keep freed memory, there only the report counts."""
        told(what, before, after)
        if not harness.SANITIZED:
            self.assertLess((after.pss - before.pss) / 1024, mebibytes, f"{what}: memory")


__all__ = ["FULL", "SECRET", "LoadTest", "Peak", "Vitals", "allow_descriptors", "free_port", "harness", "size", "told", "wait_for"]
