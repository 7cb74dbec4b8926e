/*
 * A predictor: a trained model that is ready to be asked. It takes samples as the training data had
 * them and gives probabilities of named classes, or numbers in their own units; what lies between,
 * such as the preparation, is read from the model's file. It suits files that `descent train`
 * wrote, and any other model file: what a file does not say is done without.
 *
 *     features → bytes / 255 → preparation → network → outputs → probabilities, or target units
 */
#ifndef DESCENT_PREDICTOR_H
#define DESCENT_PREDICTOR_H

#include <descent/columns.h>
#include <descent/dataset.h>
#include <descent/engine.h>
#include <descent/loss.h>
#include <descent/model.h>
#include <descent/preparation.h>
#include <descent/safetensors.h>
#include <descent/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

DESCENT_BEGIN

typedef struct descent_predictor descent_predictor;

/* What the answers to a sample are. */
typedef enum descent_task {
    DESCENT_TASK_CLASSES, /* one of several classes */
    DESCENT_TASK_LABELS,  /* any number of labels, each by itself */
    DESCENT_TASK_NUMBERS, /* numbers: a regression */
    DESCENT_TASK_COUNT
} descent_task;

/* Samples that a predictor's network takes at once. */
enum { DESCENT_PREDICTOR_BATCH = 256 };

/*
 * Reads a model file and what its metadata say: engine, loss, task, class_names or target_names,
 * preprocessing, preparation, columns, input_shape, label_smoothing, class_weights. The caller
 * destroys the predictor. Errors: as descent_model_load(); FORMAT (an entry is not what it should
 * be: says which, what was expected and what was found), MEMORY.
 */
DESCENT_API descent_status descent_predictor_load(descent_predictor **predictor, const char *path);

/* The same of a model file's bytes in memory, which may go afterwards; see descent_model_decode().
 */
DESCENT_API descent_status descent_predictor_decode(descent_predictor **predictor,
                                                    const void *bytes, size_t size);

/* Frees a predictor; NULL is allowed. */
DESCENT_API void descent_predictor_destroy(descent_predictor *predictor);

/*
 * Answers n samples, any number of them. features [n × inputs] are those of the training data: of
 * pixels that were bytes 0 … 255, of a table the columns' numbers (see descent_columns_code()), not
 * standardised. answers [n × answers], or NULL, gets
 *
 *     the classes' probabilities (softmax; of binary cross-entropy the sigmoid of each, and with
 *         one output for two classes those of both),
 *     the outputs themselves of classes that were trained by mean squared error,
 *     the labels' probabilities, or
 *     numbers in the targets' own units.
 *
 * classes [n], or NULL, gets the likeliest class, the first of equals, and −1 where there are no
 * classes or an output is not a number. It is decided by the outputs, which differ where
 * probabilities have long been rounded to the same number. A feature that is not a number makes all
 * of the sample's answers NaN; one that is infinite may do so, unless an activation bounds it. The
 * first call plans the network. Errors: INVALID, MEMORY.
 */
DESCENT_API descent_status descent_predictor_run(descent_predictor *predictor,
                                                 const float *features, size_t n, float *answers,
                                                 int32_t *classes);

/* The two halves of that. First the outputs [n × answers] for features as a loader gives them,
 * which are divided by 255 already: logits, of one output for two classes those of both, or numbers
 * in the targets' units. Errors: INVALID, MEMORY. */
DESCENT_API descent_status descent_predictor_outputs(descent_predictor *predictor,
                                                     const float *features, size_t n,
                                                     float *outputs);

/* Then the answers to one sample, [answers], from its outputs; both may be the same array. */
DESCENT_API void descent_predictor_answer(const descent_predictor *predictor, const float *outputs,
                                          float *answers);

/* And the class that they speak for, as descent_predictor_run() gives it; −1 where there is none.
 */
DESCENT_API int32_t descent_predictor_class(const descent_predictor *predictor,
                                            const float *outputs);

/* Ends the network at a hidden layer, 1 for the first: the answers are then its activations,
 * numbers named "unit 1" and so on. Cannot be undone. Errors: INVALID (says which layers there
 * are), MEMORY (the predictor can only be destroyed then). */
DESCENT_API descent_status descent_predictor_stop_at(descent_predictor *predictor, size_t layer);
DESCENT_API bool descent_predictor_is_stopped(const descent_predictor *predictor);

/* The engine that computes the answers: that of the training, as the file says, or blas where it
 * does not. Another one may be chosen at any time and computes all answers from then on. Error:
 * INVALID (no such engine). */
DESCENT_API descent_engine descent_predictor_engine(const descent_predictor *predictor);
DESCENT_API descent_status descent_predictor_use_engine(descent_predictor *predictor,
                                                        descent_engine engine);

/* Whether the answers are computed by definition from now on (descent_model_forward()), to the bits
 * of exported C, and not by the engine. */
DESCENT_API void descent_predictor_use_reference(descent_predictor *predictor, bool reference);

/* One sample's outputs [answers], as those of descent_predictor_outputs(), by definition and
 * without a change of the predictor. Errors: INVALID, MEMORY. */
DESCENT_API descent_status descent_predictor_reference(const descent_predictor *predictor,
                                                       const float *features, float *outputs);

/* What stands around the network, for those who compute it by other means: one sample's features
 * [inputs], as a loader gives them, become what the first layer takes; and what the last layer
 * gives becomes the outputs [answers]; both in place. */
DESCENT_API void descent_predictor_prepare(const descent_predictor *predictor, float *features);
DESCENT_API void descent_predictor_finish(const descent_predictor *predictor, float *outputs);

/* What it answers, how many numbers a sample has, and how many its answers. */
DESCENT_API descent_task descent_predictor_task(const descent_predictor *predictor);
DESCENT_API size_t descent_predictor_inputs(const descent_predictor *predictor);
DESCENT_API size_t descent_predictor_answers(const descent_predictor *predictor);

/* Whether the answers are probabilities. */
DESCENT_API bool descent_predictor_gives_probabilities(const descent_predictor *predictor);

/* The names of the answers, borrowed, [answers], until it is stopped at a layer or destroyed: those
 * of the file or of a layer's units, or else "0", "1", … for classes and "1", "2", … for numbers;
 * and whether they are more than these numbers. */
DESCENT_API const char *const *descent_predictor_names(const descent_predictor *predictor);
DESCENT_API bool descent_predictor_is_named(const descent_predictor *predictor);

/* "classes", "labels" or "numbers"; NULL for any other number. */
DESCENT_API const char *descent_task_name(descent_task task);

/* What was read, borrowed: the model, its file, and the loss that it was trained with. */
DESCENT_API const descent_model *descent_predictor_model(const descent_predictor *predictor);
DESCENT_API const descent_safetensors *descent_predictor_file(const descent_predictor *predictor);
DESCENT_API const descent_loss *descent_predictor_loss(const descent_predictor *predictor);

/* The same, NULL where the file does not say: the preparation, the columns of the table that it was
 * trained on, and the shape of a sample. */
DESCENT_API const descent_preparation *
descent_predictor_preparation(const descent_predictor *predictor);
DESCENT_API const descent_columns *descent_predictor_columns(const descent_predictor *predictor);
DESCENT_API const descent_shape *descent_predictor_shape(const descent_predictor *predictor);

/* What its inputs were made of: bytes or floats; auto where the file does not say, and then the
 * features are taken as they are. */
DESCENT_API descent_values descent_predictor_values(const descent_predictor *predictor);

DESCENT_END

#endif
