/*
 * The folder of a study.
 */
#include "cli/sweep/chosen.h"
#include "cli/sweep/study_file.h"

#include "cli/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* All that sweep writes there, but for the trials. The configuration goes last: as long as there is
 * one, what is left can be removed. */
static const char *const FILES[] = {STUDY_TABLE,  STUDY_SETTINGS,    STUDY_TIMING, STUDY_TEST,
                                    STUDY_REPORT, STUDY_PREDICTIONS, STUDY_CLAIMS, STUDY_CONFIG};

enum { FILE_COUNT = sizeof FILES / sizeof FILES[0] };

/* Hidden files may be left of one that was being written. */
static const char *next_name(DIR *folder)
{
    const struct dirent *entry = readdir(folder);
    while (entry != NULL && entry->d_name[0] == '.') {
        entry = readdir(folder);
    }
    return entry != NULL ? entry->d_name : NULL;
}

static enum exit_status check_empty(const char *path)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return cli_failed("%s: cannot read the folder: %s", path, strerror(errno));
    }
    const char *name = next_name(folder);
    enum exit_status status =
        name == NULL ? DONE
                     : cli_failed("%s: expected a study, or an empty folder for one, found %.200s "
                                  "and no " STUDY_CONFIG,
                                  path, name);
    closedir(folder);
    return status;
}

enum exit_status study_folder_open(int *lock, const struct study *study)
{
    const char *folder = study->folder;
    run_make_parents(folder);
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        return cli_failed("%s: cannot create the study's folder: %s", folder, strerror(errno));
    }
    *lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*lock < 0) {
        return errno == ENOTDIR
                   ? cli_failed("%s: expected a folder for the study, found a file", folder)
                   : cli_failed("%s: cannot open the study's folder: %s", folder, strerror(errno));
    }
    while (flock(*lock, LOCK_EX) != 0) {
        if (errno != EINTR) {
            return cli_failed("%s: cannot lock the study's folder: %s", folder, strerror(errno));
        }
    }
    bool there = access(run_file(folder, STUDY_CONFIG).text, F_OK) == 0;
    return there ? DONE : check_empty(folder);
}

static enum exit_status remove_path(int (*removal)(const char *), const char *path)
{
    return removal(path) == 0 || errno == ENOENT
               ? DONE
               : cli_failed("%s: cannot remove: %s", path, strerror(errno));
}

/* A name that sweep gives to a trial's folder: digits, and what stands behind them meanwhile. */
static bool is_trial(const char *name)
{
    size_t digits = strspn(name, "0123456789");
    return digits > 0 && (name[digits] == '\0' || strcmp(name + digits, STUDY_RUNNING) == 0);
}

typedef enum exit_status visitor(const char *path);

/* Calls it for each name in a folder that fits. */
static enum exit_status visit(const char *path, bool (*fits)(const char *name), visitor *call)
{
    DIR *folder = opendir(path);
    enum exit_status status = DONE;
    if (folder == NULL) {
        return errno == ENOENT ? DONE : cli_failed("%s: cannot read: %s", path, strerror(errno));
    }
    for (const char *name; status == DONE && (name = next_name(folder)) != NULL;) {
        struct run_path inner = run_file(path, name);
        status = fits == NULL || fits(name) ? call(inner.text) : DONE;
    }
    closedir(folder);
    return status;
}

static enum exit_status remove_file(const char *path)
{
    return remove_path(unlink, path);
}

static enum exit_status remove_trial(const char *path)
{
    CLI_TRY(visit(path, NULL, remove_file));
    return remove_path(rmdir, path);
}

static enum exit_status remove_all(const struct study *study)
{
    struct run_path trials = run_file(study->folder, STUDY_TRIALS);
    CLI_TRY(visit(trials.text, is_trial, remove_trial));
    CLI_TRY(remove_path(rmdir, trials.text));
    for (size_t i = 0; i < FILE_COUNT; i++) {
        CLI_TRY(remove_file(run_file(study->folder, FILES[i]).text));
    }
    return DONE;
}

enum exit_status study_folder_empty(const struct study *study)
{
    int claim;
    CLI_TRY(study_claim_all(&claim, study));
    if (claim < 0) {
        return cli_failed("%s: another process works on this study; end it before --force replaces "
                          "the study",
                          study->folder);
    }
    enum exit_status status = remove_all(study);
    close(claim);
    return status;
}
