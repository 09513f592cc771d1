/*
 * A sign: where in an input its format shows itself.
 */
#ifndef SIGN_H
#define SIGN_H

#include <stdint.h>
#include <subunit2/view.h>

#define SIGN_NONE SIZE_MAX

/* The offset in HEAD of its first line that IS_SIGN says is one, or SIGN_NONE. REST
 * is HEAD from where a line begins. */
size_t sign_line(struct subunit2_view head, bool (*is_sign)(struct subunit2_view rest));

/* Takes the next line, with its newline where it has one, off REST, which is not empty. */
struct subunit2_view sign_take_line(struct subunit2_view *rest);

#endif
