/*
 * Run folders. The lock is on the folder itself: it leaves no file behind and ends with the
 * process, however that ends. Training goes into the folder that it has locked and names its files
 * from there: whatever becomes of the path meanwhile, it cannot lead to another run's files.
 */
#include "cli/base/run.h"

#include "cli/base/paths.h"
#include "cli/base/replacement.h"
#include "cli/base/run_folders.h"

#include <descent/file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The checkpoint goes first: a run without one cannot be resumed into half of another. */
static const char *const FILES[] = {RUN_CHECKPOINT, RUN_MODEL,  RUN_METRICS, RUN_LAYERS,
                                    RUN_CONFIG,     RUN_RESULT, RUN_LOG};
enum { FILE_COUNT = sizeof FILES / sizeof FILES[0] };

struct run_path run_file(const char *folder, const char *file)
{
    struct run_path path;
    snprintf(path.text, sizeof path.text, "%s/%s", folder, file);
    return path;
}

struct run_path run_path(const struct run *run, const char *file)
{
    return run_file(run->begun ? "./" REPLACEMENT_BEGUN : run->entered ? "." : run->folder, file);
}

void run_follow(struct run *run)
{
    char now[PATH_MAX];
    if (run->place[0] != '\0' && getcwd(now, sizeof now) != NULL && strcmp(now, run->place) != 0) {
        snprintf(run->folder, sizeof run->folder, "%s", now);
    }
}

/* Options and places first: with the checkpoint there, the run can be resumed. */
static struct replacement replacement_in(const struct run *run)
{
    static const char *const files[] = {RUN_CONFIG, RUN_CHECKPOINT, NULL};
    return (struct replacement){.folder = run->lock, .shown = run->folder, .files = files};
}

