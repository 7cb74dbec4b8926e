/*
 * Memory limits: an over-large data set is refused in words, instead of by the system's killer of
 * processes.
 */
#include "base/memory_limit.h"

#include "base/fail.h"

#include <stdio.h>
#include <unistd.h>

uint64_t descent_memory_limit(uint64_t limit)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    long page = sysconf(_SC_PAGESIZE);
    if (limit != 0 || pages <= 0 || page <= 0) {
        return limit;
    }
    return (uint64_t)pages * (uint64_t)page / 2;
}

/* "12.3 MiB" */
static void describe(char *text, size_t size, uint64_t bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t unit = 0;
    double number = (double)bytes;
    while (number >= 1024 && unit + 1 < sizeof units / sizeof units[0]) {
        number /= 1024;
        unit++;
    }
    snprintf(text, size, unit == 0 ? "%.0f %s" : "%.1f %s", number, units[unit]);
}

uint64_t descent_memory_product(uint64_t count, uint64_t size)
{
    uint64_t bytes;
    return __builtin_mul_overflow(count, size, &bytes) ? UINT64_MAX : bytes;
}

descent_status descent_memory_check(const char *path, uint64_t count, const char *what,
                                    uint64_t bytes, uint64_t limit)
{
    if (limit == 0 || bytes <= limit) {
        return DESCENT_OK;
    }
    char wanted[32], allowed[32];
    describe(wanted, sizeof wanted, bytes);
    describe(allowed, sizeof allowed, limit);
    return descent_fail(DESCENT_ERROR_MEMORY, "%s: %llu %s need %s of memory, and the limit is %s",
                        path, (unsigned long long)count, what, wanted, allowed);
}
