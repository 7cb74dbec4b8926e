/*
 * What is the matter with the data: samples that are not there, inputs that no network likes,
 * columns that are no features.
 */
#include "cli/base/text.h"
#include "cli/doctor/checkup_checks.h"

#include <math.h>
#include <stdio.h>

/* Inputs with a magnitude above the first, or all of them below the second. */
static const double large_input = 20.0, small_input = 0.1;

/* Deviations that the inputs' mean is away from zero. */
static const double light = 2.5;

/* Numbers of a picture above which a smaller one is worth a try, and about how many that has. */
static const double many_inputs = 10000.0, usual_inputs = 4096.0;

/* "class a", or "classes a, b, c and 3 more", of those without samples; returns how many there are,
 * 0 for data that are not at hand. */
static size_t list_missing(const descent_dataset *dataset, char *text, size_t size)
{
    enum { NAMED = 3 };
    size_t missing = 0, classes = dataset != NULL ? descent_dataset_classes(dataset) : 0;
    for (size_t c = 0; c < classes; c++) {
        missing += descent_dataset_class_counts(dataset)[c] == 0;
    }
    snprintf(text, size, "%s", missing == 1 ? "class" : "classes");
    for (size_t c = 0, named = 0; c < classes && named < NAMED; c++) {
        if (descent_dataset_class_counts(dataset)[c] == 0) {
            text_append(text, size, "%s%s", named++ > 0 ? ", " : " ",
                        descent_dataset_class_names(dataset)[c]);
        }
    }
    if (missing > NAMED) {
        text_append(text, size, " and %zu more", missing - NAMED);
    }
    return missing;
}

bool checkup_misses_classes(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    char list[256];
    size_t missing = list_missing(facts->train, list, sizeof list);
    snprintf(text, CHECKUP_TEXT_SIZE,
             "there are no training samples of %s: the network cannot learn these classes; "
             "add samples, or number the classes without gaps",
             list);
    return missing > 0;
}

bool checkup_misses_validation(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    char list[256];
    size_t untrained = list_missing(facts->train, list, sizeof list);
    size_t missing = list_missing(facts->validation, list, sizeof list);
    snprintf(
        text, CHECKUP_TEXT_SIZE,
        "there are no validation samples of %s, because there are too few samples to hold some "
        "back: validation does not measure these classes; add samples",
        list);
    return missing > 0 && untrained == 0;
}

bool checkup_inputs_are_off(const struct checkup_facts *facts)
{
    const struct checkup_inputs *inputs = &facts->inputs;
    double most = fmax(fabs(inputs->low), fabs(inputs->high));
    /* What is standardised already can have outliers, which no option takes away. */
    return inputs->count > 0 && facts->options->standardize == DESCENT_STANDARDIZE_NONE &&
           !(most <= large_input && most >= small_input);
}

bool checkup_inputs_are_light(const struct checkup_facts *facts)
{
    const struct checkup_inputs *inputs = &facts->inputs;
    return inputs->count > 0 && facts->options->standardize == DESCENT_STANDARDIZE_NONE &&
           fabs(inputs->mean) > light * inputs->deviation;
}

bool checkup_is_unscaled(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    snprintf(text, CHECKUP_TEXT_SIZE,
             "the inputs range from %.4g to %.4g: networks learn best from numbers around 1; "
             "--standardize feature or set scales them",
             facts->inputs.low, facts->inputs.high);
    return checkup_inputs_are_off(facts) && !facts->inputs.constant;
}

bool checkup_has_constant_inputs(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    snprintf(text, CHECKUP_TEXT_SIZE,
             "all training samples have the same inputs: nothing can be learnt from them; check "
             "what the files hold (descent inspect)");
    return facts->inputs.constant;
}

/* "column a" or "columns a, b", what one of them does or several do, and when to leave them out. */
static bool tell_columns(char text[CHECKUP_TEXT_SIZE], const struct checkup_list *list,
                         const char *one, const char *many, const char *when)
{
    bool single = list->count == 1;
    snprintf(text, CHECKUP_TEXT_SIZE, "column%s %s %s: %s--ignore %s leaves %s out",
             single ? "" : "s", list->names, single ? one : many, when, list->given,
             single ? "it" : "them");
    return list->count > 0;
}

bool checkup_has_constant_columns(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    return tell_columns(text, &facts->columns.constant, "is the same in every row",
                        "are the same in every row", "") &&
           !facts->inputs.constant;
}

bool checkup_has_counting_columns(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    return tell_columns(text, &facts->columns.counting, "counts up from row to row",
                        "count up from row to row", "if that only numbers the rows, ");
}

bool checkup_has_unique_columns(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    return tell_columns(text, &facts->columns.unique,
                        "has another text in every row, which says nothing about new rows",
                        "have another text in every row, which says nothing about new rows", "");
}

bool checkup_has_telling_columns(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    return tell_columns(text, &facts->columns.telling, "determines the target exactly",
                        "determine the target exactly", "if it will be unknown for new rows, ");
}

bool checkup_has_large_pictures(const struct checkup_facts *facts, char text[CHECKUP_TEXT_SIZE])
{
    if (facts->train == NULL || !descent_dataset_is_pictures(facts->train)) {
        return false;
    }
    const size_t *sizes = descent_dataset_shape(facts->train)->sizes;
    double features = (double)descent_dataset_features(facts->train);
    double height = (double)sizes[0], width = (double)sizes[1];
    double factor = sqrt(usual_inputs / features);
    char count[TEXT_SIZE];
    snprintf(text, CHECKUP_TEXT_SIZE,
             "the pictures are %zux%zu, %s inputs: smaller ones are learnt faster, and often as "
             "well; --size %.0fx%.0f reads them so",
             sizes[0], sizes[1], text_count(count, descent_dataset_features(facts->train)),
             fmax(1.0, round(height * factor)), fmax(1.0, round(width * factor)));
    return features > many_inputs;
}
