"""Measures kite beside other tunnels. Run by run.sh, in a network of its own. README.md tells how to read it."""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import load
import origins
import processes
import report
import results
import standing
import systems
import traffic

GROUPS = {"bulk": traffic.bulk, "small": traffic.small_requests, "first": traffic.first_after_rest, "beside": traffic.beside,
          "share": traffic.share, "memory": standing.memory, "crowd": standing.crowd, "rest": standing.rest,
          "recovery": standing.recovery}
FIRST_PORT = 20010
PORTS_EACH = 10
LAST_PORT = 21990              # run.sh keeps all up to here from being given to others
DISTURBED = 0.2                # cores that others may use before a measurement is repeated
MOST_TRIES = 2
PRIORITY = -15
SHORT_SECONDS = 0.3            # too short to tell what others used
LONGEST_SECONDS = 90 * 60      # then it ends, whatever it is doing


class Bench:
    """What the groups of measurements ask for: systems that run, turns, and a place for what they find."""

    def __init__(self, options, place, out):
        self.thorough = not options.quick
        self.repetitions = options.turns or (5 if self.thorough else 2)
        self.seconds = options.seconds or (2 if self.thorough else 1)
        self.patience = options.patience
        self.place, self.out = place, out
        self.wanted = options.systems
        self.absent = systems.missing()
        self.next_port = FIRST_PORT
        self.run = time.strftime("%F %T")
        self.records = []

    @contextlib.contextmanager
    def running(self, names, start_origin, through_path=False):
        """Those of the systems that are wanted, there, and answer, in front of an origin server. With through_path
        each has a path that can fall silent between its two ends."""
        started, live = [], []
        origin = start_origin(self.place)
        try:
            for name in names:
                if name in self.wanted and name not in self.absent:
                    system = self._make(name, origin, through_path)
                    started.append(system)
                    if system.start():
                        live.append(system)
                    else:
                        say(f"{name} does not answer visitors; left out. See {system.folder} (--keep)")
            yield live
        finally:
            for system in started:
                system.stop()
            origin.stop()

    def _make(self, name, origin, through_path):
        port = self.next_port
        self.next_port = port + PORTS_EACH if port + PORTS_EACH < LAST_PORT else FIRST_PORT
        return systems.System(name, self.place, origin, port, through_path)

    def turns(self, kinds, running):
        """(turn, kind, system): systems take turns at one kind before the next comes."""
        for turn in range(self.repetitions):
            for kind in kinds:
                for system in running:
                    yield turn, kind, system

    def measure(self, test, system, turn, work):
        """Records what work() gives. Measured again when others have used the machine meanwhile: the stillest of a
        few tries counts."""
        best = None
        for _ in range(MOST_TRIES):
            system.settle()
            begun, all_before, own_before = time.monotonic(), processes.machine_cpu_seconds(), processes.own_cpu_seconds()
            numbers = work()
            seconds = time.monotonic() - begun
            used = processes.machine_cpu_seconds() - all_before - (processes.own_cpu_seconds() - own_before)
            numbers["others"] = max(0.0, used / seconds)
            if best is None or numbers["others"] < best["others"]:
                best = numbers
            if best["others"] < DISTURBED or seconds < SHORT_SECONDS:
                break
        self.record(test, system, turn, best)

    def record(self, test, system, turn, numbers):
        record = {"run": self.run, "test": test, "system": system.name, "turn": turn, **numbers}
        self.records.append(record)
        line = json.dumps(record)
        if self.out:
            print(line, file=self.out, flush=True)
        figures = " ".join(f"{key}={results.short(value)}" for key, value in numbers.items()
                           if isinstance(value, (int, float)))
        say(f"{test:20} {system.name:14} {figures}")


def say(text):
    print(text, file=sys.stderr, flush=True)


def make_certificate(folder):
    pem = folder / "relay.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", folder / "key", "-out", folder / "certificate", "-days", "30",
                    "-subj", f"/CN={systems.RELAY_NAME}", "-addext", f"subjectAltName=DNS:{systems.RELAY_NAME}"],
                   check=True, stderr=subprocess.DEVNULL)
    pem.write_bytes((folder / "key").read_bytes() + (folder / "certificate").read_bytes())
    pem.chmod(0o600)
    return pem


def chosen(parser, names, known):
    """Those that are named; all where none is."""
    wanted = names.split(",") if names else list(known)
    for name in wanted:
        if name not in known:
            parser.error(f"what is '{name}'? There are {', '.join(known)}")
    return wanted


def read_options():
    parser = argparse.ArgumentParser(prog="run.sh", description="Measures kite beside other tunnels.")
    parser.add_argument("--quick", action="store_true", help="less than ten minutes; fewer turns, less reliable")
    parser.add_argument("--only", metavar="GROUP,...", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--systems", metavar="NAME,...", help=f"of {', '.join(systems.SYSTEMS)}")
    parser.add_argument("--kite", required=True, metavar="PATH", help="the program to measure; default: a release build")
    parser.add_argument("--turns", type=int, help="how often each is measured")
    parser.add_argument("--seconds", type=int, help="how long each measurement of traffic takes")
    parser.add_argument("--patience", type=int, default=30, metavar="SECONDS", help="how long recovery is waited for")
    parser.add_argument("--out", metavar="FILE", help="adds each measurement to it, as a line of JSON, for report.py")
    parser.add_argument("--keep", action="store_true", help="leave the folder with what the programs said")
    options = parser.parse_args()
    options.groups = chosen(parser, options.only, GROUPS)
    options.systems = chosen(parser, options.systems, systems.SYSTEMS)
    if not shutil.which(options.kite):
        parser.error(f"{options.kite} is no program")
    if not shutil.which("nginx") or not shutil.which("wrk"):
        parser.error("nginx and wrk are needed: apt install nginx-light wrk")
    return options


def come_first():
    """Programs outside shall not tilt the ratios: all of ours are one session with priority, and so one group to the
    scheduler, which shares the machine out to sessions."""
    os.setsid()
    os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    with contextlib.suppress(OSError):
        pathlib.Path("/proc/self/autogroup").write_text(str(PRIORITY))


def stop_in_time():
    reasons = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGALRM)

    def end(number, _):
        for reason in reasons:  # cleaning up is not interrupted
            signal.signal(reason, signal.SIG_IGN)
        raise SystemExit(f"ended by {signal.Signals(number).name}")
    for reason in reasons:
        signal.signal(reason, end)
    signal.alarm(LONGEST_SECONDS)


def measure(options, folder):
    place = {"scratch": folder, "site": origins.make_site(folder), "pem": make_certificate(folder),
             "kite": pathlib.Path(shutil.which(options.kite)).resolve()}
    with open(options.out or "/dev/null", "a", encoding="utf-8") as out:
        bench = Bench(options, place, out)
        for package in sorted(set(bench.absent.values())):
            names = [name for name, needs in bench.absent.items() if needs == package]
            say(f"Without {', '.join(names)}: the package {package} is missing")
        for name in options.groups:
            say(f"-- {name}")
            GROUPS[name](bench)
    return bench.records


def main():
    options = read_options()
    stop_in_time()
    come_first()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kite-bench-"))
    try:
        print(report.text(results.Results(measure(options, folder))))
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
