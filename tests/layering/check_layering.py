"""Fails when a folder includes from a folder that the house puts above or beside it, when the core
asks a singleton, or when a folder is not in the table. The table is the one in kitecore/README.md."""
import pathlib
import re
import sys

FLOOR1 = {"wire", "http", "tls", "stats", "settings", "secrets"}
CORE = lambda *names: {f"kitecore/{name}" for name in names}
ENDS = CORE("base", "net", "link", *FLOOR1)
FACADES = {"app/engine"}
TEXT = CORE("base", "stats", "settings", "secrets", "share")
MAY_USE = {  # folder: what it may include besides itself
    "kitecore/base": set(),
    **{f"kitecore/{name}": CORE("base") for name in FLOOR1},
    "kitecore/net": CORE("base", "http", "tls", "stats"),
    "kitecore/link": CORE("base", "wire", "stats", "net"),
    "kitecore/origin": CORE("base", "http", "tls", "stats", "net"),
    "kitecore/tunnel": ENDS,
    "kitecore/relay": ENDS,
    "kitecore/share": CORE("base", "http", "stats", "settings", "net"),
    "ui/models": TEXT | {"ui/text"},
    "ui/text": TEXT,
    "ui/widgets": TEXT | {"ui/models", "ui/text"},
    "ui/windows": TEXT | {"ui/models", "ui/text", "ui/widgets"},
    "ui/tray": TEXT | {"ui/models", "ui/text", "ui/widgets"},
    "app/engine": ENDS | CORE("origin", "tunnel", "relay", "share"),
    "app/cli": None,  # assemblies know everybody
    "app/tray": None,
}
INCLUDE = re.compile(r'^\s*#\s*include\s*"((?:kitecore|ui|app)/[^"]+)"', re.M)
SINGLETON = re.compile(r"\b(?:instance|getInstance)\(\)")
FORBIDDEN_BELOW = re.compile(r"#\s*include\s*<(?:QWidget|QApplication|QSystemTrayIcon|QtWidgets|QtGui|qt6keychain)")


def sins_of(root):
    for top in ("kitecore", "ui", "app"):
        for source in sorted((root / top).rglob("*.[ch]*")):
            folder = str(source.parent.relative_to(root))
            if folder not in MAY_USE:
                yield f"{source.relative_to(root)}: folder {folder} is not on the map"
                continue
            text = source.read_text()
            allowed = MAY_USE[folder]
            if allowed is None:
                continue
            for target in INCLUDE.findall(text):
                home = target.rpartition("/")[0]
                if home != folder and home not in allowed:
                    yield f"{source.relative_to(root)} includes {target}"
            if folder != "ui/tray" and top != "app" and SINGLETON.search(text):
                yield f"{source.relative_to(root)} asks a singleton"
            if top == "kitecore" and FORBIDDEN_BELOW.search(text):
                yield f"{source.relative_to(root)} knows pixels or the keychain"


found = list(sins_of(pathlib.Path(sys.argv[1])))
print("\n".join(found) or "every include points downward")
sys.exit(bool(found))
