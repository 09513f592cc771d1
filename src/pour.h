/*
 * Pouring: bytes into a descriptor, all of them, however long it takes.
 */
#ifndef POUR_H
#define POUR_H

#include <subunit2/view.h>

/* What cannot be written is dropped: nobody is there to read it. */
void pour(int fd, struct subunit2_view bytes);

#endif
