/* SPDX-License-Identifier: MIT */
#pragma once

/* Measured numbers as people read them. All results are (transfer full). */

char *vestim_number_text_millivolts (double mv); /* "17.4"; "–" for NAN */
char *vestim_number_text_count (double n);       /* "–" for NAN and from 10⁹ on */
char *vestim_number_text_r2 (double r2);         /* "0.9954"; "–" for NAN */
char *vestim_number_text_value (double value);   /* four significant digits at most */
