/* SPDX-License-Identifier: MIT */
#pragma once

/* Parts of the C code that is exported: the files of the folder text, which embed-texts.c makes
 * strings of. The code has the names vestim_, Vestim and VESTIM_, see c-code.h for these and for
 * lines that begin with '@'. */

extern const char export_text_float_common[];
extern const char export_text_float_filters[];
extern const char export_text_float_lstm[];
extern const char export_text_float_gru[];
extern const char export_text_float_fnn[];
extern const char export_text_calls[];
extern const char export_text_calls_stateless[];
extern const char export_text_calls_recurrent[];
extern const char export_text_fixed_fnn[];
extern const char export_text_fixed_gru[];
extern const char export_text_fixed_head[];
extern const char export_text_fixed_lstm[];
extern const char export_text_fixed_math[];
extern const char export_text_fixed_filters[];
extern const char export_text_fixed_sigmoid[];
extern const char export_text_fixed_wrapper[];
