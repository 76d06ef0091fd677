"""Measurements as records, and what they come to: medians, and ratios formed turn by turn."""
import json
import statistics


def read(files):
    records = []
    for file in files:
        with open(file, encoding="utf-8") as lines:
            records += [{**json.loads(line), "file": str(file)} for line in lines if line.strip()]
    return Results(records)


class Results:
    """Each record has a run, a test, a system, a turn and numbers. A later run of a test does not replace an earlier
    one: both count."""

    def __init__(self, records):
        self.records = records

    def tests(self):
        return list(dict.fromkeys(record["test"] for record in self.records))

    def systems(self, test):
        return list(dict.fromkeys(record["system"] for record in self.records if record["test"] == test))

    def by_turn(self, test, system, key):
        """{(run, turn): number}"""
        return {(record["run"], record["turn"]): record[key] for record in self.records
                if record["test"] == test and record["system"] == system and record.get(key) is not None}

    def values(self, test, system, key):
        return list(self.by_turn(test, system, key).values())

    def ratios(self, test, system, base, key, base_test=None):
        """Turn by turn: the same run, the same turn, one after the other."""
        mine, others = self.by_turn(test, system, key), self.by_turn(base_test or test, base, key)
        return [value / others[turn] for turn, value in mine.items() if others.get(turn)]

    def sums(self, test, system, keys):
        turns = [self.by_turn(test, system, key) for key in keys]
        return [sum(turn[at] for turn in turns) for at in turns[0] if all(at in turn for turn in turns)]


def median(values):
    return statistics.median(values)


def short(value):
    """Three digits, without an exponent."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 or value == 0 else f"{value:.4f}"
