/*
 * The result of a run: why it is over, and how good the saved weights are on each part of the data.
 */
#include "cli/base/controls.h"
#include "cli/base/lines.h"
#include "cli/base/machine.h"
#include "cli/base/record.h"
#include "cli/base/statistics.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/train/train.h"

#include <descent/bench.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

descent_status train_evaluate(const struct training *training, descent_metrics parts[TRAIN_PARTS])
{
    const struct train_data *data = &training->data;
    const descent_model *best = descent_fit_best(training->fit);
    const descent_dataset *datasets[TRAIN_PARTS] = {data->train, data->validation, data->test};
    for (int p = 0; p < TRAIN_PARTS; p++) {
        bool unseen = p == TEST_PART && training->options.no_test;
        if (datasets[p] != NULL && !unseen) {
            LIBRARY_TRY(descent_fit_evaluate(training->fit, best, datasets[p], &parts[p]));
        }
    }
    return DESCENT_OK;
}

/* Samples in a second; NaN where this process has not trained. */
static double speed_of(const struct training *training)
{
    return (double)training->train_samples / training->train_seconds;
}

descent_stop train_stop(const struct training *training)
{
    const descent_fit_config config = train_fit_config(training);
    return descent_stop_of(&config, train_progress(training));
}

void train_stop_describe(const struct training *training, char *text, size_t size)
{
    const struct train_options *options = &training->options;
    const descent_progress *done = train_progress(training);
    char target[TEXT_SIZE * 2];
    train_target_describe(training, target, sizeof target);
    switch (train_stop(training)) {
    case DESCENT_STOP_ACCURACY:
    case DESCENT_STOP_LOSS:
    case DESCENT_STOP_RMSE:
        snprintf(text, size, "%s", target);
        return;
    case DESCENT_STOP_GRADIENT:
        snprintf(text, size,
                 "gradient norm %.4g over all training samples, within "
                 "--gradient-tolerance %g",
                 done->gradient.norm, options->gradient_tolerance);
        break;
    case DESCENT_STOP_PATIENCE:
        snprintf(text, size, "%ju epoch%s without a better validation loss, --patience %ju",
                 (uintmax_t)done->bad_epochs, done->bad_epochs == 1 ? "" : "s",
                 (uintmax_t)options->patience);
        break;
    case DESCENT_STOP_GIVEN_UP:
        snprintf(text, size, "nothing was learned for %ju epochs, --give-up",
                 (uintmax_t)done->lost_epochs);
        break;
    case DESCENT_STOP_BUDGET:
        snprintf(text, size, "the time is up, --budget %g", options->budget);
        break;
    default:
        snprintf(text, size, "all epochs done");
    }
    text_append(text, size, "%s", target);
}

static void add_part(struct table *table, const char *name, const descent_metrics *part,
                     const struct train_figures *figures, bool regression)
{
    char ratio[TEXT_SIZE], correct[TEXT_SIZE], samples[TEXT_SIZE];
    double low, high;
    text_count(samples, part->samples);
    table_add(table, "%-10s", name);
    table_add(table, "%9.6f", figures->loss);
    if (regression) {
        table_add(table, "%9s", text_r2(ratio, figures->r2));
        table_add(table, "%9.6g", figures->rmse);
        table_add(table, "%s", samples);
        return;
    }
    cli_wilson(part->correct, part->samples, &low, &high);
    table_add(table, "%9s", text_percent(ratio, figures->accuracy));
    table_add(table, "%.2f-%.2f %%", 100.0 * low, 100.0 * high);
    table_add(table, "%s of %s", text_count(correct, part->correct), samples);
}

static enum exit_status print_parts(const struct training *training,
                                    const descent_metrics parts[TRAIN_PARTS])
{
    static const char *const names[TRAIN_PARTS] = {"training", "validation", "test"};
    static const char *const figures[2][4] = {{"loss", "accuracy", "95 % interval", "correct"},
                                              {"loss", "R2", "RMSE", "samples"}};
    const struct source_options *source = &training->options.source;
    struct table table = {.alignment = source->regression ? "lrrrl" : "lrrll"};
    table_add(&table, "%s", "");
    for (size_t i = 0; i < 4; i++) {
        bool several = source->multi_label && i == 3;
        table_add(&table, "%s", several ? "all labels right" : figures[source->regression][i]);
    }
    for (int p = 0; p < TRAIN_PARTS; p++) {
        if (parts[p].samples > 0) {
            struct train_figures found =
                train_figures(&training->data, (enum train_part)p, &parts[p]);
            add_part(&table, names[p], &parts[p], &found, source->regression);
        }
    }
    return table_print(&table);
}

/* Where the test samples are left unseen, the line for them says so. */
static void print_unseen(const struct training *training)
{
    const descent_dataset *test = training->data.test;
    char samples[TEXT_SIZE];
    if (test != NULL && training->options.no_test) {
        printf("%-10s  %s samples left unseen by --no-test: descent evaluate scores them\n", "test",
               text_count(samples, descent_dataset_count(test)));
    }
}

