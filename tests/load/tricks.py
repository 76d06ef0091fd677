"""Request heads that two servers in a row could read in two ways, or that try to write lines of their own elsewhere.

Each is (name, bytes), refused unless named in HARMLESS; HOST stands for the kite's name, AUTH for the line with its password. What is tried to be smuggled
asks for /smuggled."""

INNER = b"GET /smuggled HTTP/1.1\r\nHost: HOST\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n"


def get(*lines, body=b"", target=b"/outer", version=b"HTTP/1.1", host=b"Host: HOST", method=b"GET"):
    head = [b" ".join((method, target, version)), *([host] if host else []), b"AUTH", *lines]
    return b"\r\n".join([*head, b"", b""]) + body


def post(*lines, body=b"", **more):
    return get(*lines, body=body, method=b"POST", **more)


def sized(count):
    return b"Content-Length: %d" % count


CHUNKED = b"Transfer-Encoding: chunked"
NOTHING = b"0\r\n\r\n"

FRAMING = [
    ("length and coding", post(sized(len(NOTHING + INNER)), CHUNKED, body=NOTHING + INNER)),
    ("coding and length", post(CHUNKED, sized(4), body=NOTHING + INNER)),
    ("two lengths", post(sized(0), sized(len(INNER)), body=INNER)),
    ("two lengths, the other way", post(sized(len(INNER)), sized(0), body=INNER)),
    ("two lengths in one line", post(b"Content-Length: 0, %d" % len(INNER), body=INNER)),
    ("equal lengths", post(sized(3), sized(3), body=b"abc")),
    ("length with a sign", post(b"Content-Length: +%d" % len(INNER), body=INNER)),
    ("negative length", post(b"Content-Length: -1", body=INNER)),
    ("length in hexadecimal", post(b"Content-Length: 0x10", body=INNER)),
    ("length with an underscore", post(b"Content-Length: 1_0", body=INNER)),
    ("empty length", post(b"Content-Length:", body=INNER)),
    ("length beyond 64 bits", post(b"Content-Length: 18446744073709551616", body=INNER)),
    ("length beyond 63 bits", post(b"Content-Length: 9223372036854775808", body=INNER)),
    ("length with a blank inside", post(b"Content-Length: 1 0", body=INNER)),
    ("length with a form feed", post(b"Content-Length: 5\x0c", body=INNER)),
    ("length named with an underscore", post(b"Content_Length: %d" % len(INNER), body=INNER)),
    ("coding named with an underscore", post(b"Transfer_Encoding: chunked", sized(len(NOTHING)), body=NOTHING + INNER)),
    ("coding in capitals", post(b"TRANSFER-ENCODING: CHUNKED", sized(4), body=NOTHING + INNER)),
    ("blank before the colon", post(b"Transfer-Encoding : chunked", sized(len(NOTHING)), body=NOTHING + INNER)),
    ("tab before the colon", post(b"Transfer-Encoding\t: chunked", sized(len(NOTHING)), body=NOTHING + INNER)),
    ("length with a blank before the colon", post(b"Content-Length : %d" % len(INNER), body=INNER)),
    ("vertical tab before the coding", post(b"Transfer-Encoding:\x0bchunked", body=NOTHING + INNER)),
    ("form feed behind the coding", post(b"Transfer-Encoding: chunked\x0c", body=NOTHING + INNER)),
    ("NUL in the coding's name", post(b"Transfer-Encoding\x00: chunked", sized(4), body=NOTHING + INNER)),
    ("xchunked", post(b"Transfer-Encoding: xchunked", sized(4), body=NOTHING + INNER)),
    ("coding in quotes", post(b'Transfer-Encoding: "chunked"', body=NOTHING + INNER)),
    ("chunked, identity", post(b"Transfer-Encoding: chunked, identity", body=NOTHING + INNER)),
    ("identity", post(b"Transfer-Encoding: identity", sized(len(INNER)), body=INNER)),
    ("gzip, chunked", post(b"Transfer-Encoding: gzip, chunked", body=NOTHING + INNER)),
    ("two codings", post(CHUNKED, b"Transfer-Encoding: cow", body=NOTHING + INNER)),
    ("chunked twice", post(CHUNKED, CHUNKED, body=NOTHING + INNER)),
    ("empty coding", post(b"Transfer-Encoding:", sized(4), body=NOTHING + INNER)),
    ("coding in a folded line", post(b"Transfer-Encoding:\r\n chunked", sized(4), body=NOTHING + INNER)),
    ("coding folded below another field", post(b"X-A: b\r\n Transfer-Encoding: chunked", sized(len(NOTHING)), body=NOTHING + INNER)),
    ("coding in HTTP/1.0", post(CHUNKED, version=b"HTTP/1.0", body=NOTHING + INNER)),
    ("coding behind a bare LF", post(b"X-A: b\nTransfer-Encoding: chunked", sized(4), body=NOTHING + INNER)),
    ("coding behind a bare CR", post(b"X-A: b\rTransfer-Encoding: chunked", sized(4), body=NOTHING + INNER)),
    ("length behind a bare CR", post(b"X-A: b\rContent-Length: %d" % len(INNER), body=INNER)),
    ("GET with a body", get(sized(len(INNER)), body=INNER)),
]

