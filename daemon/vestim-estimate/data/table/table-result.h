/* SPDX-License-Identifier: MIT */
#pragma once

/* Of reading the next row or line. */
typedef enum
{
  TABLE_ROW,
  TABLE_END,
  TABLE_FAILED,
} TableResult;
