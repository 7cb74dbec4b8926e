/*
 * The runs of a study are those that it reports, not the ones that were tried for a learning rate.
 */
#include "cli/sweep/study.h"

#include "cli/compare/compare.h"

/* A trial that is reported. */
static enum exit_status add_trial(struct compare *compare, struct run_folders *paths,
                                  const struct study *study, size_t trial)
{
    const struct study_outcome *outcome = &study->outcomes[trial];
    struct run_path folder = study_trial_folder(study, trial);
    if (outcome->state == STUDY_TRIAL_DONE) {
        return run_folders_add(paths, folder.text);
    }
    bool failed = outcome->state == STUDY_TRIAL_FAILED;
    const char *why = !failed ? "not done" : outcome->message != NULL ? outcome->message : "failed";
    return compare_leave_out(compare, folder.text, why);
}

static enum exit_status add_trials(struct compare *compare, struct run_folders *paths,
                                   const struct study *study)
{
    size_t before = paths->count;
    for (size_t t = 0; t < study->trial_count; t++) {
        if (!study->settings[study->trials[t].setting].tuning) {
            CLI_TRY(add_trial(compare, paths, study, t));
        }
    }
    return paths->count > before ? DONE
                                 : cli_failed("%s: no trial of this study is done: descent sweep "
                                              "--out %s goes on with it",
                                              study->folder, study->folder);
}

static enum exit_status add_study(struct compare *compare, struct run_folders *paths,
                                  const char *folder)
{
    struct study study = {.options.training.run.lock = -1};
    enum exit_status status = study_load(&study, folder);
    if (status == DONE) {
        status = add_trials(compare, paths, &study);
    }
    study_free(&study);
    return status;
}

static enum exit_status add_all(struct compare *compare, struct run_folders *paths,
                                const char *const *given)
{
    for (size_t i = 0; given[i] != NULL; i++) {
        CLI_TRY(study_is_in(given[i]) ? add_study(compare, paths, given[i])
                                      : run_folders_add(paths, given[i]));
    }
    return DONE;
}

enum exit_status compare_find_runs(struct compare *compare, const char *const *given)
{
    struct run_folders paths = {0};
    enum exit_status status = add_all(compare, &paths, given);
    if (status == DONE) {
        status = run_folders_find(&compare->folders, (const char *const *)paths.paths);
    }
    run_folders_free(&paths);
    return status;
}
