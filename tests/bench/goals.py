"""The speed that kite is to have: ratios to the other systems of the same run, and a few figures that hold anywhere."""
import dataclasses
import typing

WINDOW_MIB = 1  # of a stream between two ends of ours (kitecore/wire/PROTOCOL.md, 7)
LEAST, MOST = "at least", "at most"


@dataclasses.dataclass(frozen=True)
class Goal:
    what: str
    sense: str
    bound: float
    unit: str
    measure: typing.Callable  # Results -> numbers, one for each turn

    def reached(self, value):
        return value >= self.bound if self.sense == LEAST else value <= self.bound


def ratio(what, sense, bound, test, system, base, key="rate"):
    return Goal(what, sense, bound, f"x {base}", lambda results: results.ratios(test, system, base, key))


def figure(what, bound, unit, test, system, key):
    return Goal(what, MOST, bound, unit, lambda results: results.values(test, system, key))


def beside(what, bound, kind, system, key):
    """How much slower small requests are than without what goes on beside them."""
    return Goal(what, MOST, bound, "x quiet", lambda results: results.ratios(
        f"beside {kind}", system, system, key, base_test="beside quiet"))


def _visitors(count):
    return "1 visitor" if count == 1 else f"{count} visitors"


def _bulk():
    for direction, bounds in (("down", {1: 1.3, 8: 1.7}), ("up", {1: 1.2, 8: 1.2})):
        for visitors, bound in bounds.items():
            yield ratio(f"bulk {direction}, plain link, {_visitors(visitors)}", LEAST, bound,
                        f"bulk {direction} {visitors}", "kite", "hap2")
    for direction in ("down", "up"):
        for visitors in (1, 8):
            yield ratio(f"bulk {direction}, TLS link, {_visitors(visitors)}", LEAST, 1.0,
                        f"bulk {direction} {visitors}", "kite-tls", "hap2-tls")
    yield ratio("bulk down, TLS link, 8 visitors, against ssh", LEAST, 1.0, "bulk down 8", "kite-tls", "ssh")
    yield ratio("bulk down against pagekite.py, plain", LEAST, 300, "bulk down 1", "kite", "pagekite")
    yield ratio("bulk down against pagekite.py, TLS", LEAST, 500, "bulk down 1", "kite-tls", "pagekite-tls")
    for visitors in (1, 8):
        yield ratio(f"CPU for bulk down, both ends, plain, {_visitors(visitors)}", MOST, 0.85,
                    f"bulk down {visitors}", "kite", "hap2", "cpu")
        yield ratio(f"CPU for bulk down, both ends, TLS, {_visitors(visitors)}", MOST, 0.95,
                    f"bulk down {visitors}", "kite-tls", "hap2-tls", "cpu")


def _small():
    yield ratio("small requests, 64 visitors, keep-alive", LEAST, 1.3, "small keep-alive 64", "kite", "hap2")
    yield ratio("small requests, 64 visitors, new connections", LEAST, 1.4, "small new 64", "kite", "hap2")
    for key, name in (("p50_ms", "p50"), ("p99_ms", "p99")):
        yield ratio(f"{name} of one keep-alive visitor", MOST, 1.0, "small keep-alive 1", "kite", "hap2", key)
    yield ratio("first request after 3 s of rest", MOST, 1.2, "first after rest", "kite", "hap2", "p50_ms")


def _beside():
    for system in ("kite", "kite-tls"):
        yield beside(f"small requests beside a stalled visitor, p50 ({system})", 1.2, "stalled", system, "p50_ms")
        yield beside(f"small requests beside a stalled visitor, p99 ({system})", 1.5, "stalled", system, "p99_ms")
        yield beside(f"small requests beside a bulk download, p50 ({system})", 2.5, "bulk", system, "p50_ms")
        yield figure(f"small requests beside a bulk download, p99 ({system})", 5, "ms", "beside bulk", system, "p99_ms")


def _standing():
    for system in ("kite", "kite-tls"):
        yield figure(f"memory growth by a stalled visitor, both ends ({system})", 2 * WINDOW_MIB + 1, "MiB",
                     "memory", system, "stalled_mib")
        for side, name in (("front", "relay"), ("back", "connector")):
            yield figure(f"an idle visitor, {name} ({system})", 2, "KiB", "memory", system, f"visitor_{side}_kib")
            yield figure(f"an idle process, {name} ({system})", 8, "MiB", "memory", system, f"idle_{side}_mib")
        yield Goal(f"requests/s with 2,000 idle visitors ({system})", LEAST, 0.95, "x without",
                   lambda results, system=system: results.ratios("crowd idle", system, system, "rate",
                                                                 base_test="crowd none"))
        for side, name in (("front", "relay"), ("back", "connector")):
            yield figure(f"wake-ups at rest, {name} ({system})", 1, "a second", "rest", system, f"wakeups_{side}")
            yield figure(f"CPU at rest, {name} ({system})", 0.1, "% of a core", "rest", system, f"percent_{side}")
        yield figure(f"reachable after a relay restart ({system})", 1.5, "s", "relay restarts", system, "back_after_s")
        yield figure(f"reachable after a silently dead link ({system})", 15, "s", "link falls silent", system, "back_after_s")


def _share():
    yield ratio("share server, small files, 64 visitors", LEAST, 0.7, "share small 64", "kite share", "nginx")
    yield ratio("share server, large file", LEAST, 0.8, "share large 1", "kite share", "nginx")
    yield ratio("share server, CPU per GB", MOST, 1.5, "share large 1", "kite share", "nginx", "cpu")


def _mixed():
    for pair in ("kite+pagekite", "pagekite+kite"):
        yield ratio(f"{pair}, bulk down", LEAST, 1.0, "bulk down 1", pair, "pagekite")
        yield ratio(f"{pair}, small requests, 64 visitors", LEAST, 1.0, "small keep-alive 64", pair, "pagekite")


GOALS = (*_bulk(), *_small(), *_beside(), *_standing(), *_share(), *_mixed())
