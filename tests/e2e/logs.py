"""Log files of `key=value; key=value` lines, as pagekite.py writes them and kite too."""
from harness import EndToEnd, wait_for


def pairs(line):
    return dict(pair.split("=", 1) for pair in line.split("; ") if "=" in pair)


class LogReading(EndToEnd):
    def log(self, name):
        path = self.folder / name
        return [pairs(line) for line in path.read_text().splitlines()] if path.exists() else []

    def line(self, name, **values):
        """The first line of a log with these values; a value of None: any."""
        def look():
            return next((line for line in self.log(name)
                         if all(key in line and value in (None, line[key]) for key, value in values.items())), None)
        try:
            return wait_for(f"a line with {values} in {name}", look)
        except AssertionError:
            raise AssertionError(f"no line with {values}:\n" + (self.folder / name).read_text()) from None
