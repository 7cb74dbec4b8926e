/*
 * The law over the settings of a study, with intervals over its seeds.
 */
#include "cli/sweep/law.h"

#include "cli/base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Whether settings that differ in an option may stand in the same law. */
static bool follows_batch(const struct study *study, const char *option)
{
    return strcmp(option, "batch") == 0 ||
           (study->options.lr_rule != STUDY_LR_AS_GIVEN && strcmp(option, "lr") == 0);
}

static bool same_otherwise(const struct study *study, size_t one, size_t other)
{
    for (size_t a = 0; a < study->axis_count; a++) {
        const char *left = study->settings[one].values[a],
                   *right = study->settings[other].values[a];
        if (!follows_batch(study, study->axes[a].option) && strcmp(left, right) != 0) {
            return false;
        }
    }
    return true;
}

static bool tells_laws_apart(const struct study *study, const struct study_axis *axis)
{
    return !follows_batch(study, axis->option) && axis->count != 1;
}

static int compare_batches(const void *left, const void *right)
{
    const struct study_summary *a = *(const struct study_summary *const *)left;
    const struct study_summary *b = *(const struct study_summary *const *)right;
    return (a->batch > b->batch) - (a->batch < b->batch);
}

static struct study_law *law_of(struct study_laws *laws, const struct study *study, size_t setting)
{
    for (size_t l = 0; l < laws->count; l++) {
        if (same_otherwise(study, laws->rows[l].settings[0]->setting, setting)) {
            return &laws->rows[l];
        }
    }
    return &laws->rows[laws->count];
}

static enum exit_status add_setting(struct study_laws *laws, const struct study *study,
                                    const struct study_summary *summary, size_t room)
{
    struct study_law *law = law_of(laws, study, summary->setting);
    if (law->settings == NULL) {
        law->settings = calloc(room, sizeof(void *));
        if (law->settings == NULL) {
            return cli_failed("out of memory for the batch sizes of a study");
        }
        laws->count++;
    }
    law->settings[law->count++] = summary;
    return DONE;
}

/* Whether a setting's median reached the target. */
static bool is_point(const struct study_summary *setting)
{
    return isfinite(setting->steps.median) && setting->steps.median > 0.0;
}

static size_t find_points(const struct study_law *law, double *batches, double *logarithms)
{
    size_t points = 0;
    for (size_t i = 0; i < law->count; i++) {
        if (is_point(law->settings[i])) {
            batches[points] = law->settings[i]->batch;
            logarithms[points++] = log(law->settings[i]->steps.median);
        }
    }
    return points;
}

static struct study_estimate estimate_of(double value)
{
    return (struct study_estimate){value, NAN, NAN};
}

static void judge(struct study_law *law, const struct law_fit *fit, const double *batches,
                  const double *logarithms)
{
    double mean = 0.0, total = 0.0, n = (double)law->points;
    for (size_t i = 0; i < law->points; i++) {
        double off = exp(logarithms[i]) / law_fit_steps(fit, batches[i]) - 1.0;
        law->deviation = fmax(law->deviation, fabs(off));
        mean += logarithms[i] / n;
    }
    for (size_t i = 0; i < law->points; i++) {
        total += (logarithms[i] - mean) * (logarithms[i] - mean);
    }
    law->r2 = total > 0.0 ? 1.0 - fit->squares / total : NAN;
}

static void set_interval(struct study_estimate *estimate, struct bootstrap_interval interval)
{
    estimate->low = interval.low;
    estimate->high = interval.high;
}

/* steps [trials of the study] is scratch for all batch sizes together. */
static enum exit_status set_intervals(struct study_law *law, const struct study *study,
                                      struct law_sample *samples, double *steps)
{
    size_t count = 0;
    struct law_intervals found;
    for (size_t i = 0; i < law->count; i++) {
        if (is_point(law->settings[i])) {
            size_t runs = study_steps_of(study, law->settings[i]->setting, steps);
            samples[count++] = (struct law_sample){law->settings[i]->batch, steps, runs};
            steps += runs;
        }
    }
    if (!law_bootstrap(&found, samples, count, BOOTSTRAP_DRAWS)) {
        return cli_failed("out of memory for the intervals of a law");
    }
    set_interval(&law->steps, found.steps);
    set_interval(&law->batch, found.batch);
    set_interval(&law->samples, found.samples);
    return DONE;
}

static enum exit_status find_intervals(struct study_law *law, const struct study *study)
{
    struct law_sample *samples = calloc(law->count, sizeof *samples);
    double *steps = calloc(study->trial_count + 1, sizeof *steps);
    enum exit_status status = samples != NULL && steps != NULL
                                  ? set_intervals(law, study, samples, steps)
                                  : cli_failed("out of memory for the intervals of a law");
    free(samples);
    free(steps);
    return status;
}

/* What a doubling of the batch saves between two settings, as if each did the same. */
static double saved(const struct study_summary *less, const struct study_summary *more)
{
    double doublings = log2(more->batch / less->batch);
    return 1.0 - pow(more->steps.median / less->steps.median, 1.0 / doublings);
}

