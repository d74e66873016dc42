/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/router.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "daemon/vestimd/http/target.h"

#define MAX_SEGMENTS 8

typedef enum
{
  KIND_REST,
  KIND_PARAM,
  KIND_LITERAL,
} SegmentKind;

typedef struct
{
  SegmentKind kind;
  const char *text; /* the literal, or the parameter's name */
  size_t length;
} Segment;

typedef struct
{
  const HttpRoute *route;
  Segment segments[MAX_SEGMENTS];
  size_t n_segments;
  int shape;     /* index of the first pattern that fits the same paths */
  unsigned rank; /* higher for a pattern that is literal further to the left */
} Pattern;

struct Router
{
  Pattern *patterns;
  size_t n_patterns;
};

/* A path cut at its slashes. The last piece has the rest of a path with too many. */
typedef struct
{
  char *pieces[MAX_SEGMENTS + 1];
  size_t lengths[MAX_SEGMENTS + 1];
  size_t n;
  char *end;
} Pieces;

static Segment
compile_segment (const char *text, size_t length)
{
  if (length > 3 && text[0] == '{' && text[length - 2] == '*')
    return (Segment){ KIND_REST, text + 1, length - 3 };
  if (length > 2 && text[0] == '{')
    return (Segment){ KIND_PARAM, text + 1, length - 2 };
  return (Segment){ KIND_LITERAL, text, length };
}

static void
compile (Pattern *pattern, const HttpRoute *route)
{
  const char *text = route->pattern;

  assert (text[0] == '/');
  pattern->route = route;
  while (text != NULL)
    {
      const char *next = strchr (text + 1, '/');
      size_t length = next != NULL ? (size_t) (next - text - 1) : strlen (text + 1);

      assert (pattern->n_segments < MAX_SEGMENTS);
      pattern->segments[pattern->n_segments++] = compile_segment (text + 1, length);
      text = next;
    }
  for (size_t i = 0; i < MAX_SEGMENTS; i++)
    pattern->rank =
        pattern->rank << 2 | (i < pattern->n_segments ? (unsigned) pattern->segments[i].kind : 0);
}

static bool
is_same_shape (const Pattern *a, const Pattern *b)
{
  if (a->n_segments != b->n_segments || a->rank != b->rank)
    return false;
  for (size_t i = 0; i < a->n_segments; i++)
    if (a->segments[i].kind == KIND_LITERAL
        && (a->segments[i].length != b->segments[i].length
            || memcmp (a->segments[i].text, b->segments[i].text, a->segments[i].length) != 0))
      return false;
  return true;
}

Router *
router_new (const HttpRoute *routes, size_t n_routes)
{
  Router *router = g_new0 (Router, 1);

  router->patterns = g_new0 (Pattern, n_routes);
  router->n_patterns = n_routes;
  for (size_t i = 0; i < n_routes; i++)
    {
      size_t first = 0;

      compile (&router->patterns[i], &routes[i]);
      while (!is_same_shape (&router->patterns[first], &router->patterns[i]))
        first++;
      router->patterns[i].shape = (int) first;
    }
  return router;
}

void
router_free (Router *router)
{
  g_free (router->patterns);
  g_free (router);
}

/* An encoded slash is no separator, and no name of ours has a slash: such a path does not exist. */
static bool
decode (const char *path, size_t length, char *scratch)
{
  const char *end = path + length;

  if (memchr (path, '%', length) == NULL)
    {
      memcpy (scratch, path, length);
      scratch[length] = '\0';
      return true;
    }
  while (path < end)
    {
      bool is_escape = *path == '%';
      int c = target_decode_char (&path, end);

      if (c <= 0 || (is_escape && c == '/'))
        return false;
      *scratch++ = (char) c;
    }
  *scratch = '\0';
  return true;
}

static void
cut (char *path, Pieces *pieces)
{
  char *text = path + 1;

  pieces->end = path + strlen (path);
  pieces->n = 0;
  for (;;)
    {
      char *slash = memchr (text, '/', (size_t) (pieces->end - text));

      if (slash == NULL || pieces->n == MAX_SEGMENTS)
        slash = pieces->end;
      pieces->pieces[pieces->n] = text;
      pieces->lengths[pieces->n++] = (size_t) (slash - text);
      if (slash == pieces->end)
        return;
      text = slash + 1;
    }
}

