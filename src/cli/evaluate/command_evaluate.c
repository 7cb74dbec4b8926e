/*
 * descent evaluate: how good a model is on a data set.
 */
#include "cli/base/controls.h"
#include "cli/evaluate/evaluate.h"

#include "cli/base/left_aside.h"
#include "cli/base/lines.h"
#include "cli/base/reading.h"
#include "cli/base/record.h"
#include "cli/base/run.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *part_name(int i)
{
    static const char *const names[] = {[DESCENT_PART_TRAIN] = "train",
                                        [DESCENT_PART_TEST] = "test",
                                        [DESCENT_PART_ALL] = "all",
                                        [SCORED_AUTO] = "auto",
                                        NULL};
    return names[i];
}

enum { EVALUATION, DATA };

static const char *const groups[] = {[EVALUATION] = "Options:", [DATA] = "Data:"};

#define AT(kind, member) OPTION_AT(kind, struct evaluate_options, member)

static bool has_samples(const void *values)
{
    return ((const struct evaluate_options *)values)->samples != NULL;
}

static bool draws_picture(const void *values)
{
    const struct evaluate_options *options = values;
    return figure_is_picture(options->confusion) || figure_is_picture(options->mistakes);
}

static bool has_one_model(const void *values)
{
    return ((const struct evaluate_options *)values)->models < 2;
}

static bool has_several_models(const void *values)
{
    return !has_one_model(values);
}

#define WITH_ONE_MODEL .applies = has_one_model, .only = "with one model"

static const struct option rows[] = {
    {"part", AT(CHOICE, part), .common = true, .former = 'p', .choice = part_name,
     .initial = "auto", .value = "PART",
     .help = "Samples to score; auto is the test part, or without one the samples held back from "
             "the model's own training data, and all samples of other data"},
    {"batch", 'b', AT(COUNT, batch), .common = true, OPTION_FROM_TO(1.0, INT_MAX), .initial = "256",
     .help = "Samples evaluated at once; does not change the result"},
    {"threads", 't', AT(COUNT, threads), OPTION_FROM_TO(1.0, DESCENT_THREADS_MAX), .word = "auto",
     .initial = "auto", .help = "Threads; auto chooses by the shapes"},
    ENGINE_OPTIONS(struct evaluate_options, engine, EVALUATION),
    {"threshold", AT(NUMBER, threshold), OPTION_FROM_TO(0.0, 1.0), .initial = "0.5",
     .help = "Probability above which a label, or the second of two classes, is predicted after "
             "--loss binary-cross-entropy"},
    {"csv", AT(TEXT, csv), .value = "FILE", .applies = has_several_models,
     .only = "with several models", .help = "With several models: write their table as CSV"},
    {"logits", AT(TEXT, logits), .value = "FILE", WITH_ONE_MODEL,
     .help = "Write the model's outputs as a tensor 'logits' [samples x outputs] (safetensors)"},
    {"samples", AT(TEXT, samples), .common = true, .value = "FILE", WITH_ONE_MODEL,
     .help = "Write each sample's label and prediction (CSV); with its probability, and its row or "
             "image file"},
    {"wrong", AT(FLAG, wrong), .common = true, .applies = has_samples, .only = "with --samples",
     .help = "With --samples: only those predicted wrongly"},
    {"confusion", AT(TEXT, confusion), .common = true, .value = "FILE", WITH_ONE_MODEL,
     .help = "Write the confusion matrix as a heat map (.png, .svg, .pdf) or as CSV"},
    {"mistakes", AT(TEXT, mistakes), .common = true, .value = "FILE", WITH_ONE_MODEL,
     .help = "Write the most confident wrong answers as pictures (.png, .svg, .pdf); as CSV all of "
             "them, with their probabilities"},
    FIGURE_LOOK_OPTIONS(struct evaluate_options, EVALUATION, draws_picture, draws_picture,
                        "with --confusion or --mistakes FILE.png, .svg or .pdf"),
    OPTION_JSON(struct evaluate_options, EVALUATION),
    OPTION_QUIET(struct evaluate_options, EVALUATION),
    SOURCE_OPTIONS(struct evaluate_options, source, DATA),
};

