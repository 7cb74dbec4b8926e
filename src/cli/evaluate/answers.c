/*
 * Asks a model about each sample of a data set. The answers are those of predict.
 */
#include "cli/evaluate/answers.h"

#include <descent/loader.h>
#include <stdlib.h>
#include <string.h>

struct asking {
    struct predictor predictor;
    descent_loader *loader;
    float *features, *outputs; /* of a batch */
};

static enum exit_status open_asking(struct asking *asking, const struct trained_model *trained,
                                    const descent_dataset *dataset, double threshold)
{
    const descent_loader_config config = {.batch = PREDICT_BATCH};
    struct predictor *predictor = &asking->predictor;
    CLI_TRY(predictor_create(predictor, trained, trained->multi_label ? 0 : 1, threshold));
    CLI_TRY_LIBRARY(descent_loader_create(&asking->loader, dataset, &config));
    asking->features = calloc(PREDICT_BATCH, predictor->inputs * sizeof *asking->features);
    asking->outputs = calloc(PREDICT_BATCH, predictor->outputs * sizeof *asking->outputs);
    return asking->features != NULL && asking->outputs != NULL
               ? DONE
               : cli_failed("out of memory for samples of %zu numbers", predictor->inputs);
}

static enum exit_status ask(const struct asking *asking, answer_visit *visit, void *context)
{
    const struct predictor *predictor = &asking->predictor;
    size_t done = 0;
    for (descent_batch batch; descent_loader_next(asking->loader, &batch); done += batch.n) {
        memcpy(asking->features, batch.features, batch.n * predictor->inputs * sizeof(float));
        CLI_TRY(predictor_run(predictor, done, batch.n, asking->features, asking->outputs));
        for (size_t i = 0; i < batch.n; i++) {
            CLI_TRY(visit(context, predictor, done + i, asking->outputs + i * predictor->outputs));
        }
    }
    return DONE;
}

enum exit_status answers_visit(const struct trained_model *trained, const descent_dataset *dataset,
                               double threshold, answer_visit *visit, void *context)
{
    struct asking asking = {0};
    enum exit_status status = open_asking(&asking, trained, dataset, threshold);
    if (status == DONE) {
        status = ask(&asking, visit, context);
    }
    free(asking.features);
    free(asking.outputs);
    descent_loader_destroy(asking.loader);
    predictor_destroy(&asking.predictor);
    return status;
}

void answers_write_place(FILE *out, const descent_dataset *dataset, size_t sample)
{
    const char *file = descent_dataset_file(dataset, sample);
    if (file != NULL) {
        record_write_text(out, file);
    } else {
        fprintf(out, "%zu", descent_dataset_place(dataset, sample) + 1);
    }
}
