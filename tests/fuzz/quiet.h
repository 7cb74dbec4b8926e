/*
 * For targets of the command, which says on stderr what is wrong with its input: thousands of lines
 * a second that nobody reads. Broken promises and sanitizers write to the descriptor itself.
 */
#ifndef DESCENT_TEST_FUZZ_QUIET_H
#define DESCENT_TEST_FUZZ_QUIET_H

#include "fuzz.h"

static inline void fuzz_quiet(void)
{
    static FILE *nowhere;
    if (nowhere == NULL) {
        nowhere = fopen("/dev/null", "w");
        fuzz_check(nowhere != NULL);
        stderr = nowhere;
    }
}

#endif