/* "", "." and ".." are never names, so that a handler can safely join paths. */
static bool
is_name (const char *text, size_t length)
{
  return length > 0 && !(length == 1 && text[0] == '.')
         && !(length == 2 && text[0] == '.' && text[1] == '.');
}

static bool
is_relative_path (const char *text)
{
  while (text != NULL)
    {
      const char *slash = strchr (text, '/');

      if (!is_name (text, slash != NULL ? (size_t) (slash - text) : strlen (text)))
        return false;
      text = slash != NULL ? slash + 1 : NULL;
    }
  return true;
}

static bool
fits_segment (const Segment *segment, const char *piece, size_t length)
{
  switch (segment->kind)
    {
    case KIND_LITERAL:
      return segment->length == length && memcmp (segment->text, piece, length) == 0;
    case KIND_PARAM:
      return is_name (piece, length);
    case KIND_REST:
      return is_relative_path (piece);
    }
  return false;
}

static bool
fits (const Pattern *pattern, const Pieces *pieces)
{
  size_t n = pattern->n_segments;
  bool has_rest = pattern->segments[n - 1].kind == KIND_REST;

  if (has_rest ? pieces->n < n : pieces->n != n)
    return false;
  for (size_t i = 0; i < n; i++)
    if (!fits_segment (&pattern->segments[i], pieces->pieces[i], pieces->lengths[i]))
      return false;
  return true;
}

static void
take_params (const Pattern *pattern, const Pieces *pieces, RouterMatch *match)
{
  match->n_params = 0;
  for (size_t i = 0; i < pattern->n_segments; i++)
    {
      const Segment *segment = &pattern->segments[i];

      if (segment->kind == KIND_LITERAL)
        continue;
      assert (match->n_params < ROUTER_MAX_PARAMS);
      if (segment->kind == KIND_PARAM)
        pieces->pieces[i][pieces->lengths[i]] = '\0';
      match->params[match->n_params++] =
          (RouterParam){ segment->text, segment->length, pieces->pieces[i] };
    }
}

static const char *
served_method (const char *method)
{
  return strcmp (method, "HEAD") == 0 ? "GET" : method;
}

RouterResult
router_find (const Router *router, const char *method, const char *path, size_t length,
             char *scratch, RouterMatch *match)
{
  const Pattern *best = NULL, *found = NULL;
  Pieces pieces;

  match->shape = -1;
  match->route = NULL;
  match->n_params = 0;
  if (length == 0 || path[0] != '/' || !decode (path, length, scratch))
    return ROUTER_E_PATH;
  cut (scratch, &pieces);
  method = served_method (method);
  for (const Pattern *p = router->patterns; p < router->patterns + router->n_patterns; p++)
    {
      if ((best != NULL && p->rank < best->rank) || !fits (p, &pieces))
        continue;
      if (best == NULL || p->rank > best->rank)
        found = NULL;
      best = p;
      if (found == NULL && strcmp (p->route->method, method) == 0)
        found = p;
    }
  if (best == NULL)
    return ROUTER_E_PATH;
  match->shape = best->shape;
  take_params (found != NULL ? found : best, &pieces, match);
  if (found == NULL)
    return strcmp (method, "OPTIONS") == 0 ? ROUTER_OPTIONS : ROUTER_E_METHOD;
  match->route = found->route;
  return ROUTER_FOUND;
}

static bool
has_earlier (const Router *router, int shape, const Pattern *pattern)
{
  for (const Pattern *p = router->patterns; p < pattern; p++)
    if ((shape < 0 || p->shape == shape) && strcmp (p->route->method, pattern->route->method) == 0)
      return true;
  return false;
}

void
router_append_allow (const Router *router, int shape, GString *out)
{
  for (const Pattern *p = router->patterns; p < router->patterns + router->n_patterns; p++)
    {
      if ((shape >= 0 && p->shape != shape) || has_earlier (router, shape, p))
        continue;
      g_string_append (out, p->route->method);
      g_string_append (out, strcmp (p->route->method, "GET") == 0 ? ", HEAD, " : ", ");
    }
  g_string_append (out, "OPTIONS");
}
