/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The consoles of harnesses. The first byte selects one. */
#include "input_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static input_open *const inputs[] = {input_automake, input_ctest,    input_meson,
	                                     input_prove,    input_autotest, input_dejagnu};
	if (size)
		fuzz_input(inputs[*data % 6], data + 1, size - 1);
	return 0;
}
