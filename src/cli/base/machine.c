/*
 * Asks the system what it runs on.
 */
#include "cli/base/machine.h"

#include "cli/base/cli.h"
#include "cli/base/controls.h"
#include "cli/base/paths.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The first processor's, near the file's beginning; false where there is no such line. Takes no
 * memory, so that the name does not depend on it. */
static bool read_processor(char *name, size_t size)
{
    char text[4096];
    int file = path_open("/proc/cpuinfo", O_RDONLY);
    ssize_t got = file >= 0 ? read(file, text, sizeof text - 1) : 0;
    text[got > 0 ? got : 0] = '\0';
    if (file >= 0) {
        close(file);
    }
    const char *line = strstr(text, "model name");
    const char *colon = line != NULL ? strchr(line, ':') : NULL;
    if (colon != NULL) {
        colon += strspn(colon, ": \t");
        snprintf(name, size, "%.*s", (int)strcspn(colon, "\n"), colon);
    }
    return colon != NULL;
}

void machine_processor(char *name, size_t size)
{
    struct utsname system;
    if (!read_processor(name, size)) {
        snprintf(name, size, "%s", uname(&system) >= 0 ? system.machine : "unknown");
    }
    controls_remove(name);
}
