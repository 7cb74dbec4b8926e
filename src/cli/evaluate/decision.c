/*
 * Answers at another threshold than one half: a label holds, or of one output the second class is
 * the answer, where the sigmoid of the logit is above it.
 */
#include "cli/evaluate/evaluation.h"

bool evaluation_holds(const struct evaluation *evaluation, size_t sample, size_t output)
{
    return trained_model_holds(evaluation->outputs[sample * evaluation->width + output],
                               evaluation->threshold);
}

static bool all_labels_are_right(const struct evaluation *evaluation, size_t sample,
                                 const float *target)
{
    for (size_t o = 0; o < evaluation->width; o++) {
        if (evaluation_holds(evaluation, sample, o) != (target[o] > 0.5f)) {
            return false;
        }
    }
    return true;
}

static bool decide(struct evaluation *evaluation, const descent_dataset *dataset, size_t sample)
{
    if (descent_dataset_outputs(dataset) > 0) {
        return all_labels_are_right(evaluation, sample, descent_dataset_target(dataset, sample));
    }
    size_t label = (size_t)descent_dataset_label(dataset, sample);
    size_t answer = evaluation_holds(evaluation, sample, 0) ? 1 : 0;
    evaluation->confusion[label * evaluation->classes + answer]++;
    return answer == label;
}

void evaluation_decide(struct evaluation *evaluation, const descent_dataset *dataset,
                       double threshold)
{
    size_t cells = evaluation->classes * evaluation->classes;
    evaluation->threshold = threshold;
    evaluation->metrics.correct = 0;
    for (size_t i = 0; i < cells && evaluation->confusion != NULL; i++) {
        evaluation->confusion[i] = 0;
    }
    for (size_t i = 0; i < evaluation->metrics.samples; i++) {
        evaluation->right[i] = decide(evaluation, dataset, i);
        evaluation->metrics.correct += evaluation->right[i];
    }
}
