# SPDX-License-Identifier: MIT
"""Values that programs do not expect, put into JSON and into bytes at random places."""

import copy

# Each tries to leave the comment, string, tag, line or cell that it is put into; `injected` then stands alone.
NAMES = (
    "*/ int injected; /*",
    "*/\nint injected;\n/*",
    '"; int injected; char *x = "',
    "*??/\n/ int injected; /*",
    "*\\\n/ int injected; /*",
    "// \\\n int injected;",
    "x ??/",
    "x \\",
    "\r#error injected\n",
    "\u2028#error injected\u2029",
    "</title><script>injected</script>",
    "'\"><img src=x onerror=injected>",
    "\x1b]0;injected\x07\x1b[2J",
    "\u202einjected\u202c",
    "%n%n%s%s%p",
    "",
    " ",
    "a" * 5000,
    "../../injected",
    "/dev/stdin",
    "-o",
    "=1+injected",
    "caf\u00e9 \U0001f50b \u0000",
)
NUMBERS = (0, -1, 1, 0.5, -0.0, 1e-320, 1e-30, 1e30, 1e308, -1e308, 2**31 - 1, 2**31, 2**32, 2**53, 2**63, -(2**63), 2**64, 10**400, 64, 1000, 10**6)
OTHERS = (None, True, False, [], {}, [[]], {"a": {}}, [1] * 5000, [10**6] * 8, ["x"] * 300)


def value(random):
    return copy.deepcopy(random.choice(random.choice((NAMES, NUMBERS, OTHERS))))


def _places(node, found):
    """All (container, key) of a tree of JSON."""
    items = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    for key, child in items[:200]:
        found.append((node, key))
        _places(child, found)
    return found


def change_json(random, tree):
    """A copy with one to three changes: a value replaced, removed, doubled or grown, or a member renamed."""
    tree = copy.deepcopy(tree)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        places = _places(tree, [])
        if not places:
            return value(random)
        node, key = random.choice(places)
        old = node[key]
        kind = random.random()
        if kind < 0.15:
            del node[key]
        elif kind < 0.25 and isinstance(node, dict):
            node[random.choice(NAMES)] = node.pop(key)
        elif kind < 0.35 and isinstance(node, list):
            node.extend(copy.deepcopy([old] * random.choice((1, 2, 40))))
        elif isinstance(old, str) and kind < 0.8:
            node[key] = random.choice(NAMES)
        elif isinstance(old, (int, float)) and kind < 0.8:
            node[key] = random.choice(NUMBERS)
        else:
            node[key] = value(random)
    return tree


def change_bytes(random, data):
    """A copy with one to four changes: bytes replaced, a number of 4 or 8 bytes set, a part removed, doubled or cut."""
    data = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4))):
        at = random.randrange(len(data) + 1)
        kind = random.random()
        if kind < 0.4 and data:
            data[min(at, len(data) - 1)] = random.choice((0, 1, 0x0A, 0x22, 0x7F, 0x80, 0xFF, random.randrange(256)))
        elif kind < 0.7:
            width = random.choice((4, 8))
            number = random.choice((0, 1, 2**31, 2**31 - 1, 2**63 - 1, 2**64 - 1, random.getrandbits(64)))
            at -= at % 4
            data[at : at + width] = number.to_bytes(8, "little")[:width]
        elif kind < 0.8:
            del data[at : at + random.choice((1, 4, 8, 100))]
        elif kind < 0.9:
            data[at:at] = data[at : at + random.choice((1, 8, 1000))]
        else:
            del data[at:]
    return bytes(data)
