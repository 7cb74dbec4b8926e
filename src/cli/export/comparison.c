/*
 * What the exported numbers are beside those of the engine that the model was trained with.
 */
#include "cli/base/record.h"
#include "cli/base/text.h"
#include "cli/export/export.h"

#include <descent/loader.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = DESCENT_PREDICTOR_BATCH };

struct pass {
    descent_predictor *predictor;
    const descent_int8 *int8; /* in place of it, or NULL */
    size_t width;
    float *answers;   /* [samples × width] */
    int32_t *classes; /* [samples] */
};

/* Features come from a loader divided already, and answers go on from outputs. */
static enum exit_status answer_all(const struct pass *pass, const descent_dataset *dataset)
{
    const descent_loader_config config = {.batch = BATCH};
    descent_loader *loader;
    CLI_TRY_LIBRARY(descent_loader_create(&loader, dataset, &config));
    descent_status status = DESCENT_OK;
    size_t done = 0;
    for (descent_batch batch; status == DESCENT_OK && descent_loader_next(loader, &batch);
         done += batch.n) {
        float *answers = pass->answers + done * pass->width;
        status = pass->int8 != NULL
                     ? descent_int8_outputs(pass->int8, batch.features, batch.n, answers)
                     : descent_predictor_outputs(pass->predictor, batch.features, batch.n, answers);
        for (size_t i = 0; i < batch.n; i++, answers += pass->width) {
            pass->classes[done + i] = descent_predictor_class(pass->predictor, answers);
            descent_predictor_answer(pass->predictor, answers, answers);
        }
    }
    descent_loader_destroy(loader);
    return cli_library(status);
}

/* What is no number counts for nothing, as in fmax(), at which gcc 12 breaks off on arm64. */
static double larger(double largest, double size)
{
    return size > largest ? size : largest;
}

/* Counts the answers that differ, and finds the largest difference of two outputs. */
static size_t compare(double *difference, const struct pass *one, const struct pass *other,
                      size_t samples)
{
    size_t differ = 0;
    for (size_t i = 0; i < samples * one->width; i++) {
        *difference =
            larger(*difference, fabs((double)one->answers[i] - (double)other->answers[i]));
    }
    for (size_t i = 0; i < samples; i++) {
        differ += one->classes[i] != other->classes[i] ? 1 : 0;
    }
    return differ;
}

static size_t count_right(const struct pass *pass, const descent_dataset *dataset)
{
    size_t right = 0;
    for (size_t i = 0; i < descent_dataset_count(dataset); i++) {
        right += pass->classes[i] == descent_dataset_label(dataset, i) ? 1 : 0;
    }
    return right;
}

enum { ENGINE, REFERENCE, INT8, WAYS };

static enum exit_status answer(struct pass *pass, const descent_dataset *dataset, bool reference)
{
    size_t count = descent_dataset_count(dataset);
    pass->answers = calloc(count, pass->width * sizeof *pass->answers);
    pass->classes = calloc(count, sizeof *pass->classes);
    if (pass->answers == NULL || pass->classes == NULL) {
        return cli_failed("out of memory for the answers to %zu samples", count);
    }
    descent_predictor_use_reference(pass->predictor, reference);
    return answer_all(pass, dataset);
}

static enum exit_status run(struct export_comparison *comparison, struct pass passes[WAYS],
                            const descent_dataset *dataset)
{
    const struct pass *engine = &passes[ENGINE], *reference = &passes[REFERENCE];
    size_t count = descent_dataset_count(dataset);
    CLI_TRY(answer(&passes[ENGINE], dataset, false));
    CLI_TRY(answer(&passes[REFERENCE], dataset, true));
    for (size_t i = 0; i < count * engine->width; i++) {
        comparison->largest = larger(comparison->largest, fabs((double)engine->answers[i]));
    }
    comparison->differ = compare(&comparison->difference, engine, reference, count);
    comparison->right = comparison->classes ? count_right(reference, dataset) : 0;
    if (passes[INT8].int8 != NULL) {
        CLI_TRY(answer(&passes[INT8], dataset, false));
        comparison->int8_differ =
            compare(&comparison->int8_difference, reference, &passes[INT8], count);
        comparison->int8_right = comparison->classes ? count_right(&passes[INT8], dataset) : 0;
    }
    return DONE;
}