const struct option_table EVALUATE_OPTIONS = OPTION_TABLE(
    rows, groups, "MODEL... DATA",
    .about = "The model brings along how its data were read and prepared; options of the data are "
             "needed only where others are meant. On the data that it was trained on, the samples "
             "that were held back for testing are scored; on any other data, all. Several models "
             "are compared on the same samples.",
    .operands = "MODEL is a run folder or a model file. DATA is " SOURCE_KINDS,
    .examples = {
        {"descent evaluate models/digits-20260101-120000 digits",
         "The test samples: loss, accuracy, and the classes one by one."},
        {"descent evaluate models/digits digits --mistakes wrong.png",
         "Shows the most confident wrong answers."},
        {"descent evaluate models/first models/second digits",
         "Which of them is better, by McNemar's exact test."},
    });

/* How the model's own test part was held back, whatever was given. */
static enum exit_status recall_split(struct evaluate *evaluate)
{
    struct source_options own = {0};
    enum exit_status status = option_defaults(&SOURCE_TABLE, &own);
    if (status == DONE) {
        status = source_recall(&own, &evaluate->trained);
    }
    descent_source source;
    source_init(&source, &own, NULL);
    evaluate->scored.test = source.test;
    evaluate->scored.test_seed = source.test_seed;
    option_free_values(&SOURCE_TABLE, &own);
    return status;
}

/* The options that were given, over those that the model remembers. */
static enum exit_status init_source(struct evaluate *evaluate, descent_source *source)
{
    struct evaluate_options *options = &evaluate->options;
    CLI_TRY(recall_split(evaluate));
    CLI_TRY(source_recall(&options->source, &evaluate->trained));
    CLI_TRY(option_apply(&EVALUATE_OPTIONS, evaluate->arguments, options));
    if (options->part != DESCENT_PART_TRAIN &&
        option_given(&EVALUATE_OPTIONS, evaluate->arguments, "limit")) {
        return cli_usage("--limit has an effect only with --part train");
    }
    source_init(source, &options->source, evaluate->display);
    source->threads = (int)options->threads;
    return source_follow_model(source, &evaluate->trained);
}

/* Who says how to split wants the test part. */
static int part_of(const struct evaluate *evaluate)
{
    const struct option_arguments *arguments = evaluate->arguments;
    bool split = option_given(&EVALUATE_OPTIONS, arguments, "test") ||
                 option_given(&EVALUATE_OPTIONS, arguments, "test-seed");
    bool automatic = evaluate->options.part == SCORED_AUTO;
    return automatic && split ? (int)DESCENT_PART_TEST : evaluate->options.part;
}

static enum exit_status load_from(struct evaluate *evaluate, descent_source *source,
                                  const char *folder)
{
    CLI_TRY(scored_load(&evaluate->scored, folder, source, part_of(evaluate), &evaluate->trained));
    CLI_TRY(source_check_effects(&evaluate->options.source, evaluate->scored.dataset,
                                 evaluate->scored.part != DESCENT_PART_ALL));
    reading_warn(evaluate->display, evaluate->scored.name, evaluate->trained.columns,
                 descent_dataset_reading(evaluate->scored.dataset));
    if (!evaluate->told) {
        left_aside_warn(evaluate->display,
                        (const descent_dataset *[]){evaluate->scored.dataset, NULL});
    }
    CLI_TRY(evaluation_check(&evaluate->trained, evaluate->scored.dataset, folder));
    descent_source asked; /* before it had to go with the model */
    source_init(&asked, &evaluate->options.source, NULL);
    return source_check(&asked, evaluate->scored.dataset);
}

static enum exit_status load_data(struct evaluate *evaluate, const char *name)
{
    descent_source source;
    evaluate->scored.name = name;
    CLI_TRY(init_source(evaluate, &source));
    char *folder = cli_data_find(name);
    enum exit_status status = folder != NULL ? load_from(evaluate, &source, folder) : FAILED;
    free(folder);
    return status;
}

