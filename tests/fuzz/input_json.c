/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* JSON events between text. */
#include "input_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_input(input_json, data, size);
	return 0;
}
