/*
 * The folder of a study.
 */
#include "cli/base/paths.h"
#include "cli/base/replacement.h"
#include "cli/base/text.h"
#include "cli/sweep/chosen.h"
#include "cli/sweep/study_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* All that sweep writes there, but for the trials, and the configuration, whose place the new one
 * takes. */
static const char *const FILES[] = {STUDY_TABLE,  STUDY_SETTINGS,    STUDY_TIMING, STUDY_TEST,
                                    STUDY_REPORT, STUDY_PREDICTIONS, STUDY_CLAIMS};

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

static bool is_inside(const char *name)
{
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
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
    for (const struct dirent *entry; status == DONE && (entry = readdir(folder)) != NULL;) {
        struct run_path inner = run_file(path, entry->d_name);
        status = fits(entry->d_name) ? call(inner.text) : DONE;
    }
    closedir(folder);
    return status;
}

static enum exit_status remove_file(const char *path)
{
    return remove_path(unlink, path);
}

static enum exit_status remove_folder(const char *path)
{
    CLI_TRY(visit(path, is_inside, remove_file));
    return remove_path(rmdir, path);
}

static enum exit_status remove_trial(const char *path)
{
    CLI_TRY(remove_folder(run_file(path, REPLACEMENT_BEGUN).text));
    CLI_TRY(remove_folder(run_file(path, REPLACEMENT_WHOLE).text));
    return remove_folder(path);
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

/* Fails where another process is at work on a trial. */
static enum exit_status claim_all(int *claim, const struct study *study)
{
    CLI_TRY(study_claim_all(claim, study));
    return *claim >= 0 ? DONE
                       : cli_failed("%s: another process works on this study; end it before "
                                    "--force replaces the study",
                                    study->folder);
}

static struct replacement replacement_in(const struct study *study, int lock)
{
    static const char *const files[] = {STUDY_CONFIG, NULL};
    return (struct replacement){.folder = lock, .shown = study->folder, .files = files};
}

/* Removes the old study and moves the new one to its place. */
static enum exit_status take_place(const struct study *study, const struct replacement *replacement)
{
    CLI_TRY(remove_all(study));
    return replacement_move(replacement);
}

/* Does what is left to do where a process was killed at that. */
static enum exit_status settle(const struct study *study, int lock)
{
    const struct replacement replacement = replacement_in(study, lock);
    int claim;
    if (!replacement_is_whole(&replacement)) {
        return DONE;
    }
    CLI_TRY(claim_all(&claim, study));
    enum exit_status status = take_place(study, &replacement);
    close(claim);
    return status;
}

enum exit_status study_folder_begin(int *claim, const struct study *study, int lock)
{
    const struct replacement replacement = replacement_in(study, lock);
    CLI_TRY(claim_all(claim, study));
    enum exit_status status = replacement_begin(&replacement);
    if (status != DONE) {
        close(*claim);
    }
    return status;
}

enum exit_status study_folder_end(int claim, const struct study *study, int lock,
                                  enum exit_status saved)
{
    const struct replacement replacement = replacement_in(study, lock);
    enum exit_status status = saved == DONE ? replacement_commit(&replacement) : saved;
    if (status == DONE) {
        status = take_place(study, &replacement);
    } else {
        replacement_discard(&replacement);
    }
    close(claim);
    return status;
}

enum exit_status study_folder_open(int *lock, const struct study *study)
{
    const char *folder = study->folder;
    run_make_parents(folder);
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        return cli_failed("%s: cannot create the study's folder: %s", folder, strerror(errno));
    }
    *lock = path_open(folder, O_RDONLY | O_DIRECTORY);
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
    CLI_TRY(settle(study, *lock));
    bool there = path_is_there(run_file(folder, STUDY_CONFIG).text);
    return there ? DONE : check_empty(folder);
}

enum exit_status study_folder_hold(struct study *study)
{
    study->place = path_open(study->folder, O_RDONLY | O_DIRECTORY);
    study->placed = study->place >= 0;
    return study->placed ? DONE
                         : cli_failed("%s: cannot open the study's folder: %s", study->folder,
                                      strerror(errno));
}

enum exit_status study_check_place(const struct study *study)
{
    struct stat held, named;
    bool found =
        study->placed && fstat(study->place, &held) == 0 && stat(study->folder, &named) == 0;
    bool same = found && held.st_dev == named.st_dev && held.st_ino == named.st_ino;
    if (study->placed && !found) {
        path_keep_failure("examined", study->folder);
    }
    return same ? DONE
                : cli_failed("%s: expected the study's folder to stay where it is, found another "
                             "or none; descent sweep --out goes on where it is now",
                             study->folder);
}

enum exit_status study_folder_settle(const struct study *study)
{
    int lock = -1;
    if (access(run_file(study->folder, REPLACEMENT_WHOLE).text, F_OK) != 0) {
        return DONE;
    }
    enum exit_status status = study_folder_open(&lock, study);
    if (lock >= 0) {
        close(lock);
    }
    return status;
}
