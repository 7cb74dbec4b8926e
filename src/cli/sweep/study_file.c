/*
 * study.json: what a study is, for all that work on it.
 */
#include "cli/sweep/study.h"

#include <stdio.h>
#include <sys/stat.h>

enum exit_status study_open(struct study *study)
{
    mkdir(study->folder, 0777);
    char trials[PATH_MAX + 32];
    snprintf(trials, sizeof trials, "%s/" STUDY_TRIALS, study->folder);
    mkdir(trials, 0777);
    return DONE;
}

enum exit_status study_load(struct study *study, const char *folder)
{
    (void)study;
    return cli_failed("%s: not a study: expected " STUDY_CONFIG " in it, found none", folder);
}
