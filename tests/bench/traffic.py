"""Measurements of traffic: bulk, small requests, and both beside each other. Systems take turns, so that what the
machine does besides falls on all of them alike."""
import time

import load
import origins

TUNNELS = ("hap2", "hap2-tls", "ssh", "pagekite", "kite", "kite-tls")
MIXED = ("kite+pagekite", "pagekite+kite")
REST_SECONDS = 3
PACED_RATE = 100        # small requests a second beside others
STALL_AFTER = 4 << 20   # bytes that a stalled visitor has read


def _cpu(system, work, units):
    """What work() gives, with CPU seconds for each of units(result) at each end and at both."""
    before = system.cpu_seconds()
    result = work()
    time.sleep(0.05)
    after = system.cpu_seconds()
    if (count := units(result)) > 0:
        ends = {side: (after[side] - before[side]) / count for side in after}
        result.update({f"cpu_{side}": seconds for side, seconds in ends.items()}, cpu=sum(ends.values()))
    return result


def gigabytes(result):
    return result.get("bytes", 0) / 1e9


def ten_thousands(result):
    return result.get("requests", 0) / 1e4


def download(system, visitors, seconds):
    seconds = system.seconds(seconds)

    def work():
        result = load.bench_load("get", system, visitors=visitors, seconds=seconds, path=origins.LARGE)
        return {**result, "rate": result.get("bytes", 0) / 1e6 / result.get("seconds", seconds)}
    return _cpu(system, work, gigabytes)


def upload(system, visitors, seconds):
    seconds = system.seconds(seconds)

    def work():
        result = load.bench_load("put", system, visitors=visitors, seconds=seconds, path="/sink", sink=system.origin.port)
        return {**result, "rate": result.get("bytes", 0) / 1e6 / result.get("seconds", seconds)}
    return _cpu(system, work, gigabytes)


def small(system, visitors, seconds, keep_alive):
    seconds = system.seconds(seconds)
    return _cpu(system, lambda: load.wrk(system, origins.SMALL, visitors, seconds, keep_alive), ten_thousands)


def bulk(bench):
    names = (*TUNNELS, "pagekite-tls", *(MIXED if bench.thorough else ()))
    for direction, origin, move, systems in (("down", origins.nginx, download, ("nginx", *names)),
                                             ("up", origins.sink, upload, names)):
        with bench.running(systems, origin) as running:
            for turn, visitors, system in bench.turns((1, 8), running):
                bench.measure(f"bulk {direction} {visitors}", system, turn,
                              lambda: move(system, visitors, bench.seconds))


def small_requests(bench):
    kinds = [(kind, visitors) for kind in ("keep-alive", "new") for visitors in (1, 64)]
    with bench.running(("nginx", *TUNNELS, *(MIXED if bench.thorough else ())), origins.nginx) as running:
        for turn, (kind, visitors), system in bench.turns(kinds, running):
            bench.measure(f"small {kind} {visitors}", system, turn,
                          lambda: small(system, visitors, bench.seconds, kind == "keep-alive"))


def first_after_rest(bench):
    """The first request after a rest of all of them."""
    with bench.running(("nginx", *TUNNELS), origins.nginx) as running:
        for turn in range(5 * bench.repetitions):  # single requests: many make a median
            time.sleep(REST_SECONDS)
            for system in running:
                bench.record("first after rest", system, turn, load.bench_load("ask", system, count=1, path=origins.SMALL))


def paced(system, seconds):
    return load.bench_load("paced", system, rate=PACED_RATE, seconds=seconds, path=origins.SMALL)


def paced_beside_bulk(system, seconds):
    download_seconds = seconds + 1
    beside = load.start("get", system, visitors=1, seconds=download_seconds, path=origins.LARGE)
    time.sleep(0.5)
    result = paced(system, seconds)
    moved = load.finish(beside, download_seconds)
    return {**result, "rate": moved.get("bytes", 0) / 1e6 / download_seconds}


def paced_beside_stalled(system, seconds):
    with load.stalled(system, origins.LARGE, STALL_AFTER):
        time.sleep(0.5)
        return paced(system, seconds)


def beside(bench):
    kinds = (("quiet", paced), ("bulk", paced_beside_bulk), ("stalled", paced_beside_stalled))
    with bench.running(("hap2", "ssh", "pagekite", "kite", "kite-tls"), origins.nginx) as running:
        for turn, (kind, measure), system in bench.turns(kinds, running):
            bench.measure(f"beside {kind}", system, turn, lambda: measure(system, 2 * bench.seconds))


def share(bench):
    """The file server of `kite share` beside nginx, both with the same folder."""
    with bench.running(("nginx", "kite share"), origins.nginx) as running:
        for turn, visitors, system in bench.turns((1, 64), running):
            bench.measure(f"share small {visitors}", system, turn, lambda: small(system, visitors, bench.seconds, True))
        for turn, visitors, system in bench.turns((1, 8), running):
            bench.measure(f"share large {visitors}", system, turn, lambda: download(system, visitors, bench.seconds))
