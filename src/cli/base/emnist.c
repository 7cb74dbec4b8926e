/*
 * Looks at names; whether images really lie on their side no program can tell.
 */
#include "cli/base/emnist.h"

#include "cli/base/paths.h"

#include <string.h>
#include <strings.h>

static bool is_named(const char *name)
{
    static const char set[] = "emnist";
    while (*name != '\0' && strncasecmp(name, set, sizeof set - 1) != 0) {
        name++;
    }
    return *name != '\0';
}

static bool holds_named(const char *path)
{
    DIR *folder = path_open_folder(path);
    bool found = false;
    for (const char *name; folder != NULL && !found && (name = path_next_name(folder, path));) {
        found = is_named(name);
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return found;
}

void emnist_warn(struct progress *display, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (is_named(slash != NULL ? slash + 1 : path) || holds_named(path)) {
        progress_say(display, "warning: EMNIST's images lie on their side, unlike pictures given "
                              "to predict;\n         --transpose turns them upright");
    }
}