enum exit_status export_compare(struct exporting *exporting)
{
    const struct trained_model *trained = &exporting->trained;
    struct export_comparison *comparison = &exporting->comparison;
    descent_dataset *dataset;
    enum exit_status status = export_data(&dataset, trained, DESCENT_PART_TEST);
    if (status != DONE || dataset == NULL) {
        descent_dataset_destroy(dataset);
        return status;
    }
    struct pass passes[WAYS];
    for (int way = 0; way < WAYS; way++) {
        passes[way] = (struct pass){.predictor = trained->predictor, .width = trained->classes};
    }
    passes[INT8].int8 = exporting->int8;
    comparison->samples = descent_dataset_count(dataset);
    comparison->classes =
        !trained->regression && !trained->multi_label && descent_dataset_classes(dataset) > 0;
    status = run(comparison, passes, dataset);
    for (int way = 0; way < WAYS; way++) {
        free(passes[way].answers);
        free(passes[way].classes);
    }
    descent_dataset_destroy(dataset);
    return status;
}

static void say_int8(struct exporting *exporting)
{
    const struct export_comparison *comparison = &exporting->comparison;
    char accuracy[TEXT_SIZE] = "", largest[TEXT_SIZE];
    text_count(largest, (uint64_t)descent_int8_largest(exporting->int8));
    progress_say(&exporting->display, "in 8 bits no sum exceeds %s of 2,147,483,647", largest);
    if (comparison->samples > 0 && comparison->classes) {
        text_percent(accuracy, (double)comparison->int8_right / (double)comparison->samples);
        progress_say(&exporting->display,
                     "in 8 bits accuracy is %s; %zu answers differ from those "
                     "in floats",
                     accuracy, comparison->int8_differ);
    } else if (comparison->samples > 0) {
        progress_say(&exporting->display,
                     "in 8 bits outputs differ from those in floats by at "
                     "most %.2g",
                     comparison->int8_difference);
    }
}

static void say_floats(struct exporting *exporting)
{
    const struct export_comparison *comparison = &exporting->comparison;
    const char *engine = engine_name((int)exporting->trained.engine);
    char samples[TEXT_SIZE], accuracy[TEXT_SIZE];
    text_count(samples, comparison->samples);
    text_percent(accuracy, (double)comparison->right / (double)comparison->samples);
    if (comparison->classes) {
        progress_say(&exporting->display,
                     "on %s test samples: outputs differ from those of engine %s by at most %.2g, "
                     "answers by %zu; accuracy %s",
                     samples, engine, comparison->difference, comparison->differ, accuracy);
    } else {
        progress_say(&exporting->display,
                     "on %s test samples: outputs, the largest of which is %.4g, differ from those "
                     "of engine %s by at most %.2g",
                     samples, comparison->largest, engine, comparison->difference);
    }
}

void export_say_comparison(struct exporting *exporting)
{
    if (exporting->comparison.samples == 0) {
        progress_say(&exporting->display, "not compared with the engine: the test samples of the "
                                          "training are not there any more");
    } else {
        say_floats(exporting);
    }
    if (exporting->int8 != NULL) {
        say_int8(exporting);
    }
}

/* Accuracy is null where there are no classes. */
static json_t *part_json(const struct export_comparison *comparison, double difference,
                         size_t differ, size_t right)
{
    double accuracy = (double)right / (double)comparison->samples;
    return json_pack("{s:o, s:o, s:o}", "difference", cli_json_number(difference), "differ",
                     comparison->classes ? json_integer((json_int_t)differ) : json_null(),
                     "accuracy", comparison->classes ? cli_json_number(accuracy) : json_null());
}

json_t *export_comparison_json(const struct exporting *exporting)
{
    const struct export_comparison *comparison = &exporting->comparison;
    if (comparison->samples == 0) {
        return json_null();
    }
    json_t *object =
        part_json(comparison, comparison->difference, comparison->differ, comparison->right);
    cli_json_set(&object, "samples", json_integer((json_int_t)comparison->samples));
    cli_json_set(&object, "engine", json_string(engine_name((int)exporting->trained.engine)));
    cli_json_set(&object, "int8",
                 exporting->int8 == NULL
                     ? json_null()
                     : part_json(comparison, comparison->int8_difference, comparison->int8_differ,
                                 comparison->int8_right));
    return object;
}