void run_make_parents(const char *path)
{
    char parent[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", path);
    for (char *slash = strchr(parent + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(parent, 0777);
        *slash = '/';
    }
}

static enum exit_status fail_lock(const struct run *run)
{
    return errno == EWOULDBLOCK
               ? cli_failed("%s: another process is training in this run folder", run->folder)
               : cli_failed("%s: cannot lock the run folder: %s; put it on a local disk",
                            run->folder, strerror(errno));
}

static enum exit_status lock_folder(struct run *run)
{
    run->lock = path_open(run->folder, O_RDONLY | O_DIRECTORY);
    if (run->lock < 0) {
        return errno == ENOTDIR
                   ? cli_failed("%s: expected a folder for the run, found a file", run->folder)
                   : cli_failed("%s: cannot open the run folder: %s", run->folder, strerror(errno));
    }
    while (flock(run->lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EINTR) {
            return fail_lock(run);
        }
    }
    if (access(run->folder, W_OK | X_OK) != 0) {
        return cli_failed("%s: the run folder is not writable: %s", run->folder, strerror(errno));
    }
    return DONE;
}

static enum exit_status set_folder(struct run *run, const char *folder)
{
    run->lock = -1;
    int length = snprintf(run->folder, sizeof run->folder, "%s", folder);
    if (length <= 0 || length >= (int)sizeof run->folder) {
        return cli_failed("run folder: expected a path of 1 to %zu bytes, found %d",
                          sizeof run->folder - 1, length);
    }
    return DONE;
}

static enum exit_status make_folder(struct run *run)
{
    run_make_parents(run->folder);
    if (mkdir(run->folder, 0777) != 0 && errno != EEXIST) {
        return cli_failed("%s: cannot create the run folder: %s", run->folder, strerror(errno));
    }
    return DONE;
}

/* A new folder models/NAME-DATE-TIME; runs that start within one second have different numbers.
 */
static enum exit_status make_default_folder(struct run *run, const char *name)
{
    char date[32];
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    strftime(date, sizeof date, "%Y%m%d-%H%M%S", &local);
    int number = 1;
    do {
        char folder[PATH_MAX], suffix[16] = "";
        if (number > 1) {
            snprintf(suffix, sizeof suffix, "-%d", number);
        }
        snprintf(folder, sizeof folder, "models/%.200s-%s%s", name, date, suffix);
        CLI_TRY(set_folder(run, folder));
        run_make_parents(folder);
        if (mkdir(folder, 0777) == 0) {
            return DONE;
        }
    } while (errno == EEXIST && ++number < 1000);
    return cli_failed("%s: cannot create the run folder: %s", run->folder, strerror(errno));
}

/* Whether a file is the old run's. The new configuration is renamed over the old one. */
static bool is_old(const struct run *run, const char *file)
{
    bool checkpoint = strcmp(file, RUN_CHECKPOINT) == 0;
    struct run_path next = run_file(REPLACEMENT_WHOLE, file);
    return checkpoint ? path_is_there_at(run->lock, run->folder, next.text)
                      : strcmp(file, RUN_CONFIG) != 0;
}

static enum exit_status remove_old(const struct run *run)
{
    for (size_t i = 0; i < FILE_COUNT; i++) {
        if (is_old(run, FILES[i]) && unlinkat(run->lock, FILES[i], 0) != 0 && errno != ENOENT) {
            return cli_failed("%s/%s: cannot remove: %s", run->folder, FILES[i], strerror(errno));
        }
    }
    return DONE;
}

/* Does what is left to do of a start, by this process or by one that was killed at it. */
static enum exit_status settle(const struct run *run)
{
    const struct replacement replacement = replacement_in(run);
    if (!replacement_is_whole(&replacement)) {
        return DONE;
    }
    CLI_TRY(remove_old(run));
    return replacement_move(&replacement);
}

static enum exit_status refuse_run(const struct run *run)
{
    for (size_t i = 0; i < FILE_COUNT; i++) {
        if (path_is_there_at(run->lock, run->folder, FILES[i])) {
            return cli_failed("%s: the folder holds a run already (%s); --force replaces it, "
                              "--resume continues it",
                              run->folder, FILES[i]);
        }
    }
    return path_check();
}

static enum exit_status refuse_study(const struct run *run)
{
    return !path_is_there_at(run->lock, run->folder, RUN_STUDY)
               ? DONE
               : cli_failed("%s: expected a folder for the run, found that of a study (" RUN_STUDY
                            "); give another one to --out",
                            run->folder);
}

enum exit_status run_enter(struct run *run)
{
    if (fchdir(run->lock) != 0) {
        return cli_failed("%s: cannot work in the run folder: %s", run->folder, strerror(errno));
    }
    run->entered = true;
    cli_enter(run->folder);
    if (getcwd(run->place, sizeof run->place) == NULL) { /* too long: it is not followed */
        run->place[0] = '\0';
    }
    for (size_t i = 0; i < FILE_COUNT; i++) {        /* which removes what killed processes left */
        bool saved = strcmp(FILES[i], RUN_LOG) != 0; /* that is added to, and leaves nothing */
        CLI_TRY_LIBRARY(saved ? descent_file_check(run_path(run, FILES[i]).text) : DESCENT_OK);
    }
    return DONE;
}

enum exit_status run_create(struct run *run, const char *out, const char *name, bool force)
{
    run->lock = -1;
    if (out == NULL) {
        CLI_TRY(make_default_folder(run, name));
    } else {
        CLI_TRY(set_folder(run, out));
        CLI_TRY(make_folder(run));
    }
    CLI_TRY(lock_folder(run));
    CLI_TRY(refuse_study(run));
    CLI_TRY(settle(run));
    CLI_TRY(force ? DONE : refuse_run(run));
    CLI_TRY(run_enter(run));
    const struct replacement replacement = replacement_in(run);
    CLI_TRY(replacement_begin(&replacement));
    run->begun = true;
    return DONE;
}

enum exit_status run_begin(struct run *run)
{
    const struct replacement replacement = replacement_in(run);
    CLI_TRY(replacement_commit(&replacement));
    run->begun = false;
    return settle(run);
}

/* Of a folder without a checkpoint. */
static enum exit_status fail_find(const char *folder)
{
    if (!path_is_there(folder)) {
        return run_folders_missing(folder);
    }
    bool begun = path_is_there(run_file(folder, REPLACEMENT_BEGUN).text);
    bool whole = path_is_there(run_file(folder, REPLACEMENT_WHOLE).text);
    return whole ? cli_failed("%s: the run was ended when it had just begun; descent train "
                              "--resume %s goes on with it",
                              folder, folder)
           : begun
               ? cli_failed("%s: the run was ended before there was a checkpoint; start it again",
                            folder)
               : cli_failed("%s: not a run folder: expected %s in it, found none", folder,
                            RUN_CHECKPOINT);
}

enum exit_status run_find(struct run *run, const char *folder)
{
    CLI_TRY(set_folder(run, folder));
    struct run_path checkpoint = run_path(run, RUN_CHECKPOINT);
    return path_is_there(checkpoint.text) ? DONE : fail_find(folder);
}

enum exit_status run_open(struct run *run, const char *folder)
{
    CLI_TRY(set_folder(run, folder));
    if (!path_is_there(run_file(folder, REPLACEMENT_WHOLE).text)) {
        CLI_TRY(run_find(run, folder));
    }
    CLI_TRY(lock_folder(run));
    CLI_TRY(settle(run));
    const struct replacement replacement = replacement_in(run);
    replacement_discard(&replacement);
    return DONE;
}

enum exit_status run_check_place(const struct run *run)
{
    struct stat held, named;
    bool found = fstat(run->lock, &held) == 0 && stat(run->folder, &named) == 0;
    bool same = found && held.st_dev == named.st_dev && held.st_ino == named.st_ino;
    if (!found) {
        path_keep_failure("examined", run->folder);
    }
    return same ? DONE
                : cli_failed("%s: expected the run folder to stay where it is, found another; "
                             "resume it again",
                             run->folder);
}

/* The lock is asked for only where no result tells, and shared, so that it is in nobody's way. */
bool run_is_training(const char *folder)
{
    bool ended = path_is_there(run_file(folder, RUN_RESULT).text);
    int lock = ended ? -1 : path_open(folder, O_RDONLY | O_DIRECTORY);
    if (lock < 0) {
        if (!ended) {
            path_keep_failure("opened", folder);
        }
        return false;
    }
    bool training = flock(lock, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(lock);
    return training;
}

void run_close(struct run *run)
{
    const struct replacement replacement = replacement_in(run);
    if (run->begun) {
        replacement_discard(&replacement);
        run->begun = false;
    }
    if (run->lock >= 0) {
        close(run->lock);
        run->lock = -1;
    }
}
