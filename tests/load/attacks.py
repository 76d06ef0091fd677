"""What a hostile end of a link sends: each is a function that makes the next bytes, without end."""
import itertools
import random

from peers import chunk, data_chunk, end_chunk, kite_lines, opening, salt

REQUEST = b"GET /t0/10 HTTP/1.1\r\nHost: a.kite.test\r\n\r\n"


class Salad:
    """Chunks that are well formed and make no sense; now and then one that is not well formed."""
    NAMES = ("SID", "NOOP", "PING", "PONG", "SKB", "EOF", "ZRST", "Quota", "SPD", "QDays", "Proto", "Host", "Port", "RIP", "RPort",
             "RTLS", "X-PageKite", "X-PageKite-OK", "X-PageKite-SignThis", "X-PageKite-Invalid", "X-PageKite-Leaving",
             "X-PageKite-SessionID", "X-PageKite-Features", "X-PageKite-Replace", "X-Beanstalk", "Nonsense")
    VALUES = ("0", "1", "5", "-1", "4294967296", "99999999", "1R", "1W", "1WR", "http", "https", "raw", "probe", "a.kite.test", "*",
              "127.0.0.1", "::ffff:6.6.6.6", "80", "70000", "", "x" * 300, "http:a.kite.test:0123456789abcdef:", "\x7f\x01", "{}")
    BROKEN = (b"0\r\n", b"-5\r\n", b"0x10\r\n", b"fffffffff\r\n", b"5\nabcde", b"3\r\nabc", b"4Zzz\r\n", b"10Z8\r\nnotdeflate!")

    def __init__(self, seed, broken=0.001):
        self.random, self.broken = random.Random(seed), broken

    def one(self):
        pick = self.random
        if pick.random() < self.broken:
            return pick.choice(self.BROKEN)
        lines = [f"SID: {pick.choice((0, 1, 2, 3, 4, 5, pick.randrange(200), pick.randrange(100_000_000)))}"]
        lines += [f"{pick.choice(self.NAMES)}: {pick.choice(self.VALUES)}" for _ in range(pick.randrange(4))]
        pick.shuffle(lines)
        data = pick.choice((b"", b"!", REQUEST, pick.randbytes(pick.randrange(3000)), bytes(pick.choice((0, 16_000, 65_000)))))
        return chunk(lines, data)

    def __call__(self):
        return b"".join(self.one() for _ in range(50))


def counted(make, most=99_999_999, each=200):
    """make(sid) for one number after the other."""
    sids = itertools.cycle(range(most))
    return lambda: b"".join(make(next(sids)) for _ in range(each))


def always(data):
    return lambda: data


def endless_head():
    """A chunk of the largest size that is all head."""
    yield b"fffff\r\nSID: 1\r\n"
    while True:
        yield b"X-Nothing: " + b"x" * 1000 + b"\r\n"


def endless_line():
    yield b"fffff\r\nSID: 1\r\nX-Nothing: "
    while True:
        yield b"x" * 4096


def endless_size():
    while True:
        yield b"0" * 4096


# name: (bytes that must end the link at once)
ENDS_THE_LINK = {
    "endless head": endless_head, "endless line": endless_line, "endless size": endless_size,
    **{f"size {size.decode()}": (lambda size=size: itertools.chain([size + b"\r\n"], itertools.repeat(b"x" * 4096)))
       for size in (b"100001", b"7fffffff", b"ffffffff", b"fffffffff", b"fffffffZ10", b"10Zffffffff", b"0", b"-1")}}

PINGS = always(chunk(["NOOP: 1", "PING: " + "p" * 60], b"!") * 300)
LONG_PINGS = always(chunk(["NOOP: 1", "PING: " + "p" * 60_000], b"!") * 4)
UNKNOWN = counted(lambda sid: data_chunk(sid, b"x"))
ENDS = counted(lambda sid: end_chunk(sid % 50) + data_chunk(sid % 50, b"late") + end_chunk(sid % 50, "1R") + end_chunk(sid % 50, "1W"))
SAME_ID = always((opening(7, "a.kite.test", data=REQUEST) + end_chunk(7)) * 20)
SAME_ID_AT_SINK = always((opening(7, "sink.kite.test", data=REQUEST.replace(b"a.kite", b"sink.kite")) + end_chunk(7)) * 20)
UNFINISHED = counted(lambda sid: opening(sid, "a.kite.test", data=b"GET / HTTP/1.1\r\nHost: a.kite.test\r\nX: "), 120_000)
BAD_OPENINGS = counted(lambda sid: chunk([f"SID: {sid % 9000}", "Proto: ht\x01tp", "Host: a\tb", "Port: 99999999999", "RIP: \x00", "RPort: -1"],
                                         REQUEST))
STRANGERS = counted(lambda sid: opening(sid, "other.kite.test", data=REQUEST), 120_000)
TINY = always(data_chunk(3, b"") * 2000)
KITES = lambda: chunk(["NOOP: 1", *kite_lines([(f"http:x{n}.kite.test", salt(), "", "") for n in range(300)])], b"!")  # noqa: E731
