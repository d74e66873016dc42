/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table-kinds.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <string.h>

#define EXCEL "an Excel workbook: save the sheet as CSV, or convert it, for example with xlsx2csv"
#define ARCHIVE(name) "a binary file, an archive of " name ": unpack it and name the file in it"
#define EXPORT(name) "a binary file of " name ": export it as text or CSV"

static const struct
{
  size_t at;
  const char *bytes;
  size_t length;
  const char *is;
} kinds[] = {
#define KIND(at, bytes, is) \
  { \
    at, bytes, sizeof bytes - 1, is \
  }
  KIND (0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an Excel workbook of the old format, or a similar file: save the sheet as CSV"),
  KIND (0, "BIO-LOGIC MODULAR FILE", EXPORT ("BioLogic (.mpr)") " (.mpt) with EC-Lab"),
  KIND (0, "NEWARE", EXPORT ("Neware (.nda)") " with BTSDA"),
  KIND (4, "Standard Jet DB", EXPORT ("Microsoft Access, as Arbin's .res are")),
  KIND (4, "Standard ACE DB", EXPORT ("Microsoft Access")),
  KIND (0, "SQLite format 3", EXPORT ("SQLite")),
  KIND (0, "PAR1", EXPORT ("Parquet")),
  KIND (0, "ARROW1", EXPORT ("Arrow")),
  KIND (0, "FEA1", EXPORT ("Feather")),
  KIND (0, "\x93NUMPY", EXPORT ("NumPy")),
  KIND (0, "%PDF-", "a binary file, a PDF document: export the table as text or CSV"),
  KIND (0, "{\\rtf", "a document with formatting (RTF): save the table as plain text or CSV"),
  KIND (0, "\x89PNG", "a binary file, a picture: it has no table"),
  KIND (0, "\xff\xd8\xff", "a binary file, a picture: it has no table"),
  KIND (0, "7z\xbc\xaf", ARCHIVE ("7-Zip")),
  KIND (0, "Rar!", ARCHIVE ("RAR")),
  KIND (257, "ustar", ARCHIVE ("tar")),
  KIND (0, "BZh", "a binary file, compressed with bzip2: unpack it, or compress it with gzip"),
  KIND (0,
        "\xfd"
        "7zXZ",
        "a binary file, compressed with xz: unpack it, or compress it with gzip"),
  KIND (0, "\x28\xb5\x2f\xfd",
        "a binary file, compressed with zstd: unpack it, or compress it with gzip"),
#undef KIND
};

/* What is in an archive of ZIP. */
static const char *
kind_of_zip (const char *head, size_t length)
{
  if (memmem (head, length, "xl/", 3))
    return EXCEL;
  if (memmem (head, length, ".ndc", 4))
    return EXPORT ("Neware (.ndax)") " with BTSDA";
  if (memmem (head, length, "[Content_Types].xml", 19))
    return EXCEL ". Or it is another document of Microsoft Office, which has no table";
  if (memmem (head, length, "opendocument.spreadsheet", 24))
    return "a spreadsheet of LibreOffice (.ods): save the sheet as CSV";
  return ARCHIVE ("ZIP");
}

/* Documents of markup may begin with spaces. */
static const char *
kind_of_markup (const char *head, size_t length)
{
  while (length > 0 && g_ascii_isspace (*head))
    head++, length--;
  if (length >= 5
      && (g_ascii_strncasecmp (head, "<html", 5) == 0
          || g_ascii_strncasecmp (head, "<!doc", 5) == 0))
    return "a web page, perhaps instead of a download: it is no table. Download the file again";
  if (length >= 5 && g_ascii_strncasecmp (head, "<?xml", 5) == 0)
    return "an XML document, which is no table: export it as text or CSV";
  return NULL;
}

bool
table_kinds_is_text (const char *head, size_t length, const char *path, GError **error)
{
  const char *kind = kind_of_markup (head, length);

  if (length >= 4 && memcmp (head, "PK\3\4", 4) == 0)
    kind = kind_of_zip (head, length);
  for (size_t i = 0; !kind && i < G_N_ELEMENTS (kinds); i++)
    if (length >= kinds[i].at + kinds[i].length
        && memcmp (head + kinds[i].at, kinds[i].bytes, kinds[i].length) == 0)
      kind = kinds[i].is;
  if (kind)
    failure_set (error, "%s is %s", path, kind);
  return !kind;
}
