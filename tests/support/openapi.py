# SPDX-License-Identifier: MIT
"""Compares requests and answers with docs/openapi.yaml, and remembers what of it has been seen.

`Daemon.request` and `Events` check each answer, so the whole end-to-end suite tests the description."""

import functools
import json
import re
import threading
import urllib.parse

from support.builds import build_folder
from support.expect import fail

# Fields of HTTP that every answer may have; the description leaves them out.
USUAL = {
    "allow", "cache-control", "connection", "content-length", "content-type", "date", "keep-alive", "server",
    "transfer-encoding", "x-content-type-options",
}  # fmt: skip
LONG_BODY = 1 << 20  # reading a list of thousands of jobs again would take longer than the test
MANY_ITEMS = 50

_TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}


@functools.lru_cache(maxsize=None)
def description():
    return json.loads((build_folder() / "daemon/vestimd/api/openapi.json").read_text())


def resolve(node):
    """(node, its name) behind a reference; the name is None without one."""
    name = None
    while isinstance(node, dict) and "$ref" in node:
        name = node["$ref"]
        target = description()
        for part in name[2:].split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node, name


class Operation:
    def __init__(self, method, template, item, node):
        self.method = method
        self.template = template
        self.node = node
        self.id = node["operationId"]
        self.parameters = [resolve(one)[0] for one in item.get("parameters", []) + node.get("parameters", [])]
        # Slashes are part of the last parameter of a file's address only.
        pattern = re.sub(r"\\\{path\\\}$", "(.+)", re.escape(template))
        self.pattern = re.compile(re.sub(r"\\\{\w+\\\}", "([^/]+)", pattern) + "$")

    def response(self, status):
        """(the response, the name of a shared one) or (None, None)."""
        return resolve(self.node["responses"].get(str(status)))

    def names(self, place):
        return {one["name"] for one in self.parameters if one["in"] == place}


@functools.lru_cache(maxsize=None)
def operations():
    return [
        Operation(method.upper(), template, item, node)
        for template, item in description()["paths"].items()
        for method, node in item.items()
        if method in ("get", "post", "patch", "delete", "put", "options", "head")
    ]


def find(method, target):
    """The operation of a request or None. The most literal path wins, as in the daemon."""
    path = urllib.parse.urlsplit(target).path
    found = sorted((op for op in operations() if op.pattern.match(path)), key=lambda op: op.template.count("{"))
    wanted = "GET" if method == "HEAD" else method
    return next((op for op in found if op.template == found[0].template and op.method == wanted), None)


class Seen:
    """What of the description the answers of this process had."""

    def __init__(self):
        self.lock = threading.Lock()
        self.statuses = set()  # (operation, status), and (shared response)
        self.headers = set()  # (id of the response, header)
        self.members = set()  # (id of the schema, member)
        self.events = set()

    def add(self, where, what):
        with self.lock:
            where.add(what)


seen = Seen()


class Checker:
    """Values against schemas. An object has no members besides the described ones, unless its schema says so."""

    def __init__(self, strict=True):
        self.strict = strict
        self.members = set()

    def check(self, schema, value, where):
        schema, _ = resolve(schema)
        for fault in (self.type, self.limits, self.choices, self.object, self.array):
            message = fault(schema, value, where)
            if message:
                return f"{where}: {message}"
        return None

    def type(self, schema, value, where):
        wanted = schema.get("type")
        if wanted is None:
            return None
        for name in [wanted] if isinstance(wanted, str) else wanted:
            if isinstance(value, _TYPES[name]) and not (isinstance(value, bool) and name != "boolean"):
                return None
        return f"{value!r} is no {wanted}"

    def limits(self, schema, value, where):
        if isinstance(value, str):
            if "pattern" in schema and not re.search(schema["pattern"], value):
                return f"{value!r} does not match {schema['pattern']}"
            if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
                return f"a text of {len(value)} characters"
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            if not schema.get("minimum", value) <= value <= schema.get("maximum", value) or value <= schema.get("exclusiveMinimum", value - 1):
                return f"{value} is out of range"
        return None

    def choices(self, schema, value, where):
        if "const" in schema and value != schema["const"]:
            return f"{value!r} is not {schema['const']!r}"
        if "enum" in schema and value not in schema["enum"]:
            return f"{value!r} is none of {schema['enum']}"
        if "oneOf" in schema:
            faults = [self.check(one, value, where) for one in schema["oneOf"]]
            if faults.count(None) != 1:
                return f"{faults.count(None)} of the alternatives fit: {faults}"
        return None

    def object(self, schema, value, where):
        if not isinstance(value, dict):
            return None
        properties = schema.get("properties", {})
        more = schema.get("additionalProperties", not (self.strict and schema.get("type") == "object"))
        missing = set(schema.get("required", [])) - set(value)
        if missing:
            return f"{sorted(missing)} is missing in {sorted(value)}"
        for name, member in value.items():
            if name in properties:
                self.members.add((id(schema), name))
                fault = self.check(properties[name], member, f"{where}.{name}")
            elif more is False:
                return f"{name!r} is not described"
            else:
                fault = isinstance(more, dict) and self.check(more, member, f"{where}.{name}")
            if fault:
                return fault
        return None

    def array(self, schema, value, where):
        if not isinstance(value, list) or "items" not in schema:
            return None
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            return f"an array of {len(value)}"
        for number, item in enumerate(value[:MANY_ITEMS]):
            fault = self.check(schema["items"], item, f"{where}[{number}]")
            if fault:
                return fault
        return None


