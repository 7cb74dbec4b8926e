/*
 * Writes random networks as ONNX with what they should answer: FOLDER/N.onnx, and floats, little-
 * endian, N.features [SAMPLES × inputs] and N.expected [SAMPLES × answers]. A line about each goes
 * to stdout: number, inputs, answers, kind of answers, network.
 */
#include "export/random_predictors.h"

#include <stdio.h>
#include <stdlib.h>

enum { SAMPLES = 300 }; /* more than a predictor's batch */

static bool save(const char *folder, unsigned i, const char *what, const void *bytes, size_t size)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%u.%s", folder, i, what);
    return descent_file_save(path, bytes, size) == DESCENT_OK;
}

static bool write_answers(descent_predictor *predictor, const char *folder, unsigned i)
{
    size_t inputs = descent_predictor_inputs(predictor);
    size_t answers = descent_predictor_answers(predictor);
    float *features = random_features(predictor, SAMPLES);
    float *expected = calloc(SAMPLES * answers, sizeof *expected);
    bool done = features != NULL && expected != NULL &&
                descent_predictor_run(predictor, features, SAMPLES, expected, NULL) == DESCENT_OK &&
                save(folder, i, "features", features, SAMPLES * inputs * sizeof *features) &&
                save(folder, i, "expected", expected, SAMPLES * answers * sizeof *expected);
    free(features);
    free(expected);
    return done;
}

/* Of some of those with hidden layers the first one's activations are the answers. */
static bool stop(descent_predictor *predictor, unsigned i)
{
    bool stops = i % 9 == 7 && descent_model_layers(descent_predictor_model(predictor)) > 1;
    return !stops || descent_predictor_stop_at(predictor, 1) == DESCENT_OK;
}

static bool write_network(const char *folder, unsigned i)
{
    descent_predictor *predictor = random_predictor(i);
    unsigned char *bytes = NULL;
    size_t size;
    char text[256];
    bool done = predictor != NULL && stop(predictor, i) &&
                descent_export_onnx(&bytes, &size, predictor) == DESCENT_OK &&
                save(folder, i, "onnx", bytes, size) && write_answers(predictor, folder, i);
    if (done) {
        descent_model_describe(descent_predictor_model(predictor), text, sizeof text);
        printf("%u\t%zu\t%zu\t%s\t%s\n", i, descent_predictor_inputs(predictor),
               descent_predictor_answers(predictor),
               descent_predictor_gives_probabilities(predictor) ? "probabilities" : "outputs",
               text);
    }
    free(bytes);
    descent_predictor_destroy(predictor);
    return done;
}

int main(int argc, char **argv)
{
    for (unsigned i = 0; argc == 2 && i < RANDOM_PREDICTORS; i++) {
        if (!write_network(argv[1], i)) {
            fprintf(stderr, "network %u: %s\n", i, descent_last_error());
            return EXIT_FAILURE;
        }
    }
    return argc == 2 ? EXIT_SUCCESS : EXIT_FAILURE;
}
