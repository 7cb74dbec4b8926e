/*
 * Each sample with its label and the model's answer, so that the wrong ones can be looked at. The
 * answers are those of predict.
 */
#include "cli/base/record.h"
#include "cli/evaluate/evaluation.h"
#include "cli/predict/predict.h"

#include <descent/loader.h>
#include <stdlib.h>
#include <string.h>

struct listing {
    const descent_dataset *dataset;
    const struct predictor *predictor;
    FILE *out;
    bool files;                /* whether samples have files of their own */
    bool wrong;                /* whether only wrong answers are listed */
    float *features, *outputs; /* of a batch */
};

static void write_headings(const struct listing *listing)
{
    const struct predictor *predictor = listing->predictor;
    fputs(listing->files ? "file" : "row", listing->out);
    if (predictor->labels) {
        fputs(",labels,answers,probabilities\n", listing->out);
    } else if (predictor->classes) {
        fprintf(listing->out, ",label,answer,%s\n",
                predictor->probabilities ? "probability" : "output");
    } else {
        for (size_t o = 0; o < predictor->outputs; o++) {
            char predicted[1100];
            snprintf(predicted, sizeof predicted, "%s predicted", predictor->trained->names[o]);
            fputc(',', listing->out);
            record_write_text(listing->out, predictor->trained->names[o]);
            fputc(',', listing->out);
            record_write_text(listing->out, predicted);
        }
        fputc('\n', listing->out);
    }
}

static void write_place(const struct listing *listing, size_t i)
{
    const char *file = descent_dataset_file(listing->dataset, i);
    if (file != NULL) {
        record_write_text(listing->out, file);
    } else {
        fprintf(listing->out, "%zu", descent_dataset_place(listing->dataset, i) + 1);
    }
}

static void write_class(const struct listing *listing, size_t i, const struct answer *answer)
{
    size_t label = (size_t)descent_dataset_label(listing->dataset, i);
    if (listing->wrong && answer->class == label) {
        return;
    }
    write_place(listing, i);
    fputc(',', listing->out);
    record_write_text(listing->out, descent_dataset_class_names(listing->dataset)[label]);
    fputc(',', listing->out);
    record_write_text(listing->out, answer->name);
    fprintf(listing->out, ",%.9g\n", answer->output);
}

static void write_numbers(const struct listing *listing, size_t i, const float *outputs)
{
    write_place(listing, i);
    for (size_t o = 0; o < listing->predictor->outputs; o++) {
        double target = (double)descent_dataset_target(listing->dataset, i)[o];
        fprintf(listing->out, ",%.9g,%.9g", target, (double)outputs[o]);
    }
    fputc('\n', listing->out);
}

/* Whether each label holds if and only if the answer says so. */
static bool all_right(const struct listing *listing, size_t i, const float *outputs)
{
    const float *targets = descent_dataset_target(listing->dataset, i);
    bool right = true;
    for (size_t o = 0; o < listing->predictor->outputs; o++) {
        bool holds = trained_model_holds(outputs[o], listing->predictor->threshold);
        right = right && holds == (targets[o] > 0.5f);
    }
    return right;
}

static enum exit_status write_labels(const struct listing *listing, size_t i, const float *outputs)
{
    const struct answer *answers = predictor_answer(listing->predictor, outputs);
    const float *targets = descent_dataset_target(listing->dataset, i);
    if (listing->wrong && all_right(listing, i, outputs)) {
        return DONE;
    }
    char *names = predictor_labels_names(listing->predictor, answers);
    char *numbers = predictor_labels_numbers(listing->predictor, answers);
    bool whole = names != NULL && numbers != NULL;
    if (whole) {
        char labels[4096] = "";
        for (size_t o = 0; o < listing->predictor->outputs; o++) {
            if (targets[o] > 0.5f) {
                text_append(labels, sizeof labels, "%s%s", labels[0] == '\0' ? "" : ";",
                            listing->predictor->trained->names[o]);
            }
        }
        write_place(listing, i);
        const char *const fields[] = {labels, names, numbers};
        for (size_t f = 0; f < 3; f++) {
            fputc(',', listing->out);
            record_write_text(listing->out, fields[f]);
        }
        fputc('\n', listing->out);
    }
    free(names);
    free(numbers);
    return whole ? DONE : cli_failed("out of memory for a list of labels");
}

static enum exit_status write_batch(const struct listing *listing, size_t first, size_t n)
{
    const struct predictor *predictor = listing->predictor;
    for (size_t k = 0; k < n; k++) {
        const float *outputs = listing->outputs + k * predictor->outputs;
        if (predictor->labels) {
            CLI_TRY(write_labels(listing, first + k, outputs));
        } else if (predictor->classes) {
            write_class(listing, first + k, predictor_answer(predictor, outputs));
        } else {
            write_numbers(listing, first + k, outputs);
        }
    }
    return DONE;
}

static enum exit_status write_all(struct listing *listing, descent_loader *loader)
{
    const struct predictor *predictor = listing->predictor;
    size_t row = predictor->inputs * sizeof(float);
    listing->features = calloc(PREDICT_BATCH, row);
    listing->outputs = calloc(PREDICT_BATCH, predictor->outputs * sizeof *listing->outputs);
    if (listing->features == NULL || listing->outputs == NULL) {
        return cli_failed("out of memory for samples of %zu numbers", predictor->inputs);
    }
    write_headings(listing);
    size_t done = 0;
    for (descent_batch batch; descent_loader_next(loader, &batch); done += batch.n) {
        memcpy(listing->features, batch.features, batch.n * row);
        CLI_TRY(predictor_run(predictor, batch.n, listing->features, listing->outputs));
        CLI_TRY(write_batch(listing, done, batch.n));
    }
    return DONE;
}

static enum exit_status write_file(struct listing *listing, const char *path)
{
    const descent_loader_config config = {.batch = PREDICT_BATCH};
    descent_loader *loader;
    CLI_TRY_LIBRARY(descent_loader_create(&loader, listing->dataset, &config));
    struct text_file file;
    enum exit_status status = text_file_open(&file, path);
    if (status == DONE) {
        listing->out = file.out;
        status = write_all(listing, loader);
        if (status == DONE) {
            status = text_file_save(&file);
        } else {
            text_file_discard(&file);
        }
    }
    free(listing->features);
    free(listing->outputs);
    descent_loader_destroy(loader);
    return status;
}

enum exit_status evaluation_save_samples(const struct trained_model *trained,
                                         const descent_dataset *dataset, double threshold,
                                         bool wrong, const char *path)
{
    struct predictor predictor;
    struct listing listing = {.dataset = dataset,
                              .predictor = &predictor,
                              .wrong = wrong,
                              .files = descent_dataset_file(dataset, 0) != NULL};
    enum exit_status status =
        predictor_create(&predictor, trained, trained->multi_label ? 0 : 1, threshold);
    if (status == DONE) {
        status = write_file(&listing, path);
    }
    predictor_destroy(&predictor);
    return status;
}