def check_value(schema, value, what):
    checker = Checker()
    fault = checker.check(schema, value, what)
    if fault:
        fail(f"docs/openapi.yaml does not describe this: {fault}")
    with seen.lock:
        seen.members |= checker.members


def _check_body(response, answer, what):
    media = answer.headers.get("Content-Type", "").split(";")[0]
    content = response.get("content", {})
    if not content:
        if answer.body:
            fail(f"{what}: a body that docs/openapi.yaml does not describe")
        return
    if media not in content:
        fail(f"{what}: {media} is not a type of docs/openapi.yaml: {sorted(content)}")
    schema = content[media].get("schema")
    if schema and media.endswith("json") and answer.body and len(answer.body) <= LONG_BODY:
        check_value(schema, json.loads(answer.body), what)


def _check_headers(response, answer, what):
    described = {name.lower(): resolve(node)[0] for name, node in response.get("headers", {}).items()}
    for name, value in answer.headers.pairs:
        if name in described:
            check_value(described[name]["schema"], value, f"{what}, header {name}")
            seen.add(seen.headers, (id(response), name))
        elif name not in USUAL:
            fail(f"{what}: the header {name} is not in docs/openapi.yaml")
    for name, header in described.items():
        if header.get("required") and name not in answer.headers:
            fail(f"{what}: the header {name} is missing")


def check_answer(method, target, answer):
    """Checks that the description has the status, the headers and the body of the answer."""
    op = find(method, target)
    what = f"{method} {target} → {answer.status}"
    if op is None:
        if answer.headers.get("Content-Type") == "application/problem+json" and answer.body:
            check_value({"$ref": "#/components/schemas/" + ("InvalidProblem" if answer.status == 422 else "Problem")}, answer.json(), what)
        return
    response, shared = op.response(answer.status)
    if response is None:
        fail(f"{what}: docs/openapi.yaml does not have this status")
    with seen.lock:
        seen.statuses |= {(op.id, answer.status), shared}
    _check_headers(response, answer, what)
    if method != "HEAD":
        _check_body(response, answer, what)


def check_request(method, target, body, headers):
    """Checks that the description allows this request, which the daemon has accepted."""
    op = find(method, target)
    what = f"{method} {target}"
    unknown = set(urllib.parse.parse_qs(urllib.parse.urlsplit(target).query, keep_blank_values=True)) - op.names("query")
    if unknown:
        fail(f"{what}: docs/openapi.yaml does not have the query parameters {sorted(unknown)}")
    described = resolve(op.node.get("requestBody"))[0]
    if not body or method in ("GET", "HEAD"):
        return
    if not described:
        fail(f"{what}: docs/openapi.yaml does not have its body")
    if len(body) <= LONG_BODY:
        if "application/json" in described["content"]:  # else any bytes
            check_value(described["content"]["application/json"]["schema"], json.loads(body), f"body of {what}")


def check(method, target, body, headers, answer):
    check_answer(method, target, answer)
    if 200 <= answer.status < 300 and find(method, target):
        check_request(method, target, body, headers)


@functools.lru_cache(maxsize=None)
def event_schemas():
    """The schema of each event's data, by the event's name."""
    follow = next(op for op in operations() if op.id == "followEvents")
    return follow.response(200)[0]["content"]["text/event-stream"]["x-event-data"]


def check_event(event):
    data = event_schemas()
    if event.name not in data:
        fail(f"docs/openapi.yaml does not have the event {event.name}")
    seen.add(seen.events, event.name)
    check_value(data[event.name], event.data, f"event {event.name}")
