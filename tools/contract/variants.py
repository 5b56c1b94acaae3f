"""Bodies made from a schema: one good one, and every way to make it wrong or unusual."""

import copy
import re
from collections.abc import Iterator

from tools.contract.spec import Json, Spec

Place = tuple[str | int, ...]

JUNK: tuple[Json, ...] = (
    None, True, 0, -1, 1.5, 2**63, 1e300, "", "x", "x" * 5000, "\0", "æøå 🧦", "0", [], {}, [None], {"x": 1}, [[]],
)  # fmt: skip
BROKEN = (b"", b"null", b"[]", b'"x"', b"7", b"{", b'{"a":}', b"\xff\xfe", b"\xef\xbb\xbf{}", b"NaN", b"1e999",
          b'{"amount":{"value":1e400}}', b'{"reference":"\\ud800"}', b"[" * 100_000, b'{"a":' * 50_000)  # fmt: skip


def sample(spec: Spec, schema: Json) -> Json:
    """A value made of the file's own examples."""
    schema = spec.resolve(schema)
    if "example" in schema:
        return copy.deepcopy(schema["example"])
    if "oneOf" in schema:
        return sample(spec, schema["oneOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {name: sample(spec, inner) for name, inner in schema.get("properties", {}).items()}
        case "array":
            return [sample(spec, schema["items"])]
        case "string":
            return "x" * max(schema.get("minLength", 0), 1)
        case kind:
            return False if kind == "boolean" else schema.get("minimum", 1)


def places(spec: Spec, schema: Json, value: Json, place: Place = ()) -> Iterator[tuple[Place, Json]]:
    """Every place in a body with its schema."""
    schema = spec.resolve(schema)
    yield place, schema
    if isinstance(value, dict):
        known = dict(schema.get("properties", {}))
        for kind in map(spec.resolve, schema.get("oneOf", ())):
            known |= kind["properties"]
        for name, inner in value.items():
            yield from places(spec, known.get(name, schema.get("additionalProperties", {})), inner, (*place, name))
    elif isinstance(value, list) and value:
        yield from places(spec, schema.get("items", {}), value[0], (*place, 0))


def replacements(schema: Json) -> Iterator[Json]:
    """What to put in a place: junk, every allowed word, and both sides of every limit."""
    yield from JUNK
    yield from schema.get("enum", ())
    for limit in ("minimum", "maximum"):
        if limit in schema:
            yield from (schema[limit] - 1, schema[limit], schema[limit] + 1)
    for limit in ("minLength", "maxLength"):
        if limit in schema:
            yield from ("1" * max(schema[limit] + step, 0) for step in (-1, 0, 1))
    yield from texts(schema.get("pattern", ""))


def texts(pattern: str) -> Iterator[str]:
    """Texts on both sides of a pattern's lengths, of every kind of sign; numbers, for any pattern."""
    if not pattern:
        return
    yield from (str(number) for number in range(0, 121, 5))
    for limit in re.findall(r"\d+", "".join(re.findall(r"\{([\d,]+)\}", pattern))):
        for sign in "1-aA_":
            yield from (sign * length for length in (int(limit) - 1, int(limit), int(limit) + 1))
        yield "1" * int(limit) + "\n"
        yield "\N{ARABIC-INDIC DIGIT ONE}" * int(limit)


def variants(spec: Spec, schema: Json, body: Json) -> Iterator[Json]:
    """The body with one thing wrong or unusual each."""
    for place, inner in places(spec, schema, body):
        if not place:
            yield from JUNK
            continue
        *way, last = place
        for value in (*replacements(inner), ...):
            changed = copy.deepcopy(body)
            container = changed
            for part in way:
                container = container[part]
            if value is ...:
                del container[last]
            else:
                container[last] = value
            yield changed
        if isinstance(last, str):
            yield body | {f"{last}Unknown": 1}
