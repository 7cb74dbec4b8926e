/*
 * What to take from a study, in words.
 */
#include "cli/base/text.h"
#include "cli/sweep/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PHRASE = 256 };

/* "batch 64 with learning rate 0.12", "learning rate 0.1, optimizer sgd". */
static void name_setting(char *text, const struct study_report *report,
                         const struct study_summary *setting)
{
    const struct study *study = report->study;
    bool rate_of_batch = study->axis_count == 2 && !isnan(setting->batch) && !isnan(setting->lr);
    text[0] = '\0';
    for (size_t a = 0; a < study->axis_count; a++) {
        const char *option = study->axes[a].option;
        const char *before = text[0] == '\0' ? "" : rate_of_batch ? " with " : ", ";
        if (strcmp(setting->values[a], STUDY_NO_EFFECT) != 0) {
            text_append(text, PHRASE, "%s%s %s", before,
                        strcmp(option, "lr") == 0 ? "learning rate" : option, setting->values[a]);
        }
    }
    if (study->axis_count == 0) {
        text_append(text, PHRASE, "this setting");
    }
}

/* What tells a setting from the chosen one in a law: its batch size; else all of it. */
static void name_other(char *text, const struct study_report *report,
                       const struct study_summary *setting)
{
    if (report->laws.count == 1 && !isnan(setting->batch)) {
        snprintf(text, PHRASE, "batch %s",
                 study_setting_value(report->study, setting->setting, "batch"));
    } else {
        name_setting(text, report, setting);
    }
}

/* "97 %", "a validation loss of 0.1". */
static void name_target(char *text, const struct study *study)
{
    const struct train_options *options = &study->options.training.options;
    if (options->target_accuracy > 0.0) {
        snprintf(text, PHRASE, "%.6g %%", 100.0 * options->target_accuracy);
    } else if (options->target_loss > 0.0) {
        snprintf(text, PHRASE, "a validation loss of %g", options->target_loss);
    } else {
        snprintf(text, PHRASE, "an RMSE of %g", options->target_rmse);
    }
}

/* "0.91 s (0.84 to 1.05)" */
static void add_median(char *text, const struct study_figure *figure, double unit, const char *name)
{
    char median[TEXT_SIZE], low[TEXT_SIZE], high[TEXT_SIZE];
    text_append(text, STUDY_ADVICE_SIZE, "%s %s", text_digits(median, unit * figure->median), name);
    if (isfinite(figure->low) && isfinite(figure->high)) {
        text_append(text, STUDY_ADVICE_SIZE, " (%s to %s)", text_digits(low, unit * figure->low),
                    text_digits(high, unit * figure->high));
    }
}

static void add_seconds(char *text, const struct study_figure *figure)
{
    bool brief = figure->median < 0.1;
    add_median(text, figure, brief ? 1e3 : 1.0, brief ? "ms" : "s");
}

/* "; as fast as batch 128 within the noise", "; as good as 3 others within the noise". */
static void add_ties(struct study_report *report, const char *as)
{
    const struct study_summary *tied = NULL;
    size_t ties = 0;
    char name[PHRASE];
    for (size_t i = 0; i < report->rivals.count; i++) {
        if (!report->rivals.rows[i].differs) {
            tied = report->rivals.rows[i].setting;
            ties++;
        }
    }
    if (ties == 1) {
        name_other(name, report, tied);
        text_append(report->advice, STUDY_ADVICE_SIZE, "; %s as %s within the noise", as, name);
    } else if (ties > 1) {
        text_append(report->advice, STUDY_ADVICE_SIZE, "; %s as %zu others within the noise", as,
                    ties);
    }
}

/* "twice", "1.4 times", "12 times". */
static void times_of(char text[TEXT_SIZE], double factor)
{
    if (factor >= 1.95 && factor < 2.05) {
        snprintf(text, TEXT_SIZE, "twice");
    } else {
        snprintf(text, TEXT_SIZE, "%.*f times", factor < 1.095 ? 2 : factor < 9.95 ? 1 : 0, factor);
    }
}

