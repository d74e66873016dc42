/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/doctor/doctor.h"
#include "daemon/vestimd/doctor/finding.h"

/* The checks that doctor.c lists. Each calls finding_set() once, and changes nothing. */

/* check-directory.c */
void check_directory (const DoctorSubject *subject, Finding *finding);
void check_parents (const DoctorSubject *subject, Finding *finding);
void check_token (const DoctorSubject *subject, Finding *finding);
void check_settings (const DoctorSubject *subject, Finding *finding);

/* check-disk.c */
void check_file_system (const DoctorSubject *subject, Finding *finding);
void check_space (const DoctorSubject *subject, Finding *finding);
void check_inodes (const DoctorSubject *subject, Finding *finding);
void check_flush (const DoctorSubject *subject, Finding *finding);

/* check-daemon.c */
void check_registry (const DoctorSubject *subject, Finding *finding);
void check_daemon (const DoctorSubject *subject, Finding *finding);
void check_port (const DoctorSubject *subject, Finding *finding);
void check_helpers (const DoctorSubject *subject, Finding *finding);
void check_clock (const DoctorSubject *subject, Finding *finding);

/* check-system.c */
void check_open_files (const DoctorSubject *subject, Finding *finding);
void check_processes (const DoctorSubject *subject, Finding *finding);
void check_file_size (const DoctorSubject *subject, Finding *finding);
void check_inotify (const DoctorSubject *subject, Finding *finding);

/* check-session.c */
void check_login (const DoctorSubject *subject, Finding *finding);
void check_lingering (const DoctorSubject *subject, Finding *finding);
void check_cgroup (const DoctorSubject *subject, Finding *finding);
void check_limits (const DoctorSubject *subject, Finding *finding);
