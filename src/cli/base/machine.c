/*
 * Asks the system what it runs on.
 */
#include "cli/base/machine.h"

#include "cli/base/cli.h"
#include "cli/base/controls.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* False where there is no such line. */
static bool read_processor(char *name, size_t size)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[512];
    bool found = false;
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && colon != NULL) {
            colon += strspn(colon, ": \t");
            snprintf(name, size, "%.*s", (int)strcspn(colon, "\n"), colon);
            found = true;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

void machine_processor(char *name, size_t size)
{
    struct utsname system;
    if (!read_processor(name, size)) {
        snprintf(name, size, "%s", uname(&system) >= 0 ? system.machine : "unknown");
    }
    controls_remove(name);
}
