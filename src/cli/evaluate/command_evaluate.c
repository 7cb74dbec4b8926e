/*
 * descent evaluate: how good a model is on a data set.
 */
#include "cli/base/data.h"
#include "cli/base/source.h"
#include "cli/evaluate/evaluation.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 256 };

struct evaluate {
    char *part_name;
    char *logits;
    char *batch_text;
    char *threads_text;
    int json;
    int quiet;

    struct option_arguments arguments;
    struct source_options source;
    struct progress display;
    descent_part part;
    size_t batch;
    int threads;
    struct classifier classifier;
    struct evaluation evaluation;
    descent_dataset *dataset;
};

/* Without text the number stays as it is. */
static bool parse_count(long *number, const char *text, long low, long high)
{
    if (text == NULL) {
        return true;
    }
    size_t digits = strspn(text, "0123456789");
    *number = digits >= 1 && digits <= 10 && text[digits] == '\0' ? strtol(text, NULL, 10) : -1;
    return *number >= low && *number <= high;
}

static enum exit_status check_options(struct evaluate *evaluate)
{
    const char *part = evaluate->part_name != NULL ? evaluate->part_name : "test";
    evaluate->part = strcmp(part, "train") == 0 ? DESCENT_PART_TRAIN : DESCENT_PART_TEST;
    if (evaluate->part == DESCENT_PART_TEST && strcmp(part, "test") != 0) {
        return cli_usage("--part: expected train or test, found \"%s\"", part);
    }
    long batch = BATCH;
    long threads = 0;
    if (!parse_count(&batch, evaluate->batch_text, 1, INT_MAX)) {
        return cli_usage("--batch: expected a whole number from 1 to %d, found \"%s\"", INT_MAX,
                         evaluate->batch_text);
    }
    if (!parse_count(&threads, evaluate->threads_text, 1, DESCENT_THREADS_MAX)) {
        return cli_usage("--threads: expected a whole number from 1 to %d, found \"%s\"",
                         DESCENT_THREADS_MAX, evaluate->threads_text);
    }
    evaluate->batch = (size_t)batch;
    evaluate->threads = (int)threads;
    return DONE;
}

/* The options that were given, over those that the model remembers. */
static enum exit_status init_source(struct evaluate *evaluate, descent_source *source)
{
    const struct classifier *classifier = &evaluate->classifier;
    enum exit_status status = source_recall(&evaluate->source, classifier);
    if (status == DONE) {
        status = option_apply(&SOURCE_TABLE, &evaluate->arguments, &evaluate->source);
    }
    if (status == DONE) {
        status = source_init(source, &evaluate->source, &evaluate->display);
    }
    source->part = evaluate->part;
    source->threads = evaluate->threads;
    source_follow_model(source, classifier);
    return status;
}

static enum exit_status load_data(struct evaluate *evaluate, const char *name)
{
    descent_source source;
    enum exit_status status = init_source(evaluate, &source);
    char *folder = status == DONE ? cli_data_find(name) : NULL;
    if (folder == NULL) {
        return status == DONE ? FAILED : status;
    }
    status = source_load(&evaluate->dataset, folder, &source);
    if (status == DONE) {
        status = evaluation_check(&evaluate->classifier, evaluate->dataset, folder);
    }
    free(folder);
    return status;
}

static enum exit_status save_logits(const struct evaluate *evaluate)
{
    const struct evaluation *evaluation = &evaluate->evaluation;
    descent_tensor tensor = {
        .name = "logits",
        .type = DESCENT_TYPE_F32,
        .shape = {2, {evaluation->metrics.samples, evaluation->classes}},
        .data = evaluation->outputs,
    };
    if (descent_safetensors_save(evaluate->logits, &tensor, 1, NULL, 0) != DESCENT_OK) {
        return cli_library_failed();
    }
    if (!evaluate->quiet) {
        fprintf(stderr, "%s written\n", evaluate->logits);
    }
    return DONE;
}

static enum exit_status print(const struct evaluate *evaluate)
{
    const struct evaluation *evaluation = &evaluate->evaluation;
    const struct classifier *classifier = &evaluate->classifier;
    if (classifier->regression) {
        return (evaluate->json ? evaluation_print_regression_json : evaluation_print_regression)(
            evaluation, classifier, evaluate->dataset);
    }
    return (evaluate->json ? evaluation_print_json : evaluation_print)(evaluation, classifier);
}

static enum exit_status run_evaluate(struct evaluate *evaluate, const char *const *arguments)
{
    if (arguments == NULL || arguments[1] == NULL || arguments[2] != NULL) {
        return cli_usage("evaluate: expected a model and a data set; see descent evaluate --help");
    }
    enum exit_status status = classifier_load(&evaluate->classifier, arguments[0]);
    if (status == DONE) {
        status = load_data(evaluate, arguments[1]);
    }
    if (status == DONE) {
        status = evaluation_run(&evaluate->evaluation, &evaluate->classifier, evaluate->dataset,
                                evaluate->batch, evaluate->threads, evaluate->logits != NULL);
    }
    if (status == DONE && evaluate->logits != NULL) {
        status = save_logits(evaluate);
    }
    if (status != DONE) {
        return status;
    }
    return print(evaluate);
}

static void free_evaluate(struct evaluate *evaluate)
{
    evaluation_free(&evaluate->evaluation);
    descent_dataset_destroy(evaluate->dataset);
    classifier_free(&evaluate->classifier);
    option_free_values(&SOURCE_TABLE, &evaluate->source);
    option_free_arguments(&evaluate->arguments);
    free(evaluate->part_name);
    free(evaluate->batch_text);
    free(evaluate->threads_text);
    free(evaluate->logits);
}

enum exit_status command_evaluate(int argc, const char **argv)
{
    struct evaluate evaluate = {0};
    const struct poptOption options[] = {
        {"part", 'p', POPT_ARG_STRING, &evaluate.part_name, 0,
         "Part of the data set: train or test (default: test)", "PART"},
        {"batch", 'b', POPT_ARG_STRING, &evaluate.batch_text, 0,
         "Samples evaluated at once (default: 256); does not change the result", "N"},
        {"threads", 0, POPT_ARG_STRING, &evaluate.threads_text, 0,
         "Threads (default: by the shapes)", "N"},
        {"logits", 0, POPT_ARG_STRING, &evaluate.logits, 0,
         "Write the model's outputs as a tensor 'logits' [samples x outputs] (safetensors)",
         "FILE"},
        {"json", 'j', POPT_ARG_NONE, &evaluate.json, 0, "Print one JSON object", NULL},
        {"quiet", 'q', POPT_ARG_NONE, &evaluate.quiet, 0, "No messages", NULL},
        option_popt_include(&SOURCE_TABLE),
        POPT_TABLEEND,
    };
    poptContext context = cli_options(argc, argv, options, "MODEL DATA",
                                      "descent evaluate models/digits-20260101-120000 digits");
    option_defaults(&SOURCE_TABLE, &evaluate.source);
    enum exit_status status = option_parse(&SOURCE_TABLE, context, &evaluate.arguments);
    if (status == DONE) {
        status = check_options(&evaluate);
    }
    evaluate.display = progress_create(evaluate.quiet != 0);
    if (status == DONE) {
        status = run_evaluate(&evaluate, poptGetArgs(context));
    }
    free_evaluate(&evaluate);
    poptFreeContext(context);
    return status;
}
