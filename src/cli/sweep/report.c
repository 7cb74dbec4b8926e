/*
 * What a study shows: the table of its settings, the law, the chosen setting and the
 * recommendation. It follows from the outcomes, timing.csv and test.csv alone.
 */
#include "cli/sweep/report.h"

#include "cli/base/lines.h"
#include "cli/base/record.h"
#include "cli/base/text.h"
#include "cli/sweep/timing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 512 };

static bool is_over(const struct study *study)
{
    bool over = study->complete;
    for (size_t t = 0; t < study->trial_count; t++) {
        over = over && study_trial_has_ended(study, t);
    }
    return over;
}

static enum exit_status find(struct study_report *report, const struct study *study)
{
    CLI_TRY(study_summarise(&report->summaries, study));
    if (is_over(study)) {
        CLI_TRY(study_timing_measure(study, &report->summaries));
    }
    CLI_TRY(study_timing_apply(study, &report->summaries));
    CLI_TRY(study_laws_find(&report->laws, study, &report->summaries));
    report->chosen = study_choose(&report->summaries);
    if (is_over(study)) {
        CLI_TRY(study_test_chosen(&report->chosen, study));
    }
    CLI_TRY(report_find_rivals(report));
    report_recommend(report);
    return DONE;
}

static void add_test_figures(char *text, const struct study_tested *test)
{
    char samples[TEXT_SIZE];
    bool several = test->runs > 1.0;
    if (!isnan(test->accuracy)) {
        text_append(text, LINE, several ? "%.2f ± %.2f %%" : "%.2f %%", 100.0 * test->accuracy,
                    100.0 * test->accuracy_deviation);
        text_append(text, LINE, " (%.2f to %.2f on %s samples)", 100.0 * test->low,
                    100.0 * test->high, text_whole(samples, test->samples));
    } else if (!isnan(test->r2)) {
        text_append(text, LINE, several ? "R2 %.4f ± %.4f" : "R2 %.4f", test->r2,
                    test->r2_deviation);
        text_append(text, LINE, several ? ", RMSE %.4g ± %.2g" : ", RMSE %.4g", test->rmse,
                    test->rmse_deviation);
    } else {
        text_append(text, LINE, several ? "loss %.4f ± %.4f" : "loss %.4f", test->loss,
                    test->loss_deviation);
    }
}

static void print_chosen(const struct study_chosen *chosen)
{
    char text[LINE] = "";
    if (chosen->setting != NULL && chosen->among > 1) {
        lines_print(stdout, "%-12s %s, of %zu settings, by %s", "chosen", chosen->setting->name,
                    chosen->among, study_measure_name(chosen->measure));
    }
    if (chosen->test.runs > 0.0) {
        add_test_figures(text, &chosen->test);
        lines_print(stdout, "%-12s %s%s", "test", text,
                    chosen->test.settings > 1.0 ? "; other settings were chosen before it" : "");
    }
}

static void print_missing(const struct study *study)
{
    size_t done = 0;
    for (size_t t = 0; t < study->trial_count; t++) {
        done += study_trial_has_ended(study, t);
    }
    lines_print(stdout, "%-12s %zu of %zu trials%s", "so far", done, study->trial_count,
                study->complete ? "" : ", and more may follow");
}

/* How far rounds of the same setting lay apart tells how quiet the machine was. */
static void print_timing(const struct study_summaries *summaries)
{
    double least = INFINITY, most = 0.0, off = 0.0;
    for (size_t s = 0; s < summaries->count; s++) {
        const struct study_summary *row = &summaries->rows[s];
        least = fmin(least, row->threads); /* ignores NaN */
        most = fmax(most, row->threads);
        off = fmax(off, fmax(row->speed_high / row->speed, row->speed / row->speed_low) - 1.0);
    }
    char threads[TEXT_SIZE];
    snprintf(threads, sizeof threads, least < most ? "%.0f to %.0f" : "%.0f", least, most);
    if (most > 0.0) {
        lines_print(stdout,
                    "%-12s alone, on %s thread%s; rounds were up to %.0f %% off their median",
                    "timed", threads, most > 1.0 ? "s" : "", 100.0 * off);
    }
}

