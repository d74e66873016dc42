/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers as little-endian bytes, so that each comes back with the same bits. */

void pack_u64 (GByteArray *bytes, uint64_t value);
void pack_double (GByteArray *bytes, double value);
void pack_floats (GByteArray *bytes, const float *values, size_t n);

#define PACK_CHECKSUM_LENGTH 32 /* SHA256_LENGTH */

/* SHA-256 of all bytes in front of it in a file. */
void pack_checksum (const guint8 *data, size_t length, guint8 digest[PACK_CHECKSUM_LENGTH]);

/* The bytes left to read. Reading beyond the end gives zeros and sets `is_short`. */
typedef struct
{
  const uint8_t *at;
  size_t left;
  bool is_short;
} Unpacker;

uint64_t unpack_u64 (Unpacker *unpacker);
double unpack_double (Unpacker *unpacker);
void unpack_floats (Unpacker *unpacker, float *values, size_t n);
