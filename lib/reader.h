/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What tests want to know of a reader. */
#ifndef READER_H
#define READER_H

#include <subunit2/reader.h>

/* The effort so far: candidates looked at, and bytes that went through a CRC or
 * were moved. It grows with the length of the input, not with its content. */
uint64_t reader_work(const struct subunit2_reader *reader);

#endif