/* Few runs make intervals that hold the truth less often than they say; five nearly do. */
static void print_caution(const struct study_report *report)
{
    double least = INFINITY;
    for (size_t s = 0; s < report->summaries.count; s++) {
        double count = report->summaries.rows[s].steps.count;
        least = count > 1.0 ? fmin(least, count) : least;
    }
    if (report->summaries.target && least < 5.0) {
        lines_print(stdout,
                    "%-12s of %.0f runs an interval is their range at most: it holds the "
                    "median of many runs %.0f times in 100",
                    "intervals", least, 100.0 * bootstrap_most((size_t)least));
    }
}

/* One learning rate for all batch sizes is best for one of them. */
static void print_rule(const struct study_report *report)
{
    if (report->laws.count > 0 && report->laws.rows[0].count > 1 &&
        study_axis_of(report->study, "lr") == NULL) {
        lines_print(stdout,
                    "%-12s the same for all batch sizes; --lr-rule tune finds the best for "
                    "each",
                    "lr");
    }
}

static enum exit_status print(const struct study_report *report)
{
    CLI_TRY(report_print_settings(report));
    putchar('\n');
    for (size_t l = 0; report->summaries.target && l < report->laws.count; l++) {
        report_print_law(&report->laws.rows[l]);
        fputs(report->laws.count > 1 ? "\n" : "", stdout);
    }
    print_rule(report);
    print_timing(&report->summaries);
    print_caution(report);
    print_chosen(&report->chosen);
    if (!is_over(report->study)) {
        print_missing(report->study);
    }
    lines_print(stdout, "\n%s", report->advice);
    return DONE;
}

static json_t *test_json(const struct study_tested *test)
{
    if (test->runs == 0.0) {
        return json_null();
    }
    return json_pack(
        "{s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "models",
        (json_int_t)test->runs, "samples", (json_int_t)test->samples, "settings_looked_at",
        (json_int_t)test->settings, "loss", cli_json_number(test->loss), "loss_deviation",
        cli_json_number(test->loss_deviation), "accuracy", cli_json_number(test->accuracy),
        "accuracy_deviation", cli_json_number(test->accuracy_deviation), "accuracy_low",
        cli_json_number(test->low), "accuracy_high", cli_json_number(test->high), "r2",
        cli_json_number(test->r2), "r2_deviation", cli_json_number(test->r2_deviation), "rmse",
        cli_json_number(test->rmse), "rmse_deviation", cli_json_number(test->rmse_deviation));
}

static json_t *chosen_json(const struct study_chosen *chosen)
{
    if (chosen->setting == NULL) {
        return json_null();
    }
    return json_pack("{s:s, s:s, s:I, s:o}", "setting", chosen->setting->name, "by",
                     study_measure_name(chosen->measure), "settings_looked_at",
                     (json_int_t)chosen->among, "test", test_json(&chosen->test));
}

static json_t *report_json(const struct study_report *report)
{
    json_t *laws = json_array();
    for (size_t l = 0; report->summaries.target && l < report->laws.count; l++) {
        cli_json_append(&laws, report_law_json(&report->laws.rows[l]));
    }
    return json_pack("{s:b, s:o, s:o, s:o, s:s}", "complete", is_over(report->study), "settings",
                     report_settings_json(report), "laws", laws, "chosen",
                     chosen_json(&report->chosen), "recommendation", report->advice);
}

static enum exit_status save_and_show(const struct study_report *report)
{
    CLI_TRY(report_save_settings(report));
    json_t *object = report_json(report);
    struct run_path path = run_file(report->study->folder, STUDY_REPORT);
    enum exit_status status = train_json_save(path.text, object, 9);
    if (status == DONE && report->study->options.json) {
        status = cli_print_json(json_incref(object));
    } else if (status == DONE) {
        status = print(report);
    }
    json_decref(object);
    return status;
}

enum exit_status study_report(const struct study *study)
{
    struct study_report report = {.study = study};
    enum exit_status status = find(&report, study);
    if (status == DONE) {
        status = save_and_show(&report);
    }
    study_rivals_free(&report.rivals);
    study_rivals_free(&report.accuracies);
    study_laws_free(&report.laws);
    study_summaries_free(&report.summaries);
    return status;
}
