/*
 * Durations as people read them: "0.012s", "4.20s", "3m07s", "1h02m".
 */
#ifndef DURATION_H
#define DURATION_H

#include <stdint.h>

#define DURATION_SIZE 24

/* Fills BUFFER and returns it. What is below zero is zero. */
const char *duration_text(int64_t ns, char buffer[DURATION_SIZE]);

#endif
