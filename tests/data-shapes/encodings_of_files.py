# SPDX-License-Identifier: MIT
"""Shapes of bytes: encodings and compression, and files that are no table."""

import gzip
import io
import zipfile

from shape import UNITS, Read, Refused, Shape, decimal_comma, table

JAPANESE = "時間(s),電流(A),温度(℃),電圧(V)"
CHINESE = "时间(s),电流(A),温度(℃),电压(V)"


def encoded(name, header=UNITS, prefix=b""):
    return lambda rows: prefix + table(header)(rows).encode(name)


def zipped(member):
    def write(rows):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("[Content_Types].xml" if member.startswith("xl/") else "other.txt", "<Types/>")
            archive.writestr(member, table()(rows))
        return buffer.getvalue()

    return write


def compressed(rows):
    return gzip.compress(table()(rows).encode(), mtime=0)


def two_members(rows):
    text = table()(rows).encode()
    return gzip.compress(text[:900], mtime=0) + gzip.compress(text[900:], mtime=0)


def damaged(rows):
    content = bytearray(compressed(rows))
    content[-6] ^= 1  # in the checksum
    return bytes(content)


def starting(magic):
    """No table: these bytes, then noise."""
    return lambda rows: magic + bytes((n * 167 + n // 7) % 256 for n in range(3000))


def with_zeros(rows):
    text = table()(rows).encode()
    return text[: len(text) // 2] + bytes(2000)


def no_table(name, magic, *words, file):
    return Shape(name, starting(magic), Refused("", words), file=file)


ENCODINGS = [
    Shape("UTF-8 with a byte order mark", encoded("utf-8-sig"), Read(facts={"encoding": "UTF-8"})),
    Shape("UTF-16, little-endian, with a byte order mark", encoded("utf-16-le", prefix=b"\xff\xfe"), Read(facts={"encoding": "UTF-16"})),
    Shape("UTF-16, big-endian, with a byte order mark", encoded("utf-16-be", prefix=b"\xfe\xff"), Read(facts={"encoding": "UTF-16"})),
    Shape("UTF-16, little-endian, without a byte order mark", encoded("utf-16-le"), Read(facts={"encoding": "UTF-16"})),
    Shape("UTF-16, big-endian, without a byte order mark", encoded("utf-16-be"), Read(facts={"encoding": "UTF-16"})),
    Shape("an odd byte at the end of UTF-16", lambda rows: encoded("utf-16-le", prefix=b"\xff\xfe")(rows) + b"x", Refused("the last character is cut", ("UTF-16",))),
    Shape("Windows-1252", encoded("cp1252"), Read(facts={"encoding": "1252"})),
    Shape("Windows-1252, semicolons, decimal commas", lambda rows: decimal_comma(";")(rows).encode("cp1252"), Read(facts={"encoding": "1252"})),
    Shape("GB18030", encoded("gb18030", CHINESE), Read(facts={"encoding": "GB18030"})),
    Shape("Chinese names in UTF-8", table(CHINESE), Read(facts={"encoding": "UTF-8"})),
    Shape("Shift-JIS", encoded("cp932", JAPANESE), Read(facts={"encoding": "JIS"})),
    Shape("Japanese names in UTF-8", table(JAPANESE), Read(facts={"encoding": "UTF-8"})),
    Shape(
        "a character that another program lost",
        table(UNITS.replace("°C", "\N{REPLACEMENT CHARACTER}C")),
        Refused("the unit of the temperature is not known", ("Temp", "unit")),
    ),
    Shape("gzip", compressed, Read(), file="data.csv.gz"),
    Shape("gzip, with another end of the name", compressed, Read()),
    Shape("gzip of two parts", two_members, Read(), file="data.csv.gz"),
    Shape("gzip that ends early", lambda rows: compressed(rows)[:-40], Refused("the file is damaged", ("gzip",)), file="data.csv.gz"),
    Shape("gzip with a wrong checksum", damaged, Refused("the file is damaged", ("gzip",)), file="data.csv.gz"),
    Shape("a table in a ZIP archive", zipped("data.csv"), Refused("unpack it", ("ZIP",)), file="data.zip"),
    Shape("an Excel workbook", zipped("xl/workbook.xml"), Refused("save it as CSV", ("Excel", "CSV")), file="data.xlsx"),
    Shape("an Excel workbook named .csv", zipped("xl/workbook.xml"), Refused("save it as CSV", ("Excel", "CSV"))),
    no_table("an Excel workbook of the old format", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel", "CSV", file="data.xls"),
    no_table("a binary file of BioLogic (.mpr)", b"BIO-LOGIC MODULAR FILE\x1a" + b" " * 30, "binary", file="data.mpr"),
    no_table("a binary file of Neware (.nda)", b"NEWARE\x00\x01", "binary", file="data.nda"),
    no_table("a Parquet file", b"PAR1\x15\x04", "binary", file="data.parquet"),
    no_table("an archive of 7-Zip", b"7z\xbc\xaf\x27\x1c", "binary", file="data.7z"),
    no_table("bzip2", b"BZh91AY&SY", "binary", file="data.csv.bz2"),
    no_table("xz", b"\xfd7zXZ\x00", "binary", file="data.csv.xz"),
    no_table("Zstandard", b"\x28\xb5\x2f\xfd", "binary", file="data.csv.zst"),
    no_table("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "binary", file="data.pdf"),
    no_table("noise", b"\x00\x93\x12", "binary", file="data.csv"),
    Shape("zero bytes after rows, as a power cut leaves them", with_zeros, Refused("the end is damaged", ("line",))),
    Shape("a web page", lambda rows: "<!DOCTYPE html>\n<html><head><title>Log in</title></head>\n<body>\n<p>1,2</p>\n</body></html>\n", Refused("no table", ())),
    Shape("JSON", lambda rows: '{"Time": [0, 1, 2],\n "Voltage": [3.7, 3.6, 3.5]}\n', Refused("no table", ())),
    Shape("an empty file", lambda rows: "", Refused("nothing in it", ("empty",))),
    Shape("empty lines only", lambda rows: "\n\r\n  \n", Refused("nothing in it", ())),
    Shape("a text without numbers", lambda rows: "This is no table.\nIt has words, and commas,\nand that is all.\n", Refused("no table", ())),
]
