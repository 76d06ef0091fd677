"""The systems that are measured side by side, each a way from visitors to an origin server.

Words in braces stand for: {visitors} the port for visitors, {tunnel} another port of the relay's side, {dial} the
port that the back end dials, {origin} the origin server's port, {folder} a folder of the system's own, {site} the
folder that origin serves, {pem} a certificate with its key, {kite} the program under test."""
import dataclasses
import pathlib
import shutil
import subprocess

import load
import processes

HOST = "bench.test"          # what visitors ask for
RELAY_NAME = "relay.test"    # whom the certificate names
START_SECONDS = 15
SETTLE_SECONDS = 3
SLOWNESS = 3


@dataclasses.dataclass(frozen=True)
class Spec:
    """How a system is started. One without a front is the origin server itself."""
    front: tuple = ()              # command of the side that visitors come to
    back: tuple = ()               # command of the side next to the origin
    package: str = ""              # Debian's, if one must be installed
    dials: str = ""                # which port of the front the back end dials, if it does: "visitors" or "tunnel"
    files: dict = dataclasses.field(default_factory=dict)
    keys: bool = False             # needs SSH keys in its folder
    host: str = HOST
    slow: bool = False             # needs longer until it has moved enough to tell


def haproxy(listen, to, listen_more="", to_more=""):
    return (f"global\n  maxconn 6000\n  nbthread 1\ndefaults\n  mode tcp\n  maxconn 6000\n  timeout connect 5s\n"
            f"  timeout client 300s\n  timeout server 300s\nlisten one\n"
            f"  bind 127.0.0.1:{{{listen}}}{listen_more}\n  server next 127.0.0.1:{{{to}}}{to_more}\n")


def two_haproxies(tls):
    to_more, listen_more = (" ssl verify none", " ssl crt {pem}") if tls else ("", "")
    return Spec(front=("haproxy", "-db", "-f", "{folder}/front.cfg"), back=("haproxy", "-db", "-f", "{folder}/back.cfg"),
                package="haproxy",
                files={"front.cfg": haproxy("visitors", "tunnel", to_more=to_more),
                       "back.cfg": haproxy("tunnel", "origin", listen_more=listen_more)})


SSHD = """Port {tunnel}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
PidFile none
MaxStartups 100
"""
SSH = Spec(front=("/usr/sbin/sshd", "-D", "-e", "-f", "{folder}/sshd.conf"),
           back=("ssh", "-N", "-F", "none", "-i", "{folder}/user", "-p", "{dial}", "-o", "StrictHostKeyChecking=no",
                 "-o", "UserKnownHostsFile=/dev/null", "-o", "Ciphers=aes128-gcm@openssh.com",
                 "-o", "ExitOnForwardFailure=yes", "-R", "127.0.0.1:{visitors}:127.0.0.1:{origin}", "root@127.0.0.1"),
           package="openssh-server", dials="tunnel", files={"sshd.conf": SSHD}, keys=True)

# Both programs take the same options.
RELAY = ("--clean", "--isfrontend", "--ports={visitors}", "--protos=http,https,raw", f"--domain=*:{HOST}:s3cret")
RELAY_TLS = (f"--tls_endpoint={RELAY_NAME}:{{pem}}", f"--tls_default={RELAY_NAME}")
CONNECTOR = ("--clean", "--frontend=127.0.0.1:{dial}", f"--service_on=http:{HOST}:localhost:{{origin}}:s3cret")
CONNECTOR_TLS = (f"--fe_certname={RELAY_NAME}", "--ca_certs={pem}")
KITE = ("{kite}", "--logfile={folder}/kite-%s.log")
PAGEKITE = ("pagekite", "--nullui", "--logfile={folder}/pagekite-%s.log")


def tunnel(front, back, tls=False):
    """A PageKite relay and connector: of `front`'s program and of `back`'s."""
    def command(program, side, *options):
        return tuple(word.replace("%s", side) for word in program) + tuple(word for some in options for word in some)
    package = "pagekite" if PAGEKITE in (front, back) else ""
    return Spec(front=command(front, "front", RELAY, RELAY_TLS if tls else ()),
                back=command(back, "back", CONNECTOR, CONNECTOR_TLS if tls else ()), package=package, dials="visitors",
                slow=bool(package))


