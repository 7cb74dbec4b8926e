/*
 * From features to outputs, and from outputs to answers.
 */
#include "predict/predictor_private.h"

#include "base/elementary.h"
#include "base/fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool descent_predictor_gives_probabilities(const descent_predictor *predictor)
{
    return predictor->task != DESCENT_TASK_NUMBERS && predictor->loss.kind != DESCENT_LOSS_MSE;
}

/* Whether one output stands for two classes. */
static bool is_one_of_two(const descent_predictor *predictor)
{
    return descent_model_outputs(predictor->model) < predictor->answers;
}

/* That output becomes those of both, in the same array, for which the last sample makes room
 * first. */
static void make_two(size_t n, float *outputs)
{
    for (size_t i = n; i-- > 0;) {
        float logit = outputs[i];
        outputs[2 * i] = -logit;
        outputs[2 * i + 1] = logit;
    }
}

static void prepare(const descent_predictor *predictor, size_t n, float *features)
{
    if (predictor->preparation != NULL) {
        descent_preparation_apply(predictor->preparation, n, features);
    }
}

/* What the last layer gave becomes what the answers are made of. */
static void finish(const descent_predictor *predictor, size_t n, float *outputs)
{
    const descent_preparation *preparation = predictor->preparation;
    if (is_one_of_two(predictor)) {
        make_two(n, outputs);
    }
    if (preparation != NULL && predictor->task == DESCENT_TASK_NUMBERS && !predictor->stopped) {
        descent_preparation_undo_targets(preparation, n, outputs);
    }
}

/* For n ≤ DESCENT_PREDICTOR_BATCH samples in predictor->prepared. */
static descent_status forward(descent_predictor *predictor, size_t n, float *outputs)
{
    prepare(predictor, n, predictor->prepared);
    if (predictor->by_reference) {
        descent_model_forward(predictor->model, predictor->prepared, n, outputs,
                              predictor->scratch);
    } else {
        DESCENT_TRY(descent_network_forward(predictor->network, predictor->prepared, n, outputs));
    }
    finish(predictor, n, outputs);
    return DESCENT_OK;
}

void descent_predictor_prepare(const descent_predictor *predictor, float *features)
{
    prepare(predictor, 1, features);
}

void descent_predictor_finish(const descent_predictor *predictor, float *outputs)
{
    finish(predictor, 1, outputs);
}

descent_status descent_predictor_reference(const descent_predictor *predictor,
                                           const float *features, float *outputs)
{
    DESCENT_RETURN_UNLESS(predictor != NULL && features != NULL && outputs != NULL);
    size_t inputs = descent_predictor_inputs(predictor);
    size_t scratch = descent_model_scratch(predictor->model);
    float *prepared = malloc((inputs + scratch) * sizeof *prepared);
    if (prepared == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for a sample of %zu numbers",
                            predictor->path, inputs);
    }
    memcpy(prepared, features, inputs * sizeof *features);
    prepare(predictor, 1, prepared);
    descent_model_forward(predictor->model, prepared, 1, outputs, prepared + inputs);
    finish(predictor, 1, outputs);
    free(prepared);
    return DESCENT_OK;
}

descent_status descent_predictor_outputs(descent_predictor *predictor, const float *features,
                                         size_t n, float *outputs)
{
    DESCENT_RETURN_UNLESS(predictor != NULL && features != NULL && outputs != NULL);
    DESCENT_TRY(descent_predictor_plan(predictor));
    size_t inputs = descent_predictor_inputs(predictor);
    for (size_t done = 0; done < n; done += DESCENT_PREDICTOR_BATCH) {
        size_t left = n - done;
        size_t part = left < DESCENT_PREDICTOR_BATCH ? left : DESCENT_PREDICTOR_BATCH;
        memcpy(predictor->prepared, features + done * inputs, part * inputs * sizeof *features);
        DESCENT_TRY(forward(predictor, part, outputs + done * predictor->answers));
    }
    return DESCENT_OK;
}

static void softmax(float *answers, const float *outputs, size_t n)
{
    double largest = -HUGE_VAL, sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        double output = (double)outputs[i];
        largest = output > largest ? output : largest; /* gcc 12 breaks off at fmax() on arm64 */
    }
    for (size_t i = 0; i < n; i++) {
        sum += descent_exp_double((double)outputs[i] - largest);
    }
    for (size_t i = 0; i < n; i++) {
        answers[i] = (float)(descent_exp_double((double)outputs[i] - largest) / sum);
    }
}

void descent_predictor_answer(const descent_predictor *predictor, const float *outputs,
                              float *answers)
{
    if (!descent_predictor_gives_probabilities(predictor)) {
        memmove(answers, outputs, predictor->answers * sizeof *outputs);
    } else if (predictor->loss.kind != DESCENT_LOSS_BINARY_CROSS_ENTROPY) {
        softmax(answers, outputs, predictor->answers);
    } else {
        for (size_t i = 0; i < predictor->answers; i++) {
            answers[i] = (float)(1.0 / (1.0 + descent_exp_double(-(double)outputs[i])));
        }
    }
}

int32_t descent_predictor_class(const descent_predictor *predictor, const float *outputs)
{
    size_t best = 0;
    bool numbers = !isnan(outputs[0]); /* what is none is neither larger nor smaller */
    for (size_t i = 1; i < predictor->answers; i++) {
        best = outputs[i] > outputs[best] ? i : best;
        numbers = numbers && !isnan(outputs[i]);
    }
    return predictor->task == DESCENT_TASK_CLASSES && numbers ? (int32_t)best : -1;
}

/* The features as a loader would give them. */
static void widen(const descent_predictor *predictor, size_t n, const float *features)
{
    size_t count = n * descent_predictor_inputs(predictor);
    float divisor = predictor->values == DESCENT_VALUES_BYTES ? 255.0f : 1.0f;
    for (size_t i = 0; i < count; i++) {
        predictor->prepared[i] = features[i] / divisor;
    }
}

static descent_status run_batch(descent_predictor *predictor, const float *features, size_t n,
                                float *answers, int32_t *classes)
{
    widen(predictor, n, features);
    DESCENT_TRY(forward(predictor, n, predictor->outputs));
    for (size_t i = 0; i < n; i++) {
        const float *outputs = predictor->outputs + i * predictor->answers;
        if (classes != NULL) {
            classes[i] = descent_predictor_class(predictor, outputs);
        }
        if (answers != NULL) {
            descent_predictor_answer(predictor, outputs, answers + i * predictor->answers);
        }
    }
    return DESCENT_OK;
}

descent_status descent_predictor_run(descent_predictor *predictor, const float *features, size_t n,
                                     float *answers, int32_t *classes)
{
    DESCENT_RETURN_UNLESS(predictor != NULL && features != NULL);
    DESCENT_TRY(descent_predictor_plan(predictor));
    for (size_t done = 0; done < n; done += DESCENT_PREDICTOR_BATCH) {
        size_t left = n - done;
        DESCENT_TRY(run_batch(predictor, features + done * descent_predictor_inputs(predictor),
                              left < DESCENT_PREDICTOR_BATCH ? left : DESCENT_PREDICTOR_BATCH,
                              answers != NULL ? answers + done * predictor->answers : NULL,
                              classes != NULL ? classes + done : NULL));
    }
    return DESCENT_OK;
}
