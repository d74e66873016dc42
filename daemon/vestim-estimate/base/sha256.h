/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>

/* SHA-256 of a stream of bytes, with the processor's instructions for it where it has them: GLib's
 * takes longer than the reading of the numbers in a file. */
typedef struct Sha256 Sha256;

#define SHA256_LENGTH 32

/* `(transfer full)` */
Sha256 *sha256_new (void);
void sha256_free (Sha256 *sum);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sha256, sha256_free)

void sha256_update (Sha256 *sum, const void *bytes, size_t length);

/* Ends the sum: no update may follow. */
void sha256_digest (Sha256 *sum, guint8 digest[SHA256_LENGTH]);

/* The same in hexadecimal digits. `(transfer full)` */
char *sha256_dup_hex (Sha256 *sum);
