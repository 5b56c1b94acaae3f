"""The figures as tables, each with the bar that it has to reach."""

from dataclasses import dataclass

from bench.measure import MANY, SMALL, Figures

_KIB = 1024
_MIB = 1024 * 1024

COLD_START = 1.6
"""At most so many times the floor's."""
THROUGHPUT = {"create": 0.5, "get": 0.6}
"""At least so much of the floor's."""
TAIL = 4.0
"""99 of 100 answers within so many times the median."""
STEADY = 0.85
"""At least so much of the throughput with hardly anything stored."""
LATE = 5.0
"""Seconds that a delivery may be late under as many requests as go in."""
WITH_DEAD = 0.9
"""At least so much of the throughput with a healthy receiver."""
WITH_RULES = {"10 rules": 0.9, "200 rules": 0.9}
"""At least so much of the throughput without scenario rules."""
CHARGES = 0.5
"""At least so much of the floor's throughput."""
DUE = 1.5
"""The time for each charge that is due, at most so many times that of a hundredth as many."""
TESTING = {"reset": 2.0, "test": 15.0}
"""Milliseconds at most, of a reset and of a test with a payment."""
PER_PAYMENT = 3 * _KIB
"""Bytes of memory at most."""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, what it is held against, and the verdict."""

    figure: str
    ours: str
    theirs: str = ""
    ratio: str = ""
    bar: str = ""
    reached: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """As they are printed."""
        verdict = "" if self.reached is None else "ok" if self.reached else "MISSED"
        return (self.figure, self.ours, self.theirs, self.ratio, self.bar, verdict)


def tables(figures: Figures) -> str:
    """Everything, for people."""
    against_floor = [_start(figures["start"]), _memory(figures["memory"])]
    for load in figures["loads"]:
        bar = THROUGHPUT[load["operation"]]
        against_floor += _load(load, "floor", bar, many=load["connections"] == MANY)
    parts = [_table(("", "emulator", "floor", "ratio", "bar", ""), against_floor)]
    stored = [row for each in figures["stored"] for row in _stored(each)]
    parts.append(_table(("payments stored", "emulator", f"at {SMALL:,}", "ratio", "bar", ""), stored))
    parts.append(_table(("creates with webhooks", "emulator", "", "ratio", "bar", ""), _webhooks(figures["webhooks"])))
    parts.append(_table(("saturated", "emulator", "", "ratio", "bar", ""), _saturation(figures["saturation"])))
    parts.append(_table(("with scenario rules", "emulator", "", "ratio", "bar", ""), _rules(figures["rules"])))
    parts.append(_table(("subscriptions", "emulator", "floor", "ratio", "bar", ""), _recurring(figures["recurring"])))
    parts.append(_table(("tests in Python", "emulator", "", "ratio", "bar", ""), _testing(figures["testing"])))
    limit = f"The load generator alone drives {figures['generator']['perSecond']:,.0f} requests/s at most."
    return "\n\n".join([*parts, limit])


def _recurring(figures: Figures) -> list[Row]:
    rows = [
        Row(
            f"create a charge, {load['connections']} connection{'s' if load['connections'] > 1 else ''}, requests/s",
            f"{load['emulator']:,.0f}", f"{load['floor']:,.0f}",
            f"{load['ratio']:.3f}", f">= {CHARGES}", load["ratio"] >= CHARGES,
        )
        for load in figures["loads"]
    ]  # fmt: skip
    few, *_, many = figures["due"].values()
    rows += [Row(f"{size:,} charges due, ms for each", f"{took:.3f}") for size, took in figures["due"].items()]
    return [*rows, Row("  most against fewest", "", "", f"{many / few:.2f}", f"<= {DUE}", many / few <= DUE)]


def _testing(figures: dict[str, float]) -> list[Row]:
    names = {"reset": "reset, ms", "test": "token, create, approve, capture, refund, ms"}
    return [
        Row(names[each], f"{took:.2f}", "", "", f"<= {TESTING[each]:g}", took <= TESTING[each])
        for each, took in figures.items()
    ]


def _rules(figures: Figures) -> list[Row]:
    """Throughput by number of rules, none of which applies, and the processor time of a request."""
    rows = []
    for name, figure in figures.items():
        bar, ratio = WITH_RULES.get(name.partition(", ")[2]), figure["ratio"]
        row = (f"{name}, requests/s", f"{figure['perSecond']:,.0f}", "", f"{ratio:.3f}")
        rows.append(Row(*row) if bar is None else Row(*row, f">= {bar}", ratio >= bar))
        if figure["processor"] is not None:
            rows.append(Row(f"{name}, microseconds of processor", f"{figure['processor']:.0f}"))
    return rows


def _start(start: Figures) -> Row:
    ours, theirs, ratio = start["emulator"], start["floor"], start["ratio"]
    return Row(
        "cold start to first 200, ms", f"{ours * 1000:.0f}", f"{theirs * 1000:.0f}",
        f"{ratio:.3f}", f"<= {COLD_START}", ratio <= COLD_START,
    )  # fmt: skip


def _memory(memory: Figures) -> Row:
    ours, theirs = memory["emulator"], memory["floor"]
    if ours is None or theirs is None:
        return Row("memory after start, MiB", "unknown")
    return Row("memory after start, MiB", f"{ours / _MIB:.1f}", f"{theirs / _MIB:.1f}", f"{ours / theirs:.2f}")


def _load(load: Figures, other: str, bar: float, *, many: bool, prefix: str = "") -> list[Row]:
    ours, theirs, ratio = load["emulator"], load[other], load["ratio"]
    connections = f"{load['connections']} connection{'s' if load['connections'] > 1 else ''}"
    name = f"{prefix}{load['operation']}, {connections}"
    tail = ours["p99"] / ours["p50"]
    rows = [
        Row(
            f"{name}, requests/s", f"{ours['perSecond']:,.0f}", f"{theirs['perSecond']:,.0f}",
            f"{ratio:.3f}", f">= {bar}", ratio >= bar,
        ),
        Row("  p50, ms", f"{ours['p50']:.2f}", f"{theirs['p50']:.2f}", f"{ours['p50'] / theirs['p50']:.2f}"),
        Row(
            "  p99, ms", f"{ours['p99']:.2f}", f"{theirs['p99']:.2f}", f"{ours['p99'] / theirs['p99']:.2f}",
            f"<= {TAIL:g} x p50 (is {tail:.1f})" if many else "", tail <= TAIL if many else None,
        ),
        Row("  worst, ms", f"{ours['worst']:.1f}", f"{theirs['worst']:.1f}"),
    ]  # fmt: skip
    mine, other_one = ours["processor"], theirs["processor"]
    if mine and other_one:
        row = Row("  processor time, us", f"{mine:.0f}", f"{other_one:.0f}", f"{mine / other_one:.2f}")
        rows.append(row)
    return rows


def _stored(stored: Figures) -> list[Row]:
    size, each = f"{stored['payments']:,}: ", stored["bytesPerPayment"]
    rows = [Row(f"{size}memory per payment, bytes", "unknown")]
    if each is not None:
        rows = [
            Row(f"{size}memory per payment, bytes", f"{each:,.0f}", "", "", f"<= {PER_PAYMENT:,}", each <= PER_PAYMENT)
        ]
    for load in stored["loads"]:
        rows += _load(load, "small", STEADY, many=True, prefix=size)
    return rows


def _webhooks(figures: dict[str, float]) -> list[Row]:
    def row(case: str, other: str | None = None, bar: float | None = None) -> Row:
        name, ours = f"{case}, requests/s", f"{figures[case]:,.0f}"
        if other is None:
            return Row(name, ours)
        ratio = figures[case] / figures[other]
        if bar is None:
            return Row(name, ours, "", f"{ratio:.3f}")
        return Row(name, ours, "", f"{ratio:.3f}", f">= {bar} of {other}", ratio >= bar)

    return [
        row("none"),
        row("1 healthy", "none"),
        row("25 healthy", "none"),
        row("1 dead", "1 healthy", WITH_DEAD),
    ]


def _saturation(figures: dict[str, float]) -> list[Row]:
    seconds = figures["seconds"]
    return [
        Row(f"creates in {seconds:.0f} s, requests/s", f"{figures['creates']:,.0f}"),
        Row("deliveries/s", f"{figures['deliveries']:,.0f}"),
        Row("deliveries behind", f"{figures['behind']:,.0f}"),
        Row("latest delivery, s late", f"{figures['late']:.1f}", "", "", f"<= {LATE}", figures["late"] <= LATE),
        Row("s until all were there", f"{figures['drained']:.1f}"),
    ]


def _table(head: tuple[str, ...], rows: list[Row]) -> str:
    lines = [head, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]

    def written(line: tuple[str, ...]) -> str:
        first, *numbers, bar, verdict = line
        aligned = [number.rjust(width) for number, width in zip(numbers, widths[1:-2], strict=True)]
        return "  ".join([first.ljust(widths[0]), *aligned, bar.ljust(widths[-2]), verdict]).rstrip()

    return "\n".join(map(written, lines))