/* The names of what was told, also where nothing else was. */
static void print_warnings(const struct training *training)
{
    char list[CHECKUP_TEXT_SIZE] = "warnings  ";
    json_t *names = checkup_names(training->told | training->told_before), *name;
    size_t i;
    json_array_foreach(names, i, name)
    {
        text_append(list, sizeof list, "%s %s", i == 0 ? " " : ",", json_string_value(name));
    }
    text_append(list, sizeof list, ": descent doctor tells more");
    if (json_array_size(names) > 0) {
        lines_print(stdout, "%s", list);
    }
    json_decref(names);
}

/* The threads are told where not all of them made all steps. */
static void print_time(const struct training *training)
{
    const descent_trainer *trainer = descent_fit_trainer(training->fit);
    int threads = descent_trainer_threads(trainer);
    double share = descent_trainer_threads_share(trainer);
    char speed[TEXT_SIZE], more[128] = "";
    if (training->train_samples > 0) {
        text_append(more, sizeof more, ", %s samples/s",
                    text_count(speed, (uint64_t)speed_of(training)));
    }
    if (threads > 1 && share < 1.0) {
        text_append(more, sizeof more, ", %.0f %% of the steps on %d threads", 100.0 * share,
                    threads);
    }
    lines_print(stdout, "time        %.2f s, epochs %.2f s%s", progress_clock() - training->started,
                training->seconds, more);
}

/* The noise scale of an epoch's steps; NaN where the file has none. */
static double noise_scale_of(const struct metrics *metrics, uint64_t epoch)
{
    for (size_t i = 0; i < metrics->rows; i++) {
        const double *values = metrics->row[i].values;
        if (values[METRICS_EPOCH] == (double)epoch) {
            return values[METRICS_NOISE_SCALE];
        }
    }
    return NAN;
}

/* With --log-noise-scale, adds those of the first epoch and of the last to the result. */
static enum exit_status add_noise(const struct training *training, json_t *result)
{
    struct metrics metrics;
    if (!training->options.log_noise_scale) {
        return DONE;
    }
    CLI_TRY(metrics_load(&metrics, run_path(&training->run, RUN_METRICS).text));
    json_t *noise = json_pack(
        "{s:o, s:o}", "first_epoch", cli_json_number(noise_scale_of(&metrics, 1)), "last_epoch",
        cli_json_number(noise_scale_of(&metrics, train_progress(training)->epoch)));
    metrics_free(&metrics);
    return json_object_set_new(result, "noise_scale", noise) == 0
               ? DONE
               : cli_failed("out of memory for the noise scale");
}

static void print_noise(const json_t *result)
{
    const json_t *noise = json_object_get(result, "noise_scale"), *scale;
    const char *epochs[] = {"first_epoch", "last_epoch"};
    char text[2][2 * TEXT_SIZE] = {"not measurable", "not measurable"}, digits[TEXT_SIZE];
    for (size_t i = 0; i < 2; i++) {
        if (json_is_real(scale = json_object_get(noise, epochs[i]))) {
            text_digits(digits, json_real_value(scale));
            snprintf(text[i], sizeof text[i], "%s samples", digits);
        }
    }
    if (noise != NULL) {
        lines_print(stdout, "noise       scale %s in the first epoch, %s in the last", text[0],
                    text[1]);
    }
}

static enum exit_status print_text(const struct training *training,
                                   const descent_metrics parts[TRAIN_PARTS], const json_t *result)
{
    const descent_progress *done = train_progress(training);
    char reason[256];
    train_stop_describe(training, reason, sizeof reason);
    lines_print(stdout, "stopped     after epoch %ju: %s", (uintmax_t)done->epoch, reason);
    train_target_print(training);
    printf("best epoch  %ju of %ju, %s\n\n", (uintmax_t)done->best_epoch, (uintmax_t)done->epoch,
           training->data.validation != NULL ? "by validation loss"
                                             : "the last one: no validation set");
    CLI_TRY(print_parts(training, parts));
    print_unseen(training);
    putchar('\n');
    print_noise(result);
    print_time(training);
    lines_print_one(stdout, "weights     %s, crc32 %08x",
                    run_file(training->run.folder, RUN_MODEL).text,
                    (unsigned)descent_model_fingerprint(descent_fit_best(training->fit)));
    lines_print_one(stdout, "run         %s: %s, %s, %s, %s, %s", training->run.folder, RUN_RESULT,
                    RUN_METRICS, RUN_LOG, RUN_CONFIG, RUN_CHECKPOINT);
    print_warnings(training);
    return DONE;
}

static json_t *part_to_json(const struct training *training, enum train_part p,
                            const descent_metrics *part)
{
    if (part->samples == 0) {
        return json_null();
    }
    struct train_figures figures = train_figures(&training->data, p, part);
    if (training->options.source.regression) {
        return json_pack("{s:f, s:o, s:f, s:I}", "loss", figures.loss, "r2",
                         cli_json_number(figures.r2), "rmse", figures.rmse, "samples",
                         (json_int_t)part->samples);
    }
    double low, high;
    cli_wilson(part->correct, part->samples, &low, &high);
    return json_pack("{s:f, s:f, s:I, s:f, s:f}", "loss", figures.loss, "accuracy",
                     figures.accuracy, "samples", (json_int_t)part->samples, "accuracy_low", low,
                     "accuracy_high", high);
}

