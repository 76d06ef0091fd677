"""Prints what was measured: a table for each test, and every goal with what was reached.

    python3 report.py FILE...      of records that earlier runs have left (bench.py --out)"""
import sys

import goals
import results

BASE = "hap2"
UNITS = {"rate": None, "p50_ms": "p50 ms", "p99_ms": "p99 ms", "cpu_front": None, "cpu_back": None, "cpu": None,
         "idle_front_mib": "idle, relay, MiB", "idle_back_mib": "idle, connector, MiB",
         "visitor_front_kib": "each visitor, relay, KiB", "visitor_back_kib": "each visitor, connector, KiB",
         "stalled_mib": "growth by a stalled visitor, MiB", "percent_front": "CPU, relay, %",
         "percent_back": "CPU, connector, %", "wakeups_front": "wake-ups/s, relay", "wakeups_back": "wake-ups/s, connector",
         "back_after_s": "seconds", "errors": "errors",
         "absent": "idle visitors that did not come", "others": "cores used by others"}
# what "rate" and CPU count, by a test's first words
COUNTED = {"bulk": ("MB/s", "s/GB"), "share large": ("MB/s", "s/GB"), "beside bulk": ("bulk MB/s", "s/GB")}

SIDE_BY_SIDE = (("bulk down 1", "rate"), ("bulk down 8", "rate"), ("bulk up 1", "rate"), ("bulk up 8", "rate"),
                ("small keep-alive 1", "rate"), ("small keep-alive 64", "rate"), ("small new 1", "rate"),
                ("small new 64", "rate"), ("bulk down 8", "cpu"), ("small keep-alive 64", "cpu"))


def row(cells):
    return "| " + " | ".join(cells) + " |"


def table(head, rows):
    return [row(head), row(["---"] * len(head)), *map(row, rows)]


def spread(values):
    """median (smallest-largest)"""
    if not values:
        return "-"
    middle = results.short(results.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({results.short(min(values))}-{results.short(max(values))})"


def column_name(test, key):
    rate, per = next((names for start, names in COUNTED.items() if test.startswith(start)), ("requests/s", "s/10k requests"))
    return {"rate": rate, "cpu_front": f"CPU {per}, relay", "cpu_back": "connector", "cpu": "both"}.get(key) or UNITS[key]


def test_table(found, test):
    systems = found.systems(test)
    keys = [key for key in UNITS if any(found.values(test, system, key) for system in systems)]
    base = BASE if BASE in systems else "nginx" if "nginx" in systems else None
    compared = next((key for key in keys if key in ("rate", "p50_ms")), None) if base else None
    lines = []
    for system in systems:
        cells = [system]
        for key in keys:
            values = found.values(test, system, key)
            cells.append(str(int(sum(values))) if key in ("errors", "absent") else spread(values))
            if key == compared:
                cells.append(spread(found.ratios(test, system, base, key)))
        lines.append(cells)
    head = ["system"]
    for key in keys:
        head += [column_name(test, key)] + ([f"x {base}"] if key == compared else [])
    return [f"### {test}", "", *table(head, lines), ""]


def side_by_side(found):
    """Medians of ratios to the base, a line for each system."""
    tests = [test for test, _ in SIDE_BY_SIDE]
    systems = list(dict.fromkeys(system for test in tests for system in found.systems(test)))
    if not systems:
        return []
    lines = []
    for system in systems:
        cells = [system]
        for test, key in SIDE_BY_SIDE:
            ratios = found.ratios(test, system, BASE, key)
            cells.append(results.short(results.median(ratios)) if ratios else "-")
        lines.append(cells)
    head = ["system"] + [test if key == "rate" else f"CPU, {test}" for test, key in SIDE_BY_SIDE]
    return [f"## Side by side, x {BASE}", "", *table(head, lines), ""]


def goals_table(found):
    lines, counts = [], {"reached": 0, "MISSED": 0, "not measured": 0}
    for goal in goals.GOALS:
        values = goal.measure(found)
        verdict = "not measured" if not values else "reached" if goal.reached(results.median(values)) else "MISSED"
        counts[verdict] += 1
        if values:
            lines.append([goal.what, f"{goal.sense} {results.short(goal.bound)} {goal.unit}", spread(values), verdict])
    summary = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    return ["## Goals", "", *table(["what", "goal", "median (smallest-largest)", ""], lines), "", summary]


def text(found):
    lines = ["## Measured", "", "Medians (smallest-largest). Ratios are formed turn by turn; other figures hold for this "
             "machine and this hour only.", ""]
    for test in found.tests():
        lines += test_table(found, test)
    return "\n".join([*lines, *side_by_side(found), *goals_table(found)])


if __name__ == "__main__":
    print(text(results.read(sys.argv[1:])))
