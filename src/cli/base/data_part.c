/*
 * Loads data sets part by part and measures them: bytes exactly, by counting them; floats in two
 * passes, so that the deviation of numbers far from zero is not lost.
 */
#include "cli/base/data_part.h"

#include <math.h>
#include <stdio.h>

/* Exact integer sums: 255² · 2⁴⁷ numbers still fit. */
static struct spread spread_of_bytes(const descent_dataset *dataset)
{
    size_t features = descent_dataset_features(dataset);
    size_t count = descent_dataset_count(dataset);
    uint64_t histogram[256] = {0};
    for (size_t i = 0; i < count; i++) {
        const uint8_t *sample = descent_dataset_sample(dataset, i);
        for (size_t f = 0; f < features; f++) {
            histogram[sample[f]]++;
        }
    }
    struct spread spread = {.minimum = UINT8_MAX};
    uint64_t sum = 0;
    uint64_t squares = 0;
    for (unsigned value = 0; value < 256; value++) {
        if (histogram[value] > 0) {
            spread.minimum = fmin(spread.minimum, value);
            spread.maximum = value;
        }
        sum += value * histogram[value];
        squares += (uint64_t)value * value * histogram[value];
    }
    double n = (double)count * (double)features;
    spread.mean = (double)sum / n;
    spread.deviation = sqrt(fmax(0.0, (double)squares / n - spread.mean * spread.mean));
    return spread;
}

/* Numbers of all samples: `width` at a time, or the one at `at` where width is 1. */
struct view {
    const descent_dataset *dataset;
    const float *(*numbers)(const descent_dataset *dataset, size_t i);
    size_t at, width;
};

static struct spread spread_of_view(const struct view *view)
{
    struct spread spread = {.minimum = HUGE_VAL, .maximum = -HUGE_VAL};
    size_t count = descent_dataset_count(view->dataset);
    double n = (double)count * (double)view->width;
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        const float *numbers = view->numbers(view->dataset, i) + view->at;
        for (size_t j = 0; j < view->width; j++) {
            spread.minimum = fmin(spread.minimum, (double)numbers[j]);
            spread.maximum = fmax(spread.maximum, (double)numbers[j]);
            sum += (double)numbers[j];
        }
    }
    spread.mean = sum / n;
    double squares = 0.0;
    for (size_t i = 0; i < count; i++) {
        const float *numbers = view->numbers(view->dataset, i) + view->at;
        for (size_t j = 0; j < view->width; j++) {
            double difference = (double)numbers[j] - spread.mean;
            squares += difference * difference;
        }
    }
    spread.deviation = sqrt(squares / n);
    return spread;
}

static struct spread spread_of(const descent_dataset *dataset)
{
    const struct view view = {dataset, descent_dataset_sample_floats, 0,
                              descent_dataset_features(dataset)};
    return descent_dataset_values(dataset) == DESCENT_VALUES_BYTES ? spread_of_bytes(dataset)
                                                                   : spread_of_view(&view);
}

struct spread data_part_target(const struct data_part *part, size_t output)
{
    return spread_of_view(&(struct view){part->dataset, descent_dataset_target, output, 1});
}

/* A part that is missing is told only where the other one is missing as well. */
enum exit_status data_parts_load(struct data_part parts[DATA_PARTS], const char *path,
                                 descent_source *source)
{
    char missing[512] = "";
    const descent_source asked = *source;
    for (int p = 0; p < DATA_PARTS; p++) {
        source->part = (descent_part)p;
        descent_status loaded = descent_dataset_load(&parts[p].dataset, path, source);
        if (source->progress_context != NULL) {
            progress_clear(source->progress_context);
        }
        if (loaded == DESCENT_OK) {
            parts[p].spread = spread_of(parts[p].dataset);
            source_follow(source, parts[p].dataset);
        } else if (loaded != DESCENT_ERROR_NOT_FOUND) {
            return cli_library_failed();
        } else if (missing[0] == '\0') {
            snprintf(missing, sizeof missing, "%s", descent_last_error());
        }
    }
    const descent_dataset *first = data_parts_first(parts)->dataset;
    return first != NULL ? source_check(&asked, first) : cli_failed("%s", missing);
}

const struct data_part *data_parts_first(const struct data_part parts[DATA_PARTS])
{
    const struct data_part *train = &parts[DESCENT_PART_TRAIN];
    return train->dataset != NULL ? train : &parts[DESCENT_PART_TEST];
}

void data_parts_free(struct data_part parts[DATA_PARTS])
{
    for (int p = 0; p < DATA_PARTS; p++) {
        descent_dataset_destroy(parts[p].dataset);
    }
}