/* What computed the matrix products. */
static void describe_products(char *text, size_t size, descent_engine engine)
{
    if (engine == DESCENT_ENGINE_PACKED) {
        snprintf(text, size, "%s", engine_describe(engine).text);
    } else {
        descent_bench_describe_blas(text, size);
        controls_remove(text);
    }
}

/* When, by what and on what the run was ended. */
static json_t *machine_to_json(const struct training *training)
{
    const descent_trainer *trainer = descent_fit_trainer(training->fit);
    descent_engine engine = (descent_engine)training->options.engine.kind;
    const char *set = descent_instruction_set_name(descent_instruction_set_in_use());
    char processor[128], products[256];
    machine_processor(processor, sizeof processor);
    describe_products(products, sizeof products, engine);
    return json_pack("{s:s, s:i, s:s, s:s?, s:i, s:f}", "processor", processor, "processors",
                     descent_bench_processors(), "products", products, "instruction_set",
                     engine == DESCENT_ENGINE_PACKED ? set : NULL, "threads",
                     descent_trainer_threads(trainer), "threads_share",
                     descent_trainer_threads_share(trainer));
}

static json_t *now_to_json(void)
{
    char date[32];
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return json_string(date);
}

static json_t *result_to_json(const struct training *training,
                              const descent_metrics parts[TRAIN_PARTS])
{
    const descent_progress *done = train_progress(training);
    char crc32[16];
    snprintf(crc32, sizeof crc32, "%08x",
             (unsigned)descent_model_fingerprint(descent_fit_best(training->fit)));
    return json_pack(
        "{s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:f, s:f, s:o, s:o, s:o, s:o, s:s, s:o, "
        "s:s, s:s, s:o, s:o}",
        "run", training->run.folder, TRAIN_CONFIG_STOP, descent_stop_name(train_stop(training)),
        "target", train_target_to_json(training), "epochs", (json_int_t)done->epoch, "steps",
        (json_int_t)descent_trainer_steps(descent_fit_trainer(training->fit)), "samples",
        (json_int_t)done->samples, "best_epoch", (json_int_t)done->best_epoch, "recoveries",
        (json_int_t)done->recoveries, "gradient_norm", cli_json_number(done->gradient.norm),
        "seconds", training->seconds, "elapsed_seconds", progress_clock() - training->started,
        "samples_per_second", cli_json_number(speed_of(training)), "train",
        part_to_json(training, TRAIN_PART, &parts[TRAIN_PART]), "validation",
        part_to_json(training, VALIDATION_PART, &parts[VALIDATION_PART]), "test",
        part_to_json(training, TEST_PART, &parts[TEST_PART]), "crc32", crc32, "warnings",
        checkup_names(training->told | training->told_before), "engine",
        engine_name(training->options.engine.kind), "descent", DESCENT_VERSION, "date",
        now_to_json(), "machine", machine_to_json(training));
}

/* The file is in the run, wherever that is moved to. */
static enum exit_status save(const struct training *training, const json_t *result)
{
    struct run_path path = run_path(&training->run, RUN_RESULT);
    json_t *kept = json_deep_copy(result);
    json_object_del(kept, "run");
    enum exit_status status = train_json_save(path.text, kept, 9);
    json_decref(kept);
    return status;
}

enum exit_status train_result_paused(const struct training *training)
{
    uint64_t epoch = train_progress(training)->epoch;
    if (training->options.json) {
        return cli_print_json(json_pack("{s:s, s:s, s:I}", "run", training->run.folder,
                                        TRAIN_CONFIG_STOP, RUN_PAUSED, "epochs",
                                        (json_int_t)epoch));
    }
    lines_print(stdout, "paused      after epoch %ju, --until; to go on:", (uintmax_t)epoch);
    lines_print_one(stdout, "  descent train --resume %s", training->run.folder);
    return DONE;
}

enum exit_status train_result_remove(const struct training *training)
{
    struct run_path path = run_path(&training->run, RUN_RESULT);
    return unlink(path.text) == 0 || errno == ENOENT
               ? DONE
               : cli_failed("%s: cannot remove: %s", path.text, strerror(errno));
}

static enum exit_status print(const struct training *training,
                              const descent_metrics parts[TRAIN_PARTS], json_t *result)
{
    if (training->options.json) {
        return cli_print_json(json_incref(result));
    }
    return print_text(training, parts, result);
}

enum exit_status train_result(struct training *training)
{
    descent_metrics parts[TRAIN_PARTS] = {0};
    CLI_TRY_LIBRARY(train_evaluate(training, parts));
    CLI_TRY(train_checkup_end(training, parts));
    if (!training->options.json) {
        progress_say(&training->display, "%s", "");
        fflush(stderr);
    }
    json_t *result = result_to_json(training, parts);
    enum exit_status status = add_noise(training, result);
    if (status == DONE) {
        status = save(training, result);
    }
    if (status == DONE) {
        status = print(training, parts, result);
    }
    json_decref(result);
    return status;
}
