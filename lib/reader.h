/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Statistics of a reader, for tests. */
#ifndef READER_H
#define READER_H

#include <subunit2/reader.h>

/* Return the effort so far: candidates examined, plus bytes that were moved or of which a CRC was
 * computed. It grows in proportion to the length of the input, for every input. */
uint64_t reader_work(const struct subunit2_reader *reader);

#endif
