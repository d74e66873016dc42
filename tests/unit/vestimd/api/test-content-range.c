/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/content-range.h"

typedef struct
{
  const char *text;
  size_t length;
  uint64_t offset;
  int64_t total;
} Case;

static void
test_without_one_the_body_is_the_file (void)
{
  FolderPart part = { .length = 7, .total = -1 };

  g_assert_null (content_range_read (NULL, &part));
  g_assert_cmpuint (part.offset, ==, 0);
  g_assert_cmpint (part.total, ==, 7);
}

static void
test_places_are_read (void)
{
  static const Case cases[] = {
    { "bytes 0-9/20", 10, 0, 20 },
    { "bytes 10-19/20", 10, 10, 20 },
    { "bytes 10-19/*", 10, 10, -1 },
    { "bytes */20", 0, 20, 20 },
    { "bytes */0", 0, 0, 0 },
    { "bytes 17179869183-17179869183/17179869184", 1, 17179869183, 17179869184 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FolderPart part = { .length = cases[i].length };

      g_assert_cmpstr (content_range_read (cases[i].text, &part), ==, NULL);
      g_assert_cmpuint (part.offset, ==, cases[i].offset);
      g_assert_cmpint (part.total, ==, cases[i].total);
    }
}

static void
test_other_texts_are_refused (void)
{
  static const Case cases[] = {
    { "", 1, 0, 0 },
    { "bytes", 1, 0, 0 },
    { "bytes ", 1, 0, 0 },
    { "bytes 0", 1, 0, 0 },
    { "bytes 0-", 1, 0, 0 },
    { "bytes 0-0", 1, 0, 0 },
    { "bytes 0-0/", 1, 0, 0 },
    { "bytes 0-0/1x", 1, 0, 0 },
    { "bytes 0-0/*1", 1, 0, 0 },
    { "bytes  0-0/1", 1, 0, 0 },
    { "Bytes 0-0/1", 1, 0, 0 },
    { "bytes +0-0/1", 1, 0, 0 },
    { "bytes 0-0/0", 1, 0, 0 },
    { "bytes 1-0/*", 1, 0, 0 },
    { "bytes 0-1/*", 1, 0, 0 },
    { "bytes */*", 0, 0, 0 },
    { "bytes */5", 1, 0, 0 },
    { "bytes 17179869184-17179869184/*", 1, 0, 0 },
    { "bytes 18446744073709551616-18446744073709551616/*", 1, 0, 0 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FolderPart part = { .length = cases[i].length };

      if (content_range_read (cases[i].text, &part) == NULL)
        g_error ("\"%s\" passes", cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/content-range/without one the body is the file",
                   test_without_one_the_body_is_the_file);
  g_test_add_func ("/content-range/places are read", test_places_are_read);
  g_test_add_func ("/content-range/other texts are refused", test_other_texts_are_refused);
  return g_test_run ();
}
