"""What stands behind the measured systems: nginx with a folder of files, and a sink for uploads."""
import os
import pathlib

import load
import processes

NGINX_PORT = 20000
SINK_PORT = 20001
LARGE = "/large"
SMALL = "/small"
LARGE_BYTES = 256 << 20
SMALL_BYTES = 1024

NGINX = """worker_processes 1;
worker_rlimit_nofile 20000;
user root;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.err;
events {{ worker_connections 16000; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 600s;
  keepalive_requests 100000000;
  client_body_temp_path {folder}/1;
  proxy_temp_path {folder}/2;
  fastcgi_temp_path {folder}/3;
  scgi_temp_path {folder}/4;
  uwsgi_temp_path {folder}/5;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {site}; }}
}}
"""


def make_site(folder):
    """A small file and one that is large enough not to matter; nothing in them compresses."""
    site = pathlib.Path(folder, "site")
    site.mkdir()
    (site / SMALL[1:]).write_bytes(os.urandom(SMALL_BYTES))
    with open(site / LARGE[1:], "wb") as large:
        for _ in range(LARGE_BYTES >> 20):
            large.write(os.urandom(1 << 20))
    return site


class Origin:
    """A server on loopback that has started."""

    def __init__(self, command, port, log):
        self.port = port
        self.program = processes.Program(command, log)
        if not processes.wait_for(lambda: processes.listens(port), 10):
            raise SystemExit(f"{command[0]} does not start; it said: {pathlib.Path(log).read_text()}")

    def stop(self):
        self.program.stop()


def nginx(place):
    folder = pathlib.Path(place["scratch"])
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, site=place["site"], port=NGINX_PORT))
    return Origin(["nginx", "-p", folder, "-e", folder / "nginx.err", "-c", configuration], NGINX_PORT, folder / "nginx.out")


def sink(place):
    return Origin([load.PROGRAM, "sink", f"--port={SINK_PORT}"], SINK_PORT, pathlib.Path(place["scratch"], "sink.out"))
