"""TLS between connector and relay, and TLS that only passes through."""
import json
import ssl
import subprocess

import harness
from harness import EndToEnd, wait_for
from wiretap import Wiretap


class TlsLink(EndToEnd):
    def setUp(self):
        super().setUp()
        self.pem, self.fingerprint = self.certificate("relay.kite.test")
        self.server = self.origin()

    def relay(self, *options):
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", "--ports=0", "--domain=*:*.kite.test:s3cret",
                          "--protos=http,https,raw,websocket", "--rawports=virtual",
                          f"--tls_endpoint=relay.kite.test:{self.pem}", *options, "--json")
        return relay.wait_event("listening", role="relay")["port"]

    def connector(self, port, *options):
        return self.kite("--clean", f"--frontend=127.0.0.1:{port}", *options,
                         f"--service_on=http:a.kite.test:localhost:{self.server.port}:s3cret", "--json")

    def test_self_signed_is_refused_without_a_reason_to_trust_it(self):
        port = self.relay()
        for name in ("--fe_certname=relay.kite.test", "--tls"):
            kite = self.connector(port, name)
            kite.wait_event("down", reason="untrusted")
            self.assertEqual(kite.events("flying"), [])
            self.assertEqual(self.curl(f"http://127.0.0.1:{port}/", host="a.kite.test")[1], 503)
            kite.stop()

    def test_works_with_the_authority(self):
        port = self.relay()
        kite = self.connector(port, "--fe_certname=relay.kite.test", f"--ca_certs={self.pem}")
        self.assertTrue(kite.wait_event("flying")["tls"])
        self.wait_kite(port, "a.kite.test")

    def test_works_with_the_pin(self):
        port = self.relay("--tls_default=relay.kite.test")
        kite = self.connector(port, f"--pin={self.fingerprint}")
        self.assertTrue(kite.wait_event("flying")["tls"])
        self.wait_kite(port, "a.kite.test")
        self.assertEqual(self.curl_sha256(f"http://127.0.0.1:{port}/bytes/{50_000_000}", host="a.kite.test"),
                         self.server.sha256_of(50_000_000))

    def test_another_pin_is_refused(self):
        port = self.relay("--tls_default=relay.kite.test")
        kite = self.connector(port, "--pin=" + "0" * 64)
        kite.wait_event("down", reason="untrusted")

    def test_unchecked_only_when_asked_for(self):
        port = self.relay("--tls_default=relay.kite.test")
        kite = self.connector(port, "--fe_nocertcheck")
        self.assertTrue(kite.wait_event("flying")["tls"])

    def test_a_wrong_name_is_refused(self):
        port = self.relay("--tls_default=relay.kite.test")
        kite = self.connector(port, "--fe_certname=other.kite.test", f"--ca_certs={self.pem}")
        kite.wait_event("down")
        self.assertEqual(kite.events("flying"), [])

    def test_a_name_that_the_relay_does_not_have(self):
        relay = self.relay("--hold=0")
        tap = Wiretap(relay)
        self.addCleanup(tap.close)
        connector = self.pagekite(f"--frontend=127.0.0.1:{tap.port}", "--fe_certname=other.kite.test", f"--ca_certs={self.pem}",
                                  f"--service_on=http:a.kite.test:localhost:{self.server.port}:s3cret")
        asked = wait_for("it asks for the name", lambda: tap.begun_by(b"CONNECT other.kite.test:443 "))[0]
        wait_for("it is told", lambda: asked.relay_ended)
        self.assertEqual(asked.down, b"HTTP/1.0 503 Unavailable\r\n\r\n")
        self.assertEqual(self.curl(f"http://127.0.0.1:{relay}/", host="a.kite.test")[1], 503)
        self.assertIsNone(connector.child.poll())

    def protocols_told(self, url, *options):
        """What the origin hears of how its visitor came."""
        status, fields = self.curl(url + "/fields", *options)[1:]
        self.assertEqual(status, 200)
        return [value for name, value in json.loads(fields) if name.lower() == "x-forwarded-proto"]

    def tls_ends_at_the_relay(self, connect):
        pem, _ = self.certificate("a.kite.test")
        port = self.relay(f"--tls_endpoint=a.kite.test:{pem}")
        connect(port)
        self.wait_kite(port, "a.kite.test")
        there = ("--cacert", pem, "--resolve", f"a.kite.test:{port}:127.0.0.1")
        pretends = ("--header", "X-Forwarded-Proto: ftp")
        for scheme in ("https", "http"):
            for also in ((), pretends):
                self.assertEqual(self.protocols_told(f"{scheme}://a.kite.test:{port}", *there, *also), [scheme])

    def test_visitors_tls_ends_at_the_relay(self):
        self.tls_ends_at_the_relay(self.connector)

    def test_visitors_tls_ends_at_the_relay_for_pagekite(self):
        self.tls_ends_at_the_relay(lambda port: self.pagekite(
            f"--frontend=127.0.0.1:{port}", f"--service_on=http:a.kite.test:localhost:{self.server.port}:s3cret"))

    def test_https_kite_passes_the_origins_own_certificate(self):
        port = self.relay()
        own, _ = self.certificate("b.kite.test")
        origin = self.origin(certificate=own)
        kite = self.kite("--clean", f"--frontend=127.0.0.1:{port}", "--fe_certname=relay.kite.test", f"--ca_certs={self.pem}",
                         f"--service_on=https:b.kite.test:localhost:{origin.port}:s3cret", "--json")
        kite.wait_event("flying")
        resolve = ("--resolve", f"b.kite.test:{port}:127.0.0.1")
        wait_for("the https kite answers", lambda: self.curl(f"https://b.kite.test:{port}/", "--cacert", own, *resolve)[1] == 200)
        shown = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "b.kite.test"],
                               stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
        self.assertIn("b.kite.test", shown)
        self.assertNotIn("relay.kite.test", shown)
        self.assertEqual(self.curl_sha256(f"https://b.kite.test:{port}/bytes/{20_000_000}", "--cacert", own, *resolve),
                         origin.sha256_of(20_000_000))

    def test_unknown_name_gets_an_alert(self):
        port = self.relay()
        code, status, _ = self.curl(f"https://nobody.kite.test:{port}/", "--insecure", "--resolve", f"nobody.kite.test:{port}:127.0.0.1")
        self.assertEqual(code, 35)

    def test_plain_ping_on_the_tls_port(self):
        port = self.relay()
        status, page = self.curl(f"http://127.0.0.1:{port}/ping", host="ping.pagekite")[1:]
        self.assertEqual(status, 503)


harness.main()