static enum exit_status save_logits(const struct evaluate *evaluate)
{
    const struct evaluation *evaluation = &evaluate->evaluation;
    descent_tensor tensor = {
        .name = "logits",
        .type = DESCENT_TYPE_F32,
        .shape = {2, {evaluation->metrics.samples, evaluation->width}},
        .data = evaluation->outputs,
    };
    return cli_library(descent_safetensors_save(evaluate->options.logits, &tensor, 1, NULL, 0));
}

static enum exit_status save_samples(const struct evaluate *evaluate)
{
    const struct evaluate_options *options = &evaluate->options;
    return evaluation_save_samples(&evaluate->trained, evaluate->scored.dataset, options->threshold,
                                   options->wrong, options->samples);
}

static enum exit_status save_confusion(const struct evaluate *evaluate)
{
    const struct page_target target = {evaluate->options.confusion, &evaluate->options.look};
    char about[1024];
    scored_describe(&evaluate->scored, about, sizeof about);
    return evaluation_save_confusion(&evaluate->evaluation, &evaluate->trained, about, &target);
}

static enum exit_status save_mistakes(const struct evaluate *evaluate)
{
    const struct page_target target = {evaluate->options.mistakes, &evaluate->options.look};
    char about[1024];
    scored_describe(&evaluate->scored, about, sizeof about);
    return evaluation_save_mistakes(&evaluate->trained, evaluate->scored.dataset,
                                    evaluate->options.threshold, about, &target);
}

/* The files that were asked for, each reported once it is there. */
static enum exit_status save_files(const struct evaluate *evaluate)
{
    const struct evaluate_options *options = &evaluate->options;
    const struct {
        const char *path;
        enum exit_status (*save)(const struct evaluate *evaluate);
    } files[] = {
        {options->logits, save_logits},
        {options->samples, save_samples},
        {options->confusion, save_confusion},
        {options->mistakes, save_mistakes},
    };
    for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
        if (files[f].path != NULL) {
            CLI_TRY(files[f].save(evaluate));
            if (!options->quiet) {
                lines_print_whole(stderr, "%s written", files[f].path);
            }
        }
    }
    return DONE;
}

static json_t *json_of(const struct evaluate *evaluate)
{
    const struct evaluation *evaluation = &evaluate->evaluation;
    const struct trained_model *trained = &evaluate->trained;
    const descent_dataset *dataset = evaluate->scored.dataset;
    return trained->regression    ? evaluation_regression_json(evaluation, trained, dataset)
           : trained->multi_label ? evaluation_labels_json(evaluation, trained, dataset)
                                  : evaluation_json(evaluation, trained);
}

static enum exit_status print(const struct evaluate *evaluate)
{
    const struct evaluation *evaluation = &evaluate->evaluation;
    const struct trained_model *trained = &evaluate->trained;
    const descent_dataset *dataset = evaluate->scored.dataset;
    if (evaluate->options.json) {
        json_t *object = json_of(evaluate);
        cli_json_set(&object, "engine", json_string(engine_name((int)trained->engine)));
        cli_json_set(&object, "data", scored_json(&evaluate->scored));
        return cli_print_json(object);
    }
    char text[4096];
    scored_describe(&evaluate->scored, text, sizeof text);
    controls_remove(text);
    lines_print(stdout, "data      %s", text);
    return trained->regression    ? evaluation_print_regression(evaluation, trained, dataset)
           : trained->multi_label ? evaluation_print_labels(evaluation, trained, dataset)
                                  : evaluation_print(evaluation, trained);
}

/* Options that have an effect on some models alone. */
static enum exit_status check_model(const struct evaluate *evaluate)
{
    const struct evaluate_options *options = &evaluate->options;
    if (option_given(&EVALUATE_OPTIONS, evaluate->arguments, "threshold")) {
        CLI_TRY(trained_model_check_threshold(&evaluate->trained));
    }
    bool classes = !evaluate->trained.regression && !evaluate->trained.multi_label;
    if (!classes && (options->confusion != NULL || options->mistakes != NULL)) {
        return cli_usage("%s has an effect only with classes, found a model of %s",
                         options->confusion != NULL ? "--confusion" : "--mistakes",
                         evaluate->trained.regression ? "numbers" : "several labels");
    }
    if (options->wrong && evaluate->trained.regression) {
        return cli_usage("--wrong has an effect only with classes or labels, found a model of "
                         "numbers");
    }
    return DONE;
}