/* The most accurate of those that are more accurate by more than the noise, or NULL. */
static const struct study_rival *more_accurate(const struct study_report *report)
{
    const struct study_rival *found = NULL;
    for (size_t i = 0; i < report->accuracies.count; i++) {
        const struct study_rival *rival = &report->accuracies.rows[i];
        if (rival->differs && rival->excess > 0.0 &&
            (found == NULL || rival->excess > found->excess)) {
            found = rival;
        }
    }
    return found;
}

static void add_accuracy(struct study_report *report)
{
    const struct study_rival *better = more_accurate(report);
    char name[PHRASE];
    if (report->accuracies.count > 0 && better == NULL) {
        text_append(report->advice, STUDY_ADVICE_SIZE, ", as accurate as any");
    } else if (better != NULL) {
        name_other(name, report, better->setting);
        text_append(report->advice, STUDY_ADVICE_SIZE, ", %.2f points less accurate than %s",
                    100.0 * better->excess, name);
    }
}

/* The best of those that differ, or NULL. */
static const struct study_summary *next_best(const struct study_report *report)
{
    const struct study_summary *found = NULL;
    enum study_measure measure = report->chosen.measure;
    for (size_t i = 0; i < report->rivals.count; i++) {
        const struct study_rival *rival = &report->rivals.rows[i];
        if (rival->differs && (found == NULL || study_measured(rival->setting, measure)->median <
                                                    study_measured(found, measure)->median)) {
            found = rival->setting;
        }
    }
    return found;
}

/* "; twice as fast as batch 16" */
static void add_next(struct study_report *report)
{
    const struct study_summary *next = next_best(report);
    enum study_measure measure = report->chosen.measure;
    char name[PHRASE], times[TEXT_SIZE];
    if (next == NULL) {
        return;
    }
    name_other(name, report, next);
    double ratio = study_measured(next, measure)->median /
                   study_measured(report->chosen.setting, measure)->median;
    times_of(times, ratio);
    if (measure == STUDY_BY_SECONDS) {
        text_append(report->advice, STUDY_ADVICE_SIZE, "; %s as fast as %s", times, name);
    } else {
        text_append(report->advice, STUDY_ADVICE_SIZE, "; %s takes %s as many", name, times);
    }
}

static void add_runs(struct study_report *report)
{
    const struct study *study = report->study;
    const struct study_summary *setting = report->chosen.setting;
    uint64_t folds = study->options.folds;
    if (setting->done < 2.0) {
        text_append(report->advice, STUDY_ADVICE_SIZE,
                    ", in one run, which says nothing of the noise: --seeds 5 does");
    } else if (folds > 0 && study->seed_count == 1) {
        text_append(report->advice, STUDY_ADVICE_SIZE, " over %ju folds", (uintmax_t)folds);
    } else if (folds > 0) {
        text_append(report->advice, STUDY_ADVICE_SIZE, " over %ju folds and %ju seeds",
                    (uintmax_t)folds, (uintmax_t)study->seed_count);
    } else {
        text_append(report->advice, STUDY_ADVICE_SIZE, " over %.0f seeds", setting->done);
    }
}

static void recommend_for_target(struct study_report *report)
{
    const struct study_summary *setting = report->chosen.setting;
    bool timed = report->chosen.measure == STUDY_BY_SECONDS;
    const struct study_figure *figure = study_measured(setting, report->chosen.measure);
    char name[PHRASE], target[PHRASE];
    name_setting(name, report, setting);
    name_target(target, report->study);
    text_append(report->advice, STUDY_ADVICE_SIZE, "%s reaches %s %s ", name, target,
                timed ? "in" : "with");
    if (timed) {
        add_seconds(report->advice, figure);
    } else {
        add_median(report->advice, figure, 1.0, "samples");
    }
    add_next(report);
    add_ties(report, timed ? "as fast" : "as few");
    add_accuracy(report);
    if (setting->done < 2.0) {
        add_runs(report);
    }
}

