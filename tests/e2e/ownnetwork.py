"""A network and a resolver of a test's own: port 53, which programs can not be told to look for elsewhere."""
import fcntl
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

SKIPPED = 77  # CMakeLists.txt
MARK = "KITE_OWN_NETWORK"

MOUNT = 'mount --bind "$0/resolv.conf" /etc/resolv.conf && mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf && exec "$@"'
SET_FLAGS, UP, RUNNING = 0x8914, 0x1, 0x40  # netdevice(7)


def enter():
    """Runs this script anew where loopback is all there is and 127.0.0.1 knows the names. Where the system has no such
    namespaces for us, the script ends, and says so."""
    folder = os.environ.pop(MARK, None)
    if folder:
        shutil.rmtree(folder)  # what is mounted stays
        return loopback_up()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kite-e2e-"))
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    (folder / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")
    for who in ([], ["--user", "--map-root-user"]):
        words = ["unshare", *who, "--net", "--mount", "sh", "-c", MOUNT, str(folder)]
        if shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True).returncode == 0:
            os.execvpe(words[0], [*words, sys.executable, *sys.argv], {**os.environ, MARK: str(folder)})
    shutil.rmtree(folder)
    print("Skipped: this needs a network namespace (root, or unprivileged user namespaces).")
    sys.exit(SKIPPED)


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", UP | RUNNING))
