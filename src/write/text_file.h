/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Tells which attachments a report shows as text.
 */
#ifndef TEXT_FILE_H
#define TEXT_FILE_H

#include <stdbool.h>
#include <subunit2/collect.h>

/*
 * Returns true for "stdout" and "stderr", for a file whose type is text or whose bytes are UTF-8,
 * and for NAME.bytes, which holds text of NAME that is not UTF-8, unless it has a NUL. Show bytes
 * that are not UTF-8 as \xNN.
 */
bool text_file_is_text(const struct subunit2_attachment *file);

#endif
