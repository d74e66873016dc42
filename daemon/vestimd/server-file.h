/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <sys/types.h>

/* server.json: how clients find the daemon. */

typedef struct
{
  pid_t pid;
  char *url;
  char *version;
  char *started_at; /* "2026-11-22T19:50:12.123Z" */
} ServerFile;

/* Written by rename, mode 0600. On a full disk it first removes an old file, which names a daemon
 * that is gone, to make room. 0 or -errno. */
int server_file_write (const char *path, const char *url, const char *version,
                       int64_t started_at_ms);

/* 0, -ENOENT, -EBADMSG if the content is not valid, or another -errno. */
int server_file_read (const char *path, ServerFile *file);
void server_file_clear (ServerFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ServerFile, server_file_clear)

/* Removes the file if it is this process's: another daemon may by now use a data directory of the
 * same name. */
void server_file_remove (const char *path);

/* `(transfer full)` "http://127.0.0.1:8001" from the literal of a Listener; a wildcard address
 * becomes the loopback one, an IPv6 address gets its brackets. */
char *server_file_url (const char *address, int port);
