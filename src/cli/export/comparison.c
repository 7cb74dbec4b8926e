/*
 * What the exported numbers are beside those of the engine that the model was trained with.
 */
#include "cli/base/text.h"
#include "cli/export/export.h"

#include <descent/loader.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = DESCENT_PREDICTOR_BATCH };

struct pass {
    descent_predictor *predictor;
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
        status = descent_predictor_outputs(pass->predictor, batch.features, batch.n, answers);
        for (size_t i = 0; i < batch.n; i++, answers += pass->width) {
            size_t best = 0;
            for (size_t k = 1; k < pass->width; k++) {
                best = answers[k] > answers[best] ? k : best;
            }
            pass->classes[done + i] = (int32_t)best;
            descent_predictor_answer(pass->predictor, answers, answers);
        }
    }
    descent_loader_destroy(loader);
    return cli_library(status);
}

static void compare(struct export_comparison *comparison, const struct pass *engine,
                    const struct pass *reference, const descent_dataset *dataset)
{
    size_t count = descent_dataset_count(dataset);
    for (size_t i = 0; i < count * engine->width; i++) {
        double difference = fabs((double)engine->answers[i] - (double)reference->answers[i]);
        comparison->difference = fmax(comparison->difference, difference);
        comparison->largest = fmax(comparison->largest, fabs((double)engine->answers[i]));
    }
    for (size_t i = 0; i < count && comparison->classes; i++) {
        comparison->differ += engine->classes[i] != reference->classes[i] ? 1 : 0;
        comparison->right += reference->classes[i] == descent_dataset_label(dataset, i) ? 1 : 0;
    }
}

static enum exit_status run(struct export_comparison *comparison, struct pass passes[2],
                            const descent_dataset *dataset)
{
    size_t count = descent_dataset_count(dataset);
    for (int way = 0; way < 2; way++) {
        struct pass *pass = &passes[way];
        pass->answers = calloc(count, pass->width * sizeof *pass->answers);
        pass->classes = calloc(count, sizeof *pass->classes);
        if (pass->answers == NULL || pass->classes == NULL) {
            return cli_failed("out of memory for the answers to %zu samples", count);
        }
        descent_predictor_use_reference(pass->predictor, way == 1);
        CLI_TRY(answer_all(pass, dataset));
    }
    compare(comparison, &passes[0], &passes[1], dataset);
    return DONE;
}

enum exit_status export_compare(struct export_comparison *comparison,
                                const struct trained_model *trained)
{
    *comparison = (struct export_comparison){0};
    descent_dataset *dataset = export_data(trained, DESCENT_PART_TEST);
    if (dataset == NULL) {
        return DONE;
    }
    const struct pass pass = {.predictor = trained->predictor, .width = trained->classes};
    struct pass passes[2] = {pass, pass};
    comparison->samples = descent_dataset_count(dataset);
    comparison->classes =
        !trained->regression && !trained->multi_label && descent_dataset_classes(dataset) > 0;
    enum exit_status status = run(comparison, passes, dataset);
    for (int way = 0; way < 2; way++) {
        free(passes[way].answers);
        free(passes[way].classes);
    }
    descent_dataset_destroy(dataset);
    return status;
}

void export_say_comparison(struct exporting *exporting)
{
    const struct export_comparison *comparison = &exporting->comparison;
    char samples[TEXT_SIZE], accuracy[TEXT_SIZE];
    if (comparison->samples == 0) {
        progress_say(&exporting->display, "not compared with the engine: the test samples of the "
                                          "training are not there any more");
        return;
    }
    text_count(samples, comparison->samples);
    text_percent(accuracy, (double)comparison->right / (double)comparison->samples);
    if (comparison->classes) {
        progress_say(&exporting->display,
                     "on %s test samples: outputs differ from those of engine %s by at most %.2g, "
                     "answers by %zu; accuracy %s",
                     samples, engine_name((int)exporting->trained.engine), comparison->difference,
                     comparison->differ, accuracy);
    } else {
        progress_say(&exporting->display,
                     "on %s test samples: outputs, the largest of which is %.4g, differ from those "
                     "of engine %s by at most %.2g",
                     samples, comparison->largest, engine_name((int)exporting->trained.engine),
                     comparison->difference);
    }
}
