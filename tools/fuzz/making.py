"""Requests for a target: mostly as its document says, with something wrong now and then."""

import json
import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from tools.fuzz.forms import Form
from tools.fuzz.targets import Schema, Target

HOSTILE: tuple[Any, ...] = (
    "",
    " ",
    "\0",
    "a" * 300,
    "x" * 5000,
    "../../etc/passwd",
    "%00",
    "%",
    "'; DROP TABLE payments;--",
    "<script>x</script>",
    "\u202e☃",
    "\ud800",
    "NaN",
    "-1",
    "1e308",
    "2199-12-31T23:59:59Z",
    "0001-01-01",
    "P99999Y",
    "PT0S",
    "http://[::1]:bad/",
    "http://127.0.0.1:9/hook",
    "https://shop.example.com/æ?b#c",
    "true",
    "null",
    -1,
    0,
    1,
    2**31,
    2**63,
    10**30,
    1.5,
    1e308,
    True,
    False,
    None,
    [],
    {},
    [[]] * 40,
    {"a": {"b": {"c": 1}}},
)
_POOL = 40
_DEEPEST = 7
_LONGEST_WAIT = 0.05
"""Seconds of real time that a request asks for, at most: longer ones would look like a hang."""
_REAL_TIME = frozenset({"seconds", "delaySeconds", "wait", "timeout"})
_LONGEST_FIELD = 6000
_NEVER = frozenset({"hang"})


@dataclass(frozen=True)
class Request:
    """What is sent, as it can be written down and sent again."""

    method: str
    path: str
    headers: dict[str, str]
    body: str

    def line(self) -> str:
        """As ``--replay`` reads it."""
        return json.dumps([self.method, self.path, self.headers, self.body])