CHUNKS = [
    ("size with a sign", post(CHUNKED, body=b"+0\r\n\r\n" + INNER)),
    ("size with 0x", post(CHUNKED, body=b"0x0\r\n\r\n" + INNER)),
    ("size with a blank in front", post(CHUNKED, body=b" 0\r\n\r\n" + INNER)),
    ("size with an underscore", post(CHUNKED, body=b"1_0\r\n" + INNER)),
    ("size beyond 64 bits", post(CHUNKED, body=b"10000000000000000\r\n" + INNER)),
    ("size with many zeros", post(CHUNKED, body=b"0" * 600 + b"\r\n\r\n" + INNER)),
    ("no size", post(CHUNKED, body=b"\r\n\r\n" + INNER)),
    ("size line ended by a bare LF", post(CHUNKED, body=b"0\n\r\n" + INNER)),
    ("size line ended by a bare CR", post(CHUNKED, body=b"0\r\r\n" + INNER)),
    ("chunk that is longer than it says", post(CHUNKED, body=b"3\r\nabcdef\r\n0\r\n\r\n" + INNER)),
    ("chunk without its line end", post(CHUNKED, body=b"3\r\nabc0\r\n\r\n" + INNER)),
    ("chunk with a bare LF behind", post(CHUNKED, body=b"3\r\nabc\n0\r\n\r\n" + INNER)),
    ("extension with a bare LF", post(CHUNKED, body=b"0;x=\n\r\n\r\n" + INNER)),
    ("extension with a bare CR", post(CHUNKED, body=b"3;x=a\rb\r\nabc\r\n0\r\n\r\n")),
    ("extension with a NUL", post(CHUNKED, body=b"3;x=\x00\r\nabc\r\n0\r\n\r\n")),
    ("extension with quotes over a line", post(CHUNKED, body=b'3;x="\r\nabc"\r\n\r\n0\r\n\r\n' + INNER)),
    ("extension that is endless", post(CHUNKED, body=b"3;" + b"x" * 5000 + b"\r\nabc\r\n0\r\n\r\n")),
    ("extension that hides a request", post(CHUNKED, body=b"3;a=\nGET /smuggled HTTP/1.1\r\nabc\r\n0\r\n\r\n")),
    ("trailer that is a head", post(CHUNKED, body=b"0\r\nContent-Length: 70\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n")),
    ("trailer with a bare LF", post(CHUNKED, body=b"0\r\nX: y\n\nGET /smuggled HTTP/1.1\r\nHost: HOST\r\n\r\n")),
    ("trailer without a colon", post(CHUNKED, body=b"0\r\nGET /smuggled HTTP/1.1\r\nHost: HOST\r\n\r\n")),
]

