"""Accounts that the DNS knows: a zone's server checks the proofs, relays believe its answers."""
import json
import pathlib

import harness
import ownnetwork
from harness import EndToEnd, free_port, wait_for
from pagekiterelay import peers
from zone import Zone

WRONG = "n0t-the-one"
RECORDED = pathlib.Path(__file__).resolve().parent.parent / "kitecore/relay/data/dns_auth.json"
RULINGS = {  # what the recorded answers mean: why it is refused, or what it may use
    "http-29002:a-ok.test": {"Quota": "10240"},
    "http:b-quota.test": {"Quota": "10000", "QDays": "24", "QConns": "5", "IPsPerSec": "3/900"},
    "http:d-inv.test": "unauthorized",
    "http:e-max.test": {"Quota": "4294967039"},
    "http:f-zero.test": "quota",
    "http:g-err.test": "badthing",
    "http:h-nx.test": "unauthorized",
    "http:*.a-ok.test": {"Quota": "10240"},
    "http:x.sub.test": "unauthorized",
}
ACCOUNTS = {"good": "0.0.40.0", "empty": "0.0.0.0"}  # below kite.test, all with one secret


def behind_proof(name):
    """Protoport, kite and suffix of a name that is asked for."""
    return ".".join(name.rstrip(".").split(".")[3:])


def recorded_answers():
    return {behind_proof(each["query"]): (each["canonical_name"], each["address"]) if each["canonical_name"] else each["address"]
            for each in json.loads(RECORDED.read_text())}


def checked(name):
    """The answer of a zone that knows the accounts of kite.test."""
    if not name.endswith(".kite.test.auth.test"):
        return None
    bsalt, fsalt, signature, protoport, kite = name.split(".")[:5]
    if kite == "silent":
        return False
    if kite not in ACCOUNTS:
        return "255.255.255.0"
    if signature != peers.sign(signature, f"{protoport}:{kite}.kite.test:{bsalt}:{fsalt}"):
        return "signature.0.0.0.x", "255.255.255.1"
    return ACCOUNTS[kite]


def ruling(port, kite, secret=peers.SECRET):
    """What a relay says to a proof: its reason to refuse, or the limits."""
    try:
        link = peers.ScriptedConnector(port, kite, features=("AddKites",), secret=secret)
        link.close()
        verdict = link.verdict
    except peers.Refused as refused:
        return peers.values(str(refused), "X-PageKite-Invalid-Why")[0].partition(";")[2]
    told = {name: peers.values(verdict, f"X-PageKite-{name}") for name in ("Quota", "QDays", "QConns", "IPsPerSec")}
    return {name: values[0] for name, values in told.items() if values}


class DnsAccounts(EndToEnd):
    def zone(self, answer):
        zone = Zone(answer)
        self.addCleanup(zone.close)
        return zone

    def relay(self, *options):
        """Ours."""
        port = free_port()
        relay = self.kite("--clean", "--isfrontend", "--host=127.0.0.1", f"--ports={port}", f"--portalias={port}:29002", *options, "--json")
        relay.wait_event("listening", role="relay")
        return port

    def their_relay(self, *options):
        """pagekite.py's."""
        port = free_port()
        self.pagekite("--isfrontend", "--host=127.0.0.1", f"--ports={port}", f"--portalias={port}:29002", "--protos=http",
                      "--authfail_closed", *options)
        wait_for("pagekite's relay listens", lambda: harness.answers(port))
        return port

    def test_recorded_answers(self):
        answers = recorded_answers()
        zone = self.zone(lambda name: answers.get(behind_proof(name)))
        for relay in (self.relay, self.their_relay):
            zone.asked.clear()
            port = relay("--authdomain=auth.test", "--authdomain=sub.test:other.auth.test")
            self.assertEqual({kite: ruling(port, kite) for kite in RULINGS}, RULINGS)
            self.assertLessEqual(set(answers), set(map(behind_proof, zone.asked)))

    def test_the_zone_checks_proofs(self):
        self.zone(checked)
        for relay in (self.relay, self.their_relay):
            port = relay("--authdomain=auth.test")
            self.assertEqual([ruling(port, "http:good.kite.test"), ruling(port, "http:good.kite.test", WRONG),
                              ruling(port, "http:empty.kite.test"), ruling(port, "http:empty.kite.test", WRONG)],
                             [{"Quota": "10240"}, "signature", "quota", "signature"])
        self.assertEqual([ruling(relay("--authdomain=auth.test"), "http:nobody.kite.test") for relay in (self.relay, self.their_relay)],
                         ["unauthorized", {}])  # PageKite lets users fly whom the zone does not know

    def test_kites_fly_by_it(self):
        self.zone(checked)
        port, server = self.relay("--authdomain=auth.test", "--domain=http:own.kite.test:s3cret"), self.origin()

        def fly(name, secret="s3cret"):
            return self.kite("--clean", f"--frontend=127.0.0.1:{port}", "--json",
                             f"--service_on=http:{name}.kite.test:localhost:{server.port}:{secret}")
        silent = fly("silent")  # holds up nobody else
        for name in ("good", "own"):
            fly(name).wait_event("flying")
            self.assertEqual(self.curl(f"http://127.0.0.1:{port}/", host=f"{name}.kite.test")[1], 200)
        for name, secret, reason in (("good", WRONG, "bad-secret"), ("empty", "s3cret", "quota"), ("nobody", "s3cret", "unknown-kite")):
            refused = fly(name, secret)
            refused.wait_event("down", reason=reason)
            self.assertEqual(refused.wait(), 3)
        silent.wait_event("down", reason="unknown-kite")

    def test_only_names_below_the_domain_are_asked_for(self):
        zone = self.zone(checked)
        port = self.relay("--authdomain=kite.test:auth.test")
        self.assertEqual(ruling(port, "http:good.kite.test"), {"Quota": "10240"})
        self.assertEqual(ruling(port, "http:good.other.test"), "unauthorized")
        self.assertEqual([name for name in zone.asked if "other" in name], [])


ownnetwork.enter()
harness.main()
