"""Measurements of what a system costs while little happens, and of how it comes back."""
import signal
import time

import load
import origins
import processes
import traffic

IDLERS = 1000
CROWD = 2000
DOWN_SECONDS = 2   # between a relay's end and its return
STILL_SECONDS = 3  # before what is at rest is looked at


def memory(bench):
    """Each alone: a page that processes share counts for each of them in part."""
    for turn in range(2 if bench.thorough else 1):
        for name in ("hap2", "hap2-tls", "ssh", "pagekite", "kite", "kite-tls"):
            with bench.running((name,), origins.nginx) as running:
                for system in running:
                    bench.record("memory", system, turn, _memory_of(system))


def _memory_of(system):
    time.sleep(1)
    idle = system.memory_kib()
    load.bench_load("ask", system, count=20, path=origins.SMALL)
    found = {f"idle_{side}_mib": kib / 1024 for side, kib in idle.items()}

    before = _settled_memory(system)
    with load.Idlers(system, IDLERS, origins.SMALL) as idlers:
        beside = _settled_memory(system)
        count = max(len(idlers.sockets), 1)
        found.update({f"visitor_{side}_kib": (beside[side] - before[side]) / count for side in before})
        found["absent"] = idlers.missing

    before = _settled_memory(system)
    with load.stalled(system, origins.LARGE, traffic.STALL_AFTER):
        time.sleep(1)
        beside = _settled_memory(system)
    found["stalled_mib"] = (sum(beside.values()) - sum(before.values())) / 1024
    return found


def _settled_memory(system):
    time.sleep(0.5)
    system.settle()
    return system.memory_kib()


def crowd(bench):
    """Requests a second with a crowd of idle visitors, and without."""
    with bench.running(("hap2", "kite", "kite-tls"), origins.nginx) as running:
        for turn in range(bench.repetitions):
            for system in running:
                bench.measure("crowd none", system, turn, lambda: traffic.small(system, 64, bench.seconds, True))
                with load.Idlers(system, CROWD, origins.SMALL) as idlers:
                    bench.measure("crowd idle", system, turn, lambda: {
                        **traffic.small(system, 64, bench.seconds, True), "absent": idlers.missing})


def rest(bench):
    """CPU and wake-ups of all of them while nobody visits."""
    seconds = 10 if bench.thorough else 5
    with bench.running(traffic.TUNNELS, origins.nginx) as running:
        time.sleep(STILL_SECONDS)
        ends = [(system, side, program) for system in running for side, program in system.ends().items()]
        before = [(program.exact_cpu_seconds(), program.wakeups()) for _, _, program in ends]
        time.sleep(seconds)
        found = {system: {} for system in running}
        for (system, side, program), (cpu, wakeups) in zip(ends, before):
            found[system][f"percent_{side}"] = 100 * (program.exact_cpu_seconds() - cpu) / seconds
            found[system][f"wakeups_{side}"] = (program.wakeups() - wakeups) / seconds
        for system, values in found.items():
            bench.record("rest", system, 0, values)


def recovery(bench):
    """Seconds until a visitor is answered again."""
    names = ("kite", "kite-tls", *(("pagekite",) if bench.thorough else ()))
    for turn in range(3 if bench.thorough else 1):
        for name in names:
            with bench.running((name,), origins.nginx) as running:
                for system in running:
                    bench.record("relay restarts", system, turn, _restart(system, bench.patience))
            with bench.running((name,), origins.nginx, through_path=True) as running:
                for system in running:
                    bench.record("link falls silent", system, turn, _silence(system, bench.patience))


def _restart(system, patience):
    time.sleep(STILL_SECONDS)
    system.front.stop(signal.SIGKILL)
    time.sleep(DOWN_SECONDS)
    system.front.start()
    return _time_until_answered(system, patience)


def _silence(system, patience):
    time.sleep(STILL_SECONDS)
    system.path.silence()
    time.sleep(0.3)
    return _time_until_answered(system, patience)


def _time_until_answered(system, patience):
    begun = time.monotonic()
    back = processes.wait_for(lambda: load.answers(system.port, system.host, seconds=0.3), patience, pause=0.02)
    return {"back_after_s": time.monotonic() - begun} if back else {"errors": 1, "back_after_s": patience}
