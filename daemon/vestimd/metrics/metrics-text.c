/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/metrics/metrics-text.h"

#include "common/json/vestim-json.h"

void
metrics_text_begin (MetricsText *text, MetricType type, const char *name, const char *help)
{
  static const char *const types[] = {
    [METRIC_COUNTER] = "counter",
    [METRIC_GAUGE] = "gauge",
    [METRIC_HISTOGRAM] = "histogram",
  };

  text->name = name;
  g_string_append_printf (text->out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, types[type]);
}

static void
append_label (GString *out, const char *name, const char *value)
{
  g_string_append (out, name);
  g_string_append (out, "=\"");
  for (; *value != '\0'; value++)
    if (*value == '\n')
      g_string_append (out, "\\n");
    else
      {
        if (*value == '"' || *value == '\\')
          g_string_append_c (out, '\\');
        g_string_append_c (out, *value);
      }
  g_string_append_c (out, '"');
}

/* `bound` (nullable) is one more label, `le`. */
static void
append_sample (MetricsText *text, const char *suffix, const char *const *labels, const char *bound,
               double value)
{
  char before = '{';

  g_string_append (text->out, text->name);
  g_string_append (text->out, suffix);
  for (; labels != NULL && *labels != NULL; labels += 2)
    {
      g_string_append_c (text->out, before);
      append_label (text->out, labels[0], labels[1]);
      before = ',';
    }
  if (bound != NULL)
    {
      g_string_append_c (text->out, before);
      append_label (text->out, "le", bound);
      before = ',';
    }
  g_string_append (text->out, before == ',' ? "} " : " ");
  vestim_json_append_double (text->out, value);
  g_string_append_c (text->out, '\n');
}

void
metrics_text_add (MetricsText *text, const char *const *labels, double value)
{
  append_sample (text, "", labels, NULL, value);
}

void
metrics_text_add_histogram (MetricsText *text, const char *const *labels,
                            const Histogram *histogram)
{
  const HistogramScale *scale = histogram->scale;
  uint64_t count = 0;

  for (size_t i = 0; i <= scale->n_bounds; i++)
    {
      g_autoptr (GString) bound = g_string_new (NULL);

      count += histogram->counts[i];
      if (i == scale->n_bounds)
        g_string_assign (bound, "+Inf");
      else
        vestim_json_append_double (bound, (double) scale->bounds[i] / scale->per_unit);
      append_sample (text, "_bucket", labels, bound->str, (double) count);
    }
  append_sample (text, "_sum", labels, NULL, (double) histogram->sum / scale->per_unit);
  append_sample (text, "_count", labels, NULL, (double) count);
}

void
metrics_text_single (MetricsText *text, MetricType type, const char *name, const char *help,
                     double value)
{
  metrics_text_begin (text, type, name, help);
  metrics_text_add (text, NULL, value);
}
