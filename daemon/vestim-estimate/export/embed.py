# SPDX-License-Identifier: MIT
"""Makes C strings of texts: embed.py OUTPUT TEXT... The text "a-b.inc" becomes export_text_a_b, without its licence."""

import pathlib
import sys

ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"'})


def literal(path):
    lines = path.read_text(encoding="ascii").splitlines()
    if "SPDX-License-Identifier" in lines[0]:
        lines = lines[1:]
    text = "\n".join(f'  "{line.translate(ESCAPES)}\\n"' for line in lines)
    return f"const char export_text_{path.stem.replace('-', '_')}[] =\n{text};\n"


if __name__ == "__main__":
    texts = [literal(pathlib.Path(name)) for name in sys.argv[2:]]
    pathlib.Path(sys.argv[1]).write_text("/* Made by embed.py. */\n" + '#include "daemon/vestim-estimate/export/text.h"\n\n' + "\n".join(texts))