static bool is_pair(const struct study_law *law, size_t i)
{
    return is_point(law->settings[i]) && is_point(law->settings[i + 1]) &&
           law->settings[i]->batch < law->settings[i + 1]->batch;
}

static void find_regions(struct study_law *law)
{
    size_t pairs = law->count - 1;
    for (size_t i = 0; i < pairs && is_pair(law, i); i++) {
        if (saved(law->settings[i], law->settings[i + 1]) < STUDY_SAVED_PERFECT) {
            break;
        }
        law->seen[STUDY_PERFECT] = law->settings[i]->batch;
    }
    for (size_t i = pairs; i-- > 0 && is_pair(law, i);) {
        if (saved(law->settings[i], law->settings[i + 1]) > STUDY_SAVED_MAXIMAL) {
            break;
        }
        law->seen[STUDY_MAXIMAL] = law->settings[i]->batch;
    }
}

/* The slope of log lr by log batch over the settings of a region, or over all with STUDY_REGIONS;
 * NaN for fewer than three, or where the rates are all the same. */
static double exponent_of(const struct study_law *law, enum study_region region)
{
    double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0, yy = 0.0;
    for (size_t i = 0; i < law->count; i++) {
        const struct study_summary *setting = law->settings[i];
        bool inside = region == STUDY_REGIONS || study_law_region(law, setting->batch) == region;
        if (inside && setting->lr > 0.0) {
            double batch = log(setting->batch), lr = log(setting->lr);
            n += 1.0;
            xx += (batch - x) * (batch - x) * (n - 1.0) / n;
            xy += (batch - x) * (lr - y) * (n - 1.0) / n;
            yy += (lr - y) * (lr - y) * (n - 1.0) / n;
            x += (batch - x) / n;
            y += (lr - y) / n;
        }
    }
    return n >= (double)LAW_POINTS_LEAST && xx > 0.0 && yy > 1e-12 ? xy / xx : NAN;
}

/* Of rates that were found, not of those that follow a rule. */
static void find_exponents(struct study_law *law, const struct study *study)
{
    bool tuned = study->options.lr_rule == STUDY_LR_TUNE;
    law->exponent = tuned ? exponent_of(law, STUDY_REGIONS) : NAN;
    for (int r = 0; r < STUDY_REGIONS; r++) {
        bool known = tuned && study_law_fits(law);
        law->exponents[r] = known ? exponent_of(law, (enum study_region)r) : NAN;
    }
}

static void fit_points(struct study_law *law, double *batches, double *logarithms)
{
    law->points = find_points(law, batches, logarithms);
    law->steps = law->batch = law->samples = estimate_of(NAN);
    law->r2 = NAN;
    if (law->points >= LAW_POINTS_LEAST) {
        struct law_fit fit = law_fit(batches, logarithms, law->points);
        law->steps = estimate_of(fit.steps);
        law->batch = estimate_of(fit.batch);
        law->samples = estimate_of(fit.samples);
        judge(law, &fit, batches, logarithms);
    }
}

static enum exit_status fit(struct study_law *law, const struct study *study)
{
    double *batches = calloc(2 * law->count, sizeof *batches);
    if (batches == NULL) {
        return cli_failed("out of memory for the law of %zu batch sizes", law->count);
    }
    fit_points(law, batches, batches + law->count);
    free(batches);
    find_regions(law);
    find_exponents(law, study);
    return study_law_fits(law) ? find_intervals(law, study) : DONE;
}

enum exit_status study_laws_find(struct study_laws *laws, const struct study *study,
                                 const struct study_summaries *summaries)
{
    *laws = (struct study_laws){.rows = calloc(summaries->count + 1, sizeof *laws->rows)};
    if (laws->rows == NULL) {
        return cli_failed("out of memory for the laws of a study");
    }
    for (size_t s = 0; s < summaries->count; s++) {
        if (!isnan(summaries->rows[s].batch)) {
            CLI_TRY(add_setting(laws, study, &summaries->rows[s], summaries->count));
        }
    }
    for (size_t l = 0; l < laws->count; l++) {
        struct study_law *law = &laws->rows[l];
        qsort(law->settings, law->count, sizeof(void *), compare_batches);
        study_name_values(law->name, sizeof law->name, study, law->settings[0]->setting,
                          tells_laws_apart);
        CLI_TRY(fit(law, study));
    }
    return DONE;
}

void study_laws_free(struct study_laws *laws)
{
    for (size_t l = 0; l < laws->count; l++) {
        free(laws->rows[l].settings);
    }
    free(laws->rows);
    *laws = (struct study_laws){0};
}

bool study_law_fits(const struct study_law *law)
{
    return !isnan(law->batch.value);
}

double study_law_steps(const struct study_law *law, double batch)
{
    return law->steps.value + law->samples.value / batch;
}

enum study_region study_law_region(const struct study_law *law, double batch)
{
    double critical = law->batch.value;
    return batch * STUDY_REGION_FACTOR <= critical   ? STUDY_PERFECT
           : batch >= critical * STUDY_REGION_FACTOR ? STUDY_MAXIMAL
                                                     : STUDY_DIMINISHING;
}