SYSTEMS = {
    "nginx": Spec(),
    "hap2": two_haproxies(tls=False),
    "hap2-tls": two_haproxies(tls=True),
    "ssh": SSH,
    "pagekite": tunnel(PAGEKITE, PAGEKITE),
    "pagekite-tls": tunnel(PAGEKITE, PAGEKITE, tls=True),
    "kite": tunnel(KITE, KITE),
    "kite-tls": tunnel(KITE, KITE, tls=True),
    "kite+pagekite": tunnel(KITE, PAGEKITE),
    "pagekite+kite": tunnel(PAGEKITE, KITE),
    "kite share": Spec(front=("{kite}", "share", "{site}", "--name=bench", "--port={visitors}"), host="bench.localhost"),
}


def missing():
    """{system: Debian package} for those whose program is not there."""
    programs = {"haproxy": "haproxy", "openssh-server": "/usr/sbin/sshd", "pagekite": "pagekite"}
    absent = {package for package, program in programs.items() if not shutil.which(program)}
    return {name: spec.package for name, spec in SYSTEMS.items() if spec.package in absent}


class System:
    """A system that runs, in front of an origin server."""

    def __init__(self, name, place, origin, base_port, through_path=False):
        """With through_path there is a path between its two ends that can fall silent."""
        self.name = name
        self.spec = SYSTEMS[name]
        self.origin = origin
        self.folder = pathlib.Path(place["scratch"], f"{name}-{base_port}".replace(" ", "-"))
        self.folder.mkdir()
        ports = {"visitors": base_port, "tunnel": base_port + 1}
        self.dialled_port = ports.get(self.spec.dials)
        self.path = load.SilentPath(base_port + 2, self.dialled_port) if through_path else None
        self.words = {**place, **ports, "origin": origin.port, "folder": self.folder,
                      "dial": base_port + 2 if through_path else self.dialled_port}
        self.host = self.spec.host
        self.port = base_port if self.spec.front else origin.port
        self.front = self.back = None

    def start(self):
        """Whether it answers a visitor."""
        for name, text in self.spec.files.items():
            (self.folder / name).write_text(text.format(**self.words))
        if self.spec.keys:
            self._make_keys()
        self.front = self._program(self.spec.front, "front")
        if self.dialled_port:
            processes.wait_for(lambda: processes.listens(self.dialled_port), START_SECONDS)
        self.back = self._program(self.spec.back, "back")
        return processes.wait_for(lambda: load.answers(self.port, self.host), START_SECONDS)

    def _program(self, command, side):
        if not command:
            return None
        # nothing of the person's own settings takes part
        return processes.Program([word.format(**self.words) for word in command], self.folder / f"{side}.out",
                                 {"HOME": str(self.folder)})

    def _make_keys(self):
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name], check=True)

    def ends(self):
        """{"front": ..., "back": ...}: its programs; the origin's own stands for nginx."""
        if not self.spec.front:
            return {"front": self.origin.program}
        return {side: program for side, program in (("front", self.front), ("back", self.back)) if program}

    def cpu_seconds(self):
        return {side: program.cpu_seconds() for side, program in self.ends().items()}

    def memory_kib(self):
        return {side: program.memory_kib() for side, program in self.ends().items()}

    def seconds(self, seconds):
        """How long it must be measured to learn as much as others tell in so many seconds."""
        return seconds * SLOWNESS if self.spec.slow else seconds

    def settle(self):
        """Until it has nothing left to do from before, or will never be done; then awake."""
        seen = [sum(self.cpu_seconds().values())]

        def quiet():
            seen.append(sum(self.cpu_seconds().values()))
            return seen[-1] - seen[-2] < 0.015
        processes.wait_for(quiet, SETTLE_SECONDS, pause=0.1)
        load.answers(self.port, self.host, seconds=SETTLE_SECONDS)

    def stop(self):
        for program in (self.back, self.front):
            if program:
                program.stop()
        if self.path:
            self.path.close()
