/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Which attachments a report shows as text.
 */
#ifndef TEXT_FILE_H
#define TEXT_FILE_H

#include <stdbool.h>
#include <subunit2/collect.h>

/*
 * True for "stdout" and "stderr", for what has a text type or is UTF-8, and for NAME.bytes,
 * which holds the text of NAME that is not UTF-8, unless it has a NUL. Bytes that are not
 * UTF-8 are to be shown as \xNN.
 */
bool text_file_is_text(const struct subunit2_attachment *file);

#endif
