/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The consoles of harnesses: each reads every input. */
#include "input_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static input_open *const inputs[] = {input_automake, input_ctest,    input_meson,
	                                     input_prove,    input_autotest, input_dejagnu};
	for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++)
		fuzz_input(inputs[i], data, size);
	return 0;
}
