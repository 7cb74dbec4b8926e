/*
 * The weights of classes in the loss: as given, or balanced, which gives all classes the same sum
 * of weights over the training samples: samples / (classes × samples of the class), as
 * scikit-learn's class_weight="balanced".
 */
#include "cli/base/text.h"
#include "cli/train/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum exit_status balance(float *weights, const descent_dataset *train)
{
    size_t classes = descent_dataset_classes(train);
    const size_t *counts = descent_dataset_class_counts(train);
    for (size_t c = 0; c < classes; c++) {
        if (counts[c] == 0) {
            return cli_failed("--class-weights balanced: expected samples of each of %zu classes "
                              "to train on, found none of class \"%.100s\"",
                              classes, descent_dataset_class_names(train)[c]);
        }
        double count = (double)counts[c] * (double)classes;
        weights[c] = (float)((double)descent_dataset_count(train) / count);
    }
    return DONE;
}

/* A number that is above 0 and finite as the float that it becomes. */
static bool read_weight(float *weight, const char *text)
{
    double number;
    bool valid = text_read_number(&number, text);
    *weight = valid ? (float)number : 0.0f;
    return *weight > 0.0f && isfinite(*weight);
}

static enum exit_status read_list(float *weights, size_t classes, const char *text)
{
    size_t found = 0;
    for (const char *rest = text; rest != NULL; found++) {
        char part[TEXT_SIZE];
        float weight;
        if (!text_next(&rest, ',', part) || !read_weight(&weight, part)) {
            return cli_usage("--class-weights: expected balanced, or numbers > 0 with commas "
                             "between, one for each class, found \"%.200s\"",
                             text);
        }
        if (found < classes) {
            weights[found] = weight;
        }
    }
    return found == classes
               ? DONE
               : cli_usage("--class-weights: expected %zu numbers, one for each class, found %zu",
                           classes, found);
}

/* The longest list that a resumed run still reads as a whole. */
enum { LIST_LENGTH_MAX = 4000 };

enum exit_status train_weights_create(struct training *training)
{
    const char *text = training->options.class_weights;
    size_t classes = descent_dataset_classes(training->data.train);
    if (strcmp(text, "none") == 0) {
        return DONE;
    }
    if (strlen(text) > LIST_LENGTH_MAX) {
        return cli_usage("--class-weights: expected at most %d characters, found %zu",
                         LIST_LENGTH_MAX, strlen(text));
    }
    training->class_weights = calloc(classes, sizeof *training->class_weights);
    if (training->class_weights == NULL) {
        return cli_failed("out of memory for the weights of %zu classes", classes);
    }
    return strcmp(text, "balanced") == 0 ? balance(training->class_weights, training->data.train)
                                         : read_list(training->class_weights, classes, text);
}