/* "96.2 %", "a loss of 0.31" of the best or mean weights that were kept. */
static void add_figure(struct study_report *report, const struct study_summary *setting)
{
    const struct study_figure *accuracy = &setting->accuracy, *r2 = &setting->r2;
    const struct study_figure *loss = &setting->loss;
    bool several = loss->count > 1.0;
    if (!isnan(accuracy->mean)) {
        text_append(report->advice, STUDY_ADVICE_SIZE, several ? "%.2f ± %.2f %%" : "%.2f %%",
                    100.0 * accuracy->mean, 100.0 * accuracy->deviation);
    } else if (!isnan(r2->mean)) {
        text_append(report->advice, STUDY_ADVICE_SIZE,
                    several ? "an R2 of %.4f ± %.4f" : "an R2 of %.4f", r2->mean, r2->deviation);
    } else {
        text_append(report->advice, STUDY_ADVICE_SIZE,
                    several ? "a loss of %.4f ± %.4f" : "a loss of %.4f", loss->mean,
                    loss->deviation);
    }
}

static void recommend_unreached(struct study_report *report)
{
    const struct study_summary *setting = report->chosen.setting;
    char name[PHRASE], target[PHRASE];
    name_setting(name, report, setting);
    name_target(target, report->study);
    if (report->chosen.measure == STUDY_BY_REACHED) {
        text_append(report->advice, STUDY_ADVICE_SIZE,
                    "no setting reached %s in all runs; the most was %.0f of %.0f, by %s", target,
                    setting->reached, setting->trials, name);
        return;
    }
    text_append(report->advice, STUDY_ADVICE_SIZE, "no setting reached %s", target);
    uint64_t epochs = report->study->options.training.options.epochs;
    if (epochs > 0) {
        text_append(report->advice, STUDY_ADVICE_SIZE, " within %ju epoch%s", (uintmax_t)epochs,
                    epochs == 1 ? "" : "s");
    }
    text_append(report->advice, STUDY_ADVICE_SIZE, "; the best, %s, came to ", name);
    add_figure(report, setting);
}

static void recommend_by_figure(struct study_report *report)
{
    const struct study_summary *setting = report->chosen.setting;
    char name[PHRASE];
    name_setting(name, report, setting);
    text_append(report->advice, STUDY_ADVICE_SIZE,
                report->chosen.among > 1 ? "%s is the best on the validation samples, with "
                                         : "%s comes to ",
                name);
    add_figure(report, setting);
    if (report->chosen.among == 1) {
        text_append(report->advice, STUDY_ADVICE_SIZE, " on the validation samples");
    }
    add_runs(report);
    if (setting->done > 1.0) {
        add_ties(report, "as good");
    }
}

enum exit_status report_find_rivals(struct study_report *report)
{
    const struct study_chosen *chosen = &report->chosen;
    if (chosen->setting == NULL) {
        return DONE;
    }
    CLI_TRY(study_rivals_find(&report->rivals, report->study, &report->summaries, chosen->setting,
                              chosen->measure));
    return study_rivals_find(&report->accuracies, report->study, &report->summaries,
                             chosen->setting, STUDY_BY_ACCURACY);
}

void report_recommend(struct study_report *report)
{
    const struct study_chosen *chosen = &report->chosen;
    report->advice[0] = '\0';
    if (chosen->setting == NULL) {
        text_append(report->advice, STUDY_ADVICE_SIZE, "%s",
                    chosen->among == 0 ? "no trial has a result"
                                       : "there are no validation samples to choose by: see "
                                         "--validation");
    } else if (chosen->measure <= STUDY_BY_SAMPLES) {
        recommend_for_target(report);
    } else if (report->summaries.target) {
        recommend_unreached(report);
    } else {
        recommend_by_figure(report);
    }
}
