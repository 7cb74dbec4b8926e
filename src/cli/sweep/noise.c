/*
 * The gradient noise scale of settings, where the study's trials logged it.
 */
#include "cli/sweep/summary.h"

#include "cli/sweep/bootstrap.h"

#include <math.h>
#include <stdlib.h>

/* That of the first epoch, as the trial's metrics have it, or NaN. */
static double first_noise_scale(const struct study *study, size_t trial)
{
    struct metrics metrics = {0};
    double noise = NAN;
    struct run_path path = run_file(study_trial_folder(study, trial).text, RUN_METRICS);
    if (metrics_load(&metrics, path.text) == DONE && metrics.rows > 1) {
        noise = metrics.row[1].values[METRICS_NOISE_SCALE];
    }
    metrics_free(&metrics);
    return noise;
}

/* numbers [trials of the study] is scratch. */
static double noise_scale_of(const struct study *study, size_t setting, double *numbers)
{
    size_t count = 0;
    for (size_t t = 0; t < study->trial_count; t++) {
        if (study->trials[t].setting == setting && study->outcomes[t].state == STUDY_TRIAL_DONE) {
            double noise = first_noise_scale(study, t);
            numbers[count] = noise;
            count += isnan(noise) ? 0 : 1;
        }
    }
    bootstrap_sort(numbers, count);
    return bootstrap_median(numbers, count);
}

enum exit_status study_noise_apply(const struct study *study, struct study_summaries *summaries)
{
    if (!study->options.training.options.log_noise_scale) {
        return DONE;
    }
    double *numbers = calloc(study->trial_count + 1, sizeof *numbers);
    if (numbers == NULL) {
        return cli_failed("out of memory for the noise scales of %zu trials", study->trial_count);
    }
    for (size_t s = 0; s < summaries->count; s++) {
        struct study_summary *row = &summaries->rows[s];
        row->noise_scale = noise_scale_of(study, row->setting, numbers);
    }
    free(numbers);
    return DONE;
}