@dataclass
class Maker:
    """Makes requests by chance; ``seen`` has the texts of answers, by the names that they stood under."""

    chance: random.Random
    seen: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, name: str, value: Any) -> None:
        """Remember what an answer holds, to ask for it."""
        if isinstance(value, dict):
            for key, each in value.items():
                self.learn(key, each)
        elif isinstance(value, list):
            for each in value[:5]:
                self.learn(name, each)
        elif isinstance(value, str) and 0 < len(value) < 400:
            pool = self.seen[name.lower()]
            if len(pool) >= _POOL:
                pool[self.chance.randrange(_POOL)] = value
            else:
                pool.append(value)

    def request(self, target: Target, keys: dict[str, str]) -> Request:
        """A request for this target, by a caller with these headers."""
        chance = self.chance
        path = "".join(self._segment(each) for each in _split(target.path))
        names = [name for name in target.query if chance.random() < 0.4]
        if names or chance.random() < 0.03:
            query = {name: str(self._text(name)) for name in names or ["unknown"]}
            path += "?" + urlencode(query, errors="surrogatepass")
        headers = dict(keys)
        for name in target.headers:
            if name not in headers and chance.random() < 0.7:
                headers[name] = self._header(name)
        if chance.random() < 0.03 and headers:
            headers[chance.choice(list(headers))] = self._header("")
        body = self._body(target) if target.method not in ("GET", "HEAD") else ""
        if body or target.body is not None:
            headers.setdefault("Content-Type", _type(target) if chance.random() < 0.98 else "text/plain")
        method = (
            target.method if chance.random() < 0.98 else chance.choice(["PUT", "OPTIONS", "DELETE", "HEAD", "PATCH"])
        )
        return Request(method, path, headers, body)

    def filled(self, form: Form, keys: dict[str, str]) -> Request:
        """A form as somebody fills it in who mostly does what the page says."""
        chance, given = self.chance, {}
        for name, offered in form.fields.items():
            given[name] = chance.choice(offered) if chance.random() < 0.75 else str(self._text(name))[:_LONGEST_FIELD]
            if chance.random() < 0.03:
                del given[name]
        body = urlencode(given, errors="surrogatepass")
        return Request("POST", form.path, keys | {"Content-Type": "application/x-www-form-urlencoded"}, body)

    def _segment(self, part: str) -> str:
        if not part.startswith("{"):
            return part
        return quote(str(self._text(part[1:-1].partition(":")[0])), safe="", errors="surrogatepass")

    def _header(self, name: str) -> str:
        text = str(self._text(name)).encode("latin-1", "ignore").decode("latin-1")
        return "".join(each for each in text if each.isprintable())[:2000].strip()

    def _text(self, name: str) -> Any:
        if name in _REAL_TIME:
            return self.chance.choice([0, _LONGEST_WAIT, -1, "soon", 1e308])
        pool = self.seen.get(name.lower()) or self.seen.get(name.lower().removesuffix("id")) or ()
        if pool and self.chance.random() < 0.85:
            return self.chance.choice(pool)
        if self.chance.random() < 0.5 and self.seen:
            anything = self.seen[self.chance.choice(list(self.seen))]
            if anything:
                return self.chance.choice(anything)
        return self.chance.choice(HOSTILE)

    def _body(self, target: Target) -> str:
        chance = self.chance
        if target.form:
            names = ("csrf", "action", "phone", "token", "grant_type", "scope", "code", "redirect_uri", "client_id")
            pairs = {name: str(self._text(name)) for name in names if chance.random() < 0.6}
            return urlencode(pairs, errors="surrogatepass")
        if target.body is None:
            return "" if chance.random() < 0.9 else "{}"
        if chance.random() < 0.02:
            return chance.choice(["", "{", "[]", "null", "{" * 500, "[" * 2000, '{"a":1,"a":2}', "\ufeff{}"])
        made = self._value(target.body, target.known, "", 0)
        return json.dumps(made, ensure_ascii=chance.random() < 0.9)

    def _value(self, schema: Schema, known: Schema, name: str, depth: int) -> Any:
        chance = self.chance
        if chance.random() < 0.02 and name not in _REAL_TIME:
            return chance.choice(HOSTILE)
        if reference := schema.get("$ref"):
            return self._value(known["schemas"][reference.rpartition("/")[2]], known, name, depth)
        for several in ("oneOf", "anyOf", "allOf"):
            if several in schema:
                return self._value(chance.choice(schema[several]), known, name, depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return chance.choice(schema["enum"])
        return self._plain(schema, known, name, depth)

    def _plain(self, schema: Schema, known: Schema, name: str, depth: int) -> Any:
        chance = self.chance
        kind = schema.get("type", "object" if "properties" in schema else "string")
        match chance.choice(kind) if isinstance(kind, list) else kind:
            case "object":
                return self._object(schema, known, depth)
            case "array":
                items, most = schema.get("items", {}), min(3, schema.get("maxItems", 3))
                return [self._value(items, known, name, depth + 1) for _ in range(chance.randint(0, most))]
            case "integer" | "number" if name in _REAL_TIME:
                return chance.choice([0, _LONGEST_WAIT])
            case "integer" | "number":
                return chance.choice([schema.get("minimum", 0), 1, 100, 1000, 10000, schema.get("maximum", 7)])
            case "boolean":
                return chance.random() < 0.5
            case "null":
                return None
        return self._string(schema, name)

    def _object(self, schema: Schema, known: Schema, depth: int) -> dict[str, Any]:
        made = {}
        needed = schema.get("required", ())
        for name, each in schema.get("properties", {}).items():
            wanted = name in needed or (depth < _DEEPEST and self.chance.random() < 0.35)
            if wanted and name not in _NEVER and self.chance.random() < 0.99:
                made[name] = self._value(each, known, name, depth + 1)
        if self.chance.random() < 0.02:
            made["unknown"] = self.chance.choice(HOSTILE)
        return made

    def _string(self, schema: Schema, name: str) -> Any:
        if schema.get("examples") and self.chance.random() < 0.5:
            return self.chance.choice(schema["examples"])
        if name == "reference" and self.chance.random() < 0.5:
            return f"reference-{self.chance.randrange(10**9)}"
        if "url" in name.lower() and self.chance.random() < 0.6:
            return "http://127.0.0.1:9/hook"
        return self._text(name)


def _type(target: Target) -> str:
    return "application/x-www-form-urlencoded" if target.form else "application/json"


def _split(path: str) -> list[str]:
    parts, rest = [], path
    while "{" in rest:
        before, _, after = rest.partition("{")
        name, _, rest = after.partition("}")
        parts += [before, "{" + name + "}"]
    return [*parts, rest]
