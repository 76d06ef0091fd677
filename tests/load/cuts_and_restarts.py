"""Links that are cut and relays that restart, again and again, under load: every answer is whole or a clean refusal, none is
mixed up, and neither process grows."""
import time

from cutter import Cutter
from load import LoadTest, Vitals, free_port, harness, size, told
from tokens import Crowd, TokenOrigin

HOSTS = ("a.kite.test", "b.kite.test", "c.kite.test")


class CutsAndRestarts(LoadTest):
    VISITORS = 12

    def setUp(self):
        super().setUp()
        self.server = TokenOrigin()
        self.addCleanup(self.server.shutdown)

    def fly(self, port):
        words = []
        for host in HOSTS:
            words += (["AND"] if words else []) + [str(self.server.port), host]
        kite = self.connector(port, *words)
        for host in HOSTS:
            kite.wait_event("flying", kite=f"http:{host}")
        return kite

    def crowd(self, port):
        return Crowd(port, HOSTS, count=self.VISITORS, pause=0.002)

    def served_again(self, crowd, count):
        before = crowd.whole()
        harness.wait_for(f"{count} visitors served", lambda: crowd.whole() >= before + count)

    def check(self, crowd):
        print(f"  {crowd.told()}")
        self.assertEqual(crowd.harm, [])
        self.assertEqual(self.server.mixed, [])
        self.assertLessEqual(set(crowd.outcomes), {"whole", "refused", "cut"})
        self.assertGreater(crowd.outcomes["whole"], 0)

    def test_link_cuts(self):
        relay, port = self.relay()
        path = Cutter(port)
        self.addCleanup(path.close)
        kite = self.fly(path.port)
        kinds, cuts = ("end", "reset", "within"), size(9, 200)
        warm, begun, slowest = size(3, 20), time.monotonic(), 0.0
        with self.crowd(port) as crowd:
            self.served_again(crowd, 20)
            for n in range(cuts):
                if n == warm:
                    before = Vitals(relay.pid), Vitals(kite.pid)
                at = time.monotonic()
                path.cut(kinds[n % 3])
                kite.wait_event("flying", after=len(HOSTS) * (n + 1) + len(HOSTS) - 1)
                slowest = max(slowest, time.monotonic() - at)
                self.served_again(crowd, 20)
            print(f"\n  {path.cuts} cuts in {time.monotonic() - begun:.1f} s; flew again within {slowest:.2f} s at the latest")
        self.check(crowd)
        self.settled((relay, kite), before)

    def settled(self, processes, before):
        """@param before: of each process, under load"""
        for process, then in zip(processes, before):
            self.still_runs(process)
            what = "relay" if "--isfrontend" in process.command else "connector"
            harness.wait_for(f"the {what}'s visitors gone", lambda: Vitals(process.pid).descriptors <= then.descriptors)  # noqa: B023
            self.grew_at_most(what, then, Vitals(process.pid), size(8, 4))

    def test_relay_restarts(self):
        port = free_port()
        relay, _ = self.relay(port=port)
        kite = self.fly(port)
        restarts, warm, begun, slowest = size(4, 200), size(1, 20), time.monotonic(), 0.0
        with self.crowd(port) as crowd:
            self.served_again(crowd, 20)
            for n in range(restarts):
                if n == warm:
                    before = Vitals(kite.pid)
                    relay_before = Vitals(relay.pid)
                at = time.monotonic()
                if n % 2 == 0:
                    relay.kill()
                else:
                    relay.child.terminate()  # drains; the next one listens already
                    harness.wait_for("the port is free", lambda: not harness.answers(port))
                left, (relay, _) = relay, self.relay(port=port)
                left.wait(40)  # while it drains it serves, too
                self.served_again(crowd, 20)
                slowest = max(slowest, time.monotonic() - at)
            told_relay = Vitals(relay.pid)
            print(f"\n  {restarts} restarts in {time.monotonic() - begun:.1f} s; each, from its signal to 20 served by the next relay, "
                  f"within {slowest:.2f} s")
        self.check(crowd)
        told("relay (another process each time)", relay_before, told_relay)
        self.settled((kite,), (before,))


harness.main()
