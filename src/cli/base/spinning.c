/*
 * Sets what libgomp reads from the environment.
 */
#include "cli/base/spinning.h"

#include <stdlib.h>
#include <unistd.h>

void spinning_limit(char **argv)
{
    /* About a millisecond: longer than threads on a quiet machine wait for each other, since one
     * that has slept may wake up on the processor of the other; shorter than a scheduler's slice.
     */
    static const char *const count = "30000";
    if (getenv("GOMP_SPINCOUNT") == NULL && getenv("OMP_WAIT_POLICY") == NULL &&
        setenv("GOMP_SPINCOUNT", count, 1) == 0) {
        execv("/proc/self/exe", argv);
    }
}
