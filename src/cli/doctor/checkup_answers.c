/*
 * Looks at how often a model is right about each class, on the training samples or a stratified
 * part of them.
 */
#include "cli/base/text.h"
#include "cli/doctor/checkup.h"

#include <stdio.h>
#include <stdlib.h>

/* Samples that are looked at, and at a time; and those of a class below which nothing is said. */
enum { SAMPLES_MAX = 16384, BATCH = 512, CLASS_MIN = 5, NAMED = 3 };

/* Of a class's samples that are answered rightly: below which it is hardly ever. */
static const double hardly = 0.1;

static descent_status count_answers(const struct checkup_facts *facts,
                                    const descent_dataset *samples, const descent_model *model,
                                    const descent_preparation *preparation, size_t *right)
{
    const descent_loader_config config = {.batch = BATCH, .threads = 1, .preparation = preparation};
    const descent_loss loss = {.kind = (descent_loss_kind)facts->options->loss};
    int32_t answers[BATCH];
    descent_loader *loader = NULL;
    descent_network *network = NULL;
    descent_batch batch;
    descent_metrics metrics = {0};
    descent_status status = descent_loader_create(&loader, samples, &config);
    if (status == DESCENT_OK) {
        status =
            descent_network_create_on(&network, model, (descent_engine)facts->options->engine.kind,
                                      BATCH, (int)facts->options->threads);
    }
    while (status == DESCENT_OK && descent_loader_next(loader, &batch)) {
        status = descent_network_evaluate(network, &loss, &batch, &metrics, answers);
        for (size_t i = 0; status == DESCENT_OK && i < batch.n; i++) {
            right[answers[i]] += answers[i] == batch.labels[i];
        }
    }
    descent_network_destroy(network);
    descent_loader_destroy(loader);
    return status;
}

static void judge(struct checkup_answers *found, const descent_dataset *samples,
                  const descent_dataset *train, const size_t *right)
{
    const size_t *counts = descent_dataset_class_counts(samples);
    for (size_t c = 0; c < descent_dataset_classes(samples); c++) {
        if (counts[c] < CLASS_MIN || (double)right[c] > hardly * (double)counts[c]) {
            continue;
        }
        size_t trained = descent_dataset_class_counts(train)[c];
        found->fewest = found->missed == 0 || trained < found->fewest ? trained : found->fewest;
        if (found->missed++ < NAMED) {
            text_append(found->names, sizeof found->names, "%s%.30s", found->missed > 1 ? ", " : "",
                        descent_dataset_class_names(train)[c]);
        }
    }
    char names[sizeof found->names];
    snprintf(names, sizeof names, "%s", found->names);
    snprintf(found->names, sizeof found->names, "class%s %.120s", found->missed == 1 ? "" : "es",
             names);
    if (found->missed > NAMED) {
        text_append(found->names, sizeof found->names, " and %zu more", found->missed - NAMED);
    }
}

static descent_status look(struct checkup_facts *facts, const descent_dataset *samples,
                           const descent_model *model, const descent_preparation *preparation)
{
    size_t *right = calloc(descent_dataset_classes(samples), sizeof *right);
    if (right == NULL) {
        return cli_no_memory();
    }
    descent_status status = count_answers(facts, samples, model, preparation, right);
    if (status == DESCENT_OK) {
        judge(&facts->answers, samples, facts->train, right);
    }
    free(right);
    return status;
}

descent_status checkup_look_at_answers(struct checkup_facts *facts, const descent_model *model,
                                       const descent_preparation *preparation)
{
    facts->answers = (struct checkup_answers){0};
    if (facts->train == NULL || descent_dataset_classes(facts->train) < 2) {
        return DESCENT_OK;
    }
    size_t count = descent_dataset_count(facts->train);
    if (count <= SAMPLES_MAX) {
        return look(facts, facts->train, model, preparation);
    }
    descent_dataset *rest, *part;
    double share = (double)SAMPLES_MAX / (double)count;
    LIBRARY_TRY(descent_dataset_split(&rest, &part, facts->train, share, 1));
    descent_status status = look(facts, part, model, preparation);
    descent_dataset_destroy(rest);
    descent_dataset_destroy(part);
    return status;
}