static enum exit_status score(struct evaluate *evaluate)
{
    const struct evaluate_options *options = &evaluate->options;
    const descent_dataset *dataset = evaluate->scored.dataset;
    bool decides = trained_model_has_threshold(&evaluate->trained);
    CLI_TRY(evaluation_run(&evaluate->evaluation, &evaluate->trained, dataset,
                           (size_t)options->batch, (int)options->threads,
                           options->logits != NULL || decides));
    if (decides) {
        evaluation_decide(&evaluate->evaluation, dataset, options->threshold);
    }
    return DONE;
}

enum exit_status evaluate_model(struct evaluate *evaluate, const char *model, const char *data)
{
    source_note_given(&evaluate->options.source, &EVALUATE_OPTIONS, evaluate->arguments);
    CLI_TRY(trained_model_load(&evaluate->trained, model));
    CLI_TRY(trained_model_use_engine(&evaluate->trained, &evaluate->options.engine));
    CLI_TRY(check_model(evaluate));
    CLI_TRY(load_data(evaluate, data));
    return score(evaluate);
}

void evaluate_free(struct evaluate *evaluate)
{
    evaluation_free(&evaluate->evaluation);
    descent_dataset_destroy(evaluate->scored.dataset);
    trained_model_free(&evaluate->trained);
}

static enum exit_status check_pictures(const struct evaluate_options *options)
{
    const char *confusion = options->confusion, *mistakes = options->mistakes;
    CLI_TRY(confusion != NULL ? page_check("--confusion", confusion, true) : DONE);
    return mistakes != NULL ? page_check("--mistakes", mistakes, true) : DONE;
}

/* Models come first, and one data set last. */
static enum exit_status check_order(const char *const *arguments, size_t models)
{
    const char *data = arguments[models];
    CLI_TRY(run_check_first("evaluate", "MODEL", arguments));
    for (size_t i = 1; i < models; i++) {
        if (data_holds_part(arguments[i]) && !run_is_model(arguments[i]) && !run_is_model(data)) {
            return cli_usage("evaluate: expected one DATA, found \"%s\" and \"%s\"", arguments[i],
                             data);
        }
    }
    return run_is_model(data) && !data_holds_part(data)
               ? cli_usage("evaluate: DATA comes last, found the model \"%s\"", data)
               : DONE;
}

static enum exit_status run(struct evaluate *evaluate, const char *const *arguments)
{
    struct evaluate_options *options = &evaluate->options;
    size_t count = 0;
    while (arguments[count] != NULL) {
        count++;
    }
    if (count < 2) {
        return cli_usage("evaluate: expected a model and a data set, MODEL first");
    }
    options->models = count - 1;
    CLI_TRY(option_check_effects(&EVALUATE_OPTIONS, evaluate->arguments, options));
    CLI_TRY(check_pictures(options));
    CLI_TRY(check_order(arguments, options->models));
    const char *data = arguments[count - 1];
    if (options->models > 1) {
        return evaluate_several(evaluate, arguments, options->models, data);
    }
    CLI_TRY(evaluate_model(evaluate, arguments[0], data));
    CLI_TRY(print(evaluate));
    return save_files(evaluate); /* one that cannot be written does not hide the result */
}

const struct option_table *command_evaluate_options(void)
{
    return &EVALUATE_OPTIONS;
}

enum exit_status command_evaluate(int argc, const char **argv)
{
    struct option_arguments arguments = {0};
    struct evaluate evaluate = {.arguments = &arguments};
    enum exit_status status =
        option_read_command(&EVALUATE_OPTIONS, argc, argv, &arguments, &evaluate.options);
    struct progress display = progress_create(evaluate.options.quiet);
    evaluate.display = &display;
    if (status == DONE) {
        status = run(&evaluate, arguments.rest);
    }
    evaluate_free(&evaluate);
    option_free(&EVALUATE_OPTIONS, &arguments, &evaluate.options);
    return status;
}