LINES = [
    ("bare LF ends lines", b"GET /outer HTTP/1.1\nHost: HOST\nAUTH\n\n"),
    ("bare LF ends one line", b"GET /outer HTTP/1.1\r\nHost: HOST\nX-A: b\r\nAUTH\r\n\r\n"),
    ("bare LF makes the blank line", b"GET /outer HTTP/1.1\r\nHost: HOST\r\nAUTH\r\n\n" + INNER),
    ("bare CR ends lines", b"GET /outer HTTP/1.1\rHost: HOST\rAUTH\r\r"),
    ("CR CR LF", b"GET /outer HTTP/1.1\r\r\nHost: HOST\r\nAUTH\r\n\r\n"),
    ("bare CR within a value", get(b"X-A: b\rX-Forwarded-For: 6.6.6.6")),
    ("bare LF within a value", get(b"X-A: b\nX-Forwarded-For: 6.6.6.6")),
    ("NUL within a value", get(b"X-A: b\x00c")),
    ("NUL within a name", get(b"X-\x00A: b")),
    ("NUL in the target", get(target=b"/outer\x00/smuggled")),
    ("NUL at the end", get(b"X-A: b\x00")),
    ("folded line", get(b"X-A: b\r\n X-Forwarded-For: 6.6.6.6")),
    ("folded by a tab", get(b"X-A: b\r\n\tX-Forwarded-For: 6.6.6.6")),
    ("first field begins with a blank", b"GET /outer HTTP/1.1\r\n X-Forwarded-For: 6.6.6.6\r\nHost: HOST\r\nAUTH\r\n\r\n"),
    ("line of blanks", b"GET /outer HTTP/1.1\r\nHost: HOST\r\nAUTH\r\n \r\n\r\n" + INNER),
    ("no colon", get(b"X-Forwarded-For 6.6.6.6")),
    ("empty name", get(b": 6.6.6.6")),
    ("name in quotes", get(b'"X-Forwarded-For": 6.6.6.6')),
    ("blank within a name", get(b"X-Forwarded -For: 6.6.6.6")),
    ("name with a no-break space", get(b"X-Forwarded-For\xa0: 6.6.6.6")),
    ("vertical tab in the request line", b"GET\x0b/outer HTTP/1.1\r\nHost: HOST\r\nAUTH\r\n\r\n"),
    ("two blanks in the request line", b"GET  /outer HTTP/1.1\r\nHost: HOST\r\nAUTH\r\n\r\n"),
    ("a blank in the target", b"GET /outer HTTP/1.1\tx HTTP/1.1\r\nHost: HOST\r\nAUTH\r\n\r\n"),
    ("HTTP/0.9", b"GET /smuggled\r\n" + get()),
    ("HTTP/1.2", get(version=b"HTTP/1.2")),
    ("HTTP/1.10", get(version=b"HTTP/1.10")),
    ("HTTP/2.0", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("three empty lines in front", b"\r\n\r\n\r\n" + get()),
    ("method with a line end", b"GET\r\n /outer HTTP/1.1\r\nHost: HOST\r\nAUTH\r\n\r\n"),
    ("response in front", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" + INNER),
]

HOSTS = [
    ("Host with a bare CR", get(host=b"Host: HOST\rX-Forwarded-For: 6.6.6.6")),
    ("Host with a bare LF", get(host=b"Host: HOST\nX-Forwarded-For: 6.6.6.6")),
    ("Host with a NUL", get(host=b"Host: HOST\x00.evil.test")),
    ("Host with quotes", get(host=b'Host: "HOST"')),
    ("Host with markup", get(host=b"Host: <b>HOST</b>")),
    ("Host with a blank", get(host=b"Host: HOST other.kite.test")),
    ("Host with a comma", get(host=b"Host: HOST,other.kite.test")),
    ("Host with a name before", get(host=b"Host: user@HOST")),
    ("Host with a path", get(host=b"Host: HOST/x")),
    ("Host outside of ASCII", get(host="Host: HOST\u212a".encode())),
    ("Host that is very long", get(host=b"Host: " + b"a" * 30_000 + b".HOST")),
    ("Host with a strange port", get(host=b"Host: HOST:80@evil.test")),
    ("Host in a folded line", get(host=b"Host:\r\n HOST")),
    ("Host with a blank before the colon", get(host=b"Host : HOST")),
    ("two Hosts", get(b"Host: other.kite.test")),
    ("two Hosts, the other one first", get(b"Host: HOST", host=b"Host: other.kite.test")),
    ("two equal Hosts", get(b"Host: HOST")),
    ("a second Host with an underscore", get(b"Host_: other.kite.test")),
    ("no Host", get(host=None)),
    ("empty Host", get(host=b"Host:")),
    ("absolute form, the same host", get(target=b"http://HOST/outer")),
    ("absolute form, another host", get(target=b"http://other.kite.test/outer")),
    ("absolute form with a login", get(target=b"http://HOST@other.kite.test/outer")),
    ("absolute form without a path", get(target=b"http://HOST")),
    ("absolute form, another scheme", get(target=b"gopher://HOST/smuggled")),
    ("target that is an address", get(target=b"//other.kite.test/outer")),
    ("target without a slash", get(target=b"smuggled")),
    ("target with a line end escaped", get(target=b"/outer%0d%0aX-Forwarded-For:%206.6.6.6")),
    ("target outside of ASCII", get(target="/outer\u010d\u010a".encode())),
    ("CONNECT behind the gate", get(method=b"CONNECT", target=b"127.0.0.1:81") + INNER),
]

FIELDS = [
    ("forged", get(b"X-Forwarded-For: 6.6.6.6", b"X-Forwarded-Proto: https", b"Forwarded: for=6.6.6.6", b"X-Real-IP: 6.6.6.6")),
    ("forged in lower case", get(b"x-forwarded-for: 6.6.6.6")),
    ("forged with underscores", get(b"X_Forwarded_For: 6.6.6.6")),
    ("forged with a dot", get(b"X.Forwarded.For: 6.6.6.6")),
    ("forged twice", get(b"X-Forwarded-For: 6.6.6.6", b"X-Forwarded-For: 7.7.7.7")),
    ("taken out by Connection", get(b"Connection: close, X-Forwarded-For")),
    ("authorization taken out by Connection", get(b"Connection: Authorization")),
    ("h2c", get(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA")),
    ("Upgrade with a body", post(b"Connection: Upgrade", b"Upgrade: websocket", sized(len(INNER)), body=INNER)),
    ("Upgrade that is not granted", get(b"Connection: Upgrade", b"Upgrade: websocket") + INNER.replace(b"Host:", b"No-Host:")),
    ("too many fields", get(*[b"X-%d: y" % n for n in range(300)])),
    ("a field that is too long", get(b"X-A: " + b"b" * 70_000)),
    ("Expect", post(b"Expect: 100-continue", sized(3), body=b"abc")),
]

ALL = [(f"{group}: {name}", trick)
       for group, rows in (("framing", FRAMING), ("chunks", CHUNKS), ("lines", LINES), ("hosts", HOSTS), ("fields", FIELDS))
       for name, trick in rows]


def is_about_a_body(name):
    """What is wrong comes behind the head."""
    return name.startswith("chunks: ")


# Their request passes, as it was judged.
HARMLESS = {
    "framing: equal lengths", "framing: GET with a body", "hosts: a second Host with an underscore",
    "hosts: absolute form, the same host", "hosts: absolute form, another host", "hosts: absolute form with a login",
    "hosts: target that is an address", "hosts: target with a line end escaped", "hosts: target outside of ASCII",
    "fields: forged", "fields: forged in lower case", "fields: forged with underscores", "fields: forged with a dot",
    "fields: forged twice", "fields: h2c", "fields: Upgrade with a body", "fields: Upgrade that is not granted", "fields: Expect"}
