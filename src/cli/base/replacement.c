/*
 * Replaces the files of a run or of a study by the first ones of another.
 */
#include "cli/base/replacement.h"

#include "cli/base/paths.h"
#include "cli/base/run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum exit_status failed(const struct replacement *replacement, const char *file,
                               const char *what)
{
    return cli_failed("%s/%s: %s: %s", replacement->shown, file, what, strerror(errno));
}

/* Removes the files in an open folder. */
static void clear(DIR *folder)
{
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        unlinkat(dirfd(folder), entry->d_name, 0);
    }
}

void replacement_discard(const struct replacement *replacement)
{
    int opened = openat(replacement->folder, REPLACEMENT_BEGUN,
                        O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = opened >= 0 ? fdopendir(opened) : NULL;
    if (folder != NULL) {
        clear(folder);
        closedir(folder);
    } else if (opened >= 0) {
        close(opened);
    }
    unlinkat(replacement->folder, REPLACEMENT_BEGUN, AT_REMOVEDIR);
}

enum exit_status replacement_begin(const struct replacement *replacement)
{
    replacement_discard(replacement);
    return mkdirat(replacement->folder, REPLACEMENT_BEGUN, 0777) == 0
               ? DONE
               : failed(replacement, REPLACEMENT_BEGUN, "cannot be created");
}

/* EINVAL: a file system without it. */
static bool sync_folder(int folder)
{
    int synced;
    do {
        synced = fsync(folder);
    } while (synced != 0 && errno == EINTR);
    return synced == 0 || errno == EINVAL;
}

enum exit_status replacement_commit(const struct replacement *replacement)
{
    int folder = replacement->folder;
    return renameat(folder, REPLACEMENT_BEGUN, folder, REPLACEMENT_WHOLE) == 0 &&
                   sync_folder(folder)
               ? DONE
               : failed(replacement, REPLACEMENT_BEGUN, "cannot be put in place");
}

bool replacement_is_whole(const struct replacement *replacement)
{
    return path_is_there_at(replacement->folder, replacement->shown, REPLACEMENT_WHOLE);
}

enum exit_status replacement_move(const struct replacement *replacement)
{
    int folder = replacement->folder;
    for (size_t i = 0; replacement->files[i] != NULL; i++) {
        struct run_path from = run_file(REPLACEMENT_WHOLE, replacement->files[i]);
        bool moved = renameat(folder, from.text, folder, replacement->files[i]) == 0;
        if (!moved && errno != ENOENT) { /* one that is not there has been moved before */
            return failed(replacement, replacement->files[i], "cannot be put in place");
        }
    }
    return sync_folder(folder) && unlinkat(folder, REPLACEMENT_WHOLE, AT_REMOVEDIR) == 0
               ? DONE
               : failed(replacement, REPLACEMENT_WHOLE, "cannot be removed");
}
