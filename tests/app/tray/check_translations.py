"""Every text of the program is in the .ts files, and none that it no longer has: what lupdate would change.

    check_translations.py LUPDATE PROJECT
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree


def messages(path, wanted):
    """Texts of that state, as `context: source`."""
    found = []
    for context in xml.etree.ElementTree.parse(path).iter("context"):
        for message in context.iter("message"):
            if message.find("translation").get("type") in wanted:
                found.append(f"{context.findtext('name')}: {message.findtext('source')}")
    return found


def main(lupdate, project):
    project = pathlib.Path(project)
    sources = sorted(str(path) for folder in ("ui", "app/tray") for path in (project / folder).rglob("*") if path.suffix in (".cpp", ".h"))
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for name, options in (("kiteline_de.ts", []), ("kiteline_en.ts", ["-pluralonly"])):
            copy = shutil.copy(project / "translations" / name, folder)
            subprocess.run([lupdate, *options, "-I", str(project), "-locations", "none", *sources, "-ts", copy],
                           check=True, stdout=subprocess.DEVNULL)
            wrong += [f"{name}, not translated: {text}" for text in messages(copy, ("unfinished",))]
            wrong += [f"{name}, no longer there: {text}" for text in messages(copy, ("vanished", "obsolete"))]
    print("\n".join(wrong) or "all translated")
    return bool(wrong)


sys.exit(main(*sys.argv[1:]))
