/*
 * Precision, recall and F1.
 */
#include "cli/evaluate/class_row.h"

#include "cli/base/text.h"

#include <math.h>

#define AT(kind, member) RECORD_MEMBER(kind, struct class_row, member)

static const struct record_field FIELDS[] = {
    {"class", AT(TEXT, name), .heading = "class"},
    {"samples", AT(SIZE, samples), .heading = "samples", .text = text_whole},
    {"precision", AT(NUMBER, precision), .heading = "precision", .text = text_percent},
    {"recall", AT(NUMBER, recall), .heading = "recall", .text = text_percent},
    {"f1", AT(NUMBER, f1), .heading = "F1", .text = text_percent},
};

const struct record CLASS_RECORD = RECORD(struct class_row, FIELDS);

/* A figure is 0 / 0 where there is no such sample, or no such prediction. F1 is the harmonic mean
 * of both, in a form that also holds where one of them is 0. */
struct class_row class_row_of(const char *name, size_t samples, size_t predictions, size_t correct)
{
    return (struct class_row){
        .name = name,
        .samples = samples,
        .precision = (double)correct / (double)predictions,
        .recall = (double)correct / (double)samples,
        .f1 = 2.0 * (double)correct / (double)(samples + predictions),
    };
}

/* Of the figure at an offset. */
static double mean(const struct class_row *rows, size_t count, size_t offset)
{
    double sum = 0.0;
    size_t found = 0;
    for (size_t c = 0; c < count; c++) {
        double figure = *(const double *)((const char *)&rows[c] + offset);
        sum += isnan(figure) ? 0.0 : figure;
        found += isnan(figure) ? 0 : 1;
    }
    return found > 0 ? sum / (double)found : NAN;
}

struct class_row class_row_mean(const char *name, size_t samples, const struct class_row *rows,
                                size_t count)
{
    return (struct class_row){
        .name = name,
        .samples = samples,
        .precision = mean(rows, count, offsetof(struct class_row, precision)),
        .recall = mean(rows, count, offsetof(struct class_row, recall)),
        .f1 = mean(rows, count, offsetof(struct class_row, f1)),
    };
}
