/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table-encoding.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <stdint.h>
#include <string.h>

enum
{
  UTF_8,
  UTF_16_LE,
  UTF_16_BE,
  CP1252,
  GB18030,
  SHIFT_JIS,
  N_ENCODINGS,
};

/* CP932 has all of Shift-JIS and what Windows adds to it. */
static const TableEncoding encodings[N_ENCODINGS] = {
  [UTF_8] = { "UTF-8", NULL, "\xef\xbb\xbf", 1 },
  [UTF_16_LE] = { "UTF-16LE", "UTF-16LE", "\xff\xfe", 2 },
  [UTF_16_BE] = { "UTF-16BE", "UTF-16BE", "\xfe\xff", 2 },
  [CP1252] = { "cp1252", "CP1252", "", 1 },
  [GB18030] = { "GB18030", "GB18030", "", 1 },
  [SHIFT_JIS] = { "Shift-JIS", "CP932", "", 1 },
};

const TableEncoding *
table_encoding_named (const char *name, GError **error)
{
  GString *names = g_string_new (NULL);

  for (size_t i = 0; i < N_ENCODINGS; i++)
    {
      if (g_ascii_strcasecmp (encodings[i].name, name) == 0)
        {
          g_string_free (names, TRUE);
          return &encodings[i];
        }
      g_string_append_printf (names, "%s%s", i ? ", " : "", encodings[i].name);
    }
  failure_set (error, "there is no encoding \"%s\"; the encodings are %s", name, names->str);
  g_string_free (names, TRUE);
  return NULL;
}

/* UTF-16 without a mark */

#define SAMPLE 2000 /* bytes */

/* In UTF-16 one of two bytes is zero for each ASCII character, and no other is. */
static const TableEncoding *
find_utf16 (const char *text, size_t length)
{
  size_t n_pairs = MIN (length, SAMPLE) / 2, zeros[2] = { 0, 0 };

  for (size_t i = 0; i < 2 * n_pairs; i++)
    zeros[i % 2] += text[i] == '\0';
  if (n_pairs < 2)
    return NULL;
  if (zeros[1] > n_pairs * 7 / 10 && zeros[0] < n_pairs / 20 + 1)
    return &encodings[UTF_16_LE];
  if (zeros[0] > n_pairs * 7 / 10 && zeros[1] < n_pairs / 20 + 1)
    return &encodings[UTF_16_BE];
  return NULL;
}

/* UTF-8 */

/* The last character may be cut. */
static bool
is_utf8 (const char *text, size_t length)
{
  const char *end = NULL;

  if (g_utf8_validate_len (text, length, &end))
    return true;

  size_t rest = (size_t) (text + length - end);
  return rest < 4 && g_utf8_get_char_validated (end, (gssize) rest) == (gunichar) -2;
}

/* Other encodings: each character of two bytes or more than ASCII is worth a point or so, depending
 * on how frequent it is. Bytes that the encoding does not have rule it out nearly. */

#define INVALID (-8)

typedef const unsigned char Byte;

static bool
is_between (unsigned char byte, unsigned first, unsigned last)
{
  return byte >= first && byte <= last;
}

/* One byte is one character. Letters with accents stand among ASCII letters, rarely more than two
 * in a row; whole words of them are of another script. */
static int
score_cp1252 (Byte *text, size_t length)
{
  static const char frequent[] = "\xb0\xb1\xb2\xb3\xb5\xb7\xc4\xd6\xdc\xe4\xf6\xfc\xdf\xe9\xe8\xea"
                                 "\xe0\xe2\xe7\xf1\xf3\xf2\xed\xe5\xc5\xf8\xd8\x93\x94\x96";
  static const char undefined[] = "\x81\x8d\x8f\x90\x9d";
  int score = 0;

  for (size_t i = 0, run = 0; i < length; i += run ? run : 1)
    {
      for (run = 0; i + run < length && text[i + run] >= 0x80; run++)
        continue;
      for (size_t k = i; k < i + run; k++)
        if (strchr (undefined, text[k]))
          score += INVALID;
        else
          score += run > 2 ? -1 : strchr (frequent, text[k]) ? 2 : 0;
    }
  return score;
}

/* Of the two bytes of a character. The rows B0 to D7 are the first level of GB 2312: the 3755
 * frequent ones. A1 to A9 are signs; A1 E6 is the degree Celsius. */
static int
score_pair_of_gb (Byte *pair)
{
  if (!is_between (pair[0], 0x81, 0xfe) || !is_between (pair[1], 0x40, 0xfe) || pair[1] == 0x7f)
    return INVALID;
  if (pair[0] == 0xa1 && pair[1] == 0xe6)
    return 4;
  if (pair[1] < 0xa1 || pair[0] < 0xa1)
    return -2;
  if (is_between (pair[0], 0xb0, 0xd7))
    return 4;
  return pair[0] <= 0xa9 ? 2 : 0;
}

/* Of the two bytes of a character. 82 and 83 are kana, 88 to 97 the first level of JIS X 0208, 81
 * signs. */
static int
score_pair_of_jis (Byte *pair)
{
  if (!(is_between (pair[0], 0x81, 0x9f) || is_between (pair[0], 0xe0, 0xfc))
      || !is_between (pair[1], 0x40, 0xfc) || pair[1] == 0x7f)
    return INVALID;
  if (is_between (pair[0], 0x88, 0x97) || pair[0] == 0x82 || pair[0] == 0x83)
    return 4;
  return pair[0] == 0x81 ? 2 : -1;
}

static int
score_pairs (Byte *text, size_t length, bool is_jis)
{
  int score = 0;

  for (size_t i = 0; i < length; i++)
    {
      if (text[i] < 0x80)
        continue;
      if (is_jis && is_between (text[i], 0xa1, 0xdf)) /* kana of half width, one byte each */
        {
          score--;
          continue;
        }
      if (i + 1 == length)
        break;
      score += is_jis ? score_pair_of_jis (text + i) : score_pair_of_gb (text + i);
      i += text[i + 1] >= 0x40;
    }
  return score;
}

const TableEncoding *
table_encoding_find (const char *text, size_t length, bool *is_clear)
{
  *is_clear = true;
  for (size_t i = 0; i < N_ENCODINGS; i++)
    {
      size_t n = strlen (encodings[i].mark);

      if (n > 0 && length >= n && memcmp (text, encodings[i].mark, n) == 0)
        return &encodings[i];
    }

  const TableEncoding *utf16 = find_utf16 (text, length);
  if (utf16)
    return utf16;
  if (is_utf8 (text, length))
    return &encodings[UTF_8];

  Byte *bytes = (Byte *) text;
  int western = score_cp1252 (bytes, length);
  int chinese = score_pairs (bytes, length, false), japanese = score_pairs (bytes, length, true);

  if (chinese > western && chinese > japanese && chinese > 0)
    return &encodings[GB18030];
  if (japanese > western && japanese > chinese && japanese > 0)
    return &encodings[SHIFT_JIS];
  *is_clear = western > 0 && western > chinese && western > japanese;
  return &encodings[CP1252];
}
