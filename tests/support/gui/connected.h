/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/model/dash-connection.h"
#include "tests/support/gui/fake-server.h"

#define ID_1 "job_20261122-195012-000001"
#define ID_2 "job_20261122-195012-000002"

/* A connection to a fake server of its own that knows one queued job, ID_1: a fixture of
 * g_test_add(). */
typedef struct
{
  FakeServer *server;
  DashConnection *connection;
  DashJobStore *store; /* Of the connection. */
} Connected;

void connected_set_up (Connected *fixture, gconstpointer data);
/* Fails when another object still holds the connection. */
void connected_tear_down (Connected *fixture, gconstpointer data);

/* Opens the connection and waits until it is online. */
void connected_go_online (Connected *fixture);
gboolean connected_is_in (Connected *fixture, DashConnectionState state);
/* The number of jobs in the store. */
guint connected_count (Connected *fixture);
