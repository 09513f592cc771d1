/*
 * A field of a line of comma-separated values, as RFC 4180 has it.
 */
#ifndef CSV_FIELD_H
#define CSV_FIELD_H

#include <subunit2/view.h>

#include <stdio.h>

/* TEXT, between quotes where it needs them. Control bytes, but for the ends of
 * lines, become \xNN. */
void csv_put_field(FILE *file, struct subunit2_view text);

#endif
