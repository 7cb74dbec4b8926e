/*
 * Answers of a model whose samples may have several labels: those that hold, the likeliest first,
 * in one field with ; between, as label columns have them.
 */
#include "cli/base/record.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/predict/predict.h"

#include <stdio.h>
#include <stdlib.h>

/* How many of the ranked answers hold. */
static size_t count_of(const struct predictor *predictor, const struct answer *answers)
{
    size_t count = 0;
    while (count < predictor->count &&
           trained_model_holds(answers[count].raw, predictor->threshold)) {
        count++;
    }
    return count;
}

static void write_names(FILE *out, const struct answer *answers, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        fprintf(out, "%s%s", k > 0 ? ";" : "", answers[k].name);
    }
}

/* Nine digits give back the same float. */
static void write_numbers(FILE *out, const struct answer *answers, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        fprintf(out, "%s%.9g", k > 0 ? ";" : "", answers[k].output);
    }
}

static void write_shares(FILE *out, const struct answer *answers, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        char text[TEXT_SIZE];
        fprintf(out, "%s%s", k > 0 ? "; " : "", text_percent(text, answers[k].output));
    }
}

/* What is written, as a text to be freed; NULL where memory is out. */
static char *text_of(const struct predictor *predictor, const struct answer *answers,
                     void (*write)(FILE *out, const struct answer *answers, size_t count))
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = text_open(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    write(out, answers, count_of(predictor, answers));
    if (!text_close(out, &text)) {
        free(text);
        return NULL;
    }
    return text;
}

char *predictor_labels_names(const struct predictor *predictor, const struct answer *answers)
{
    return text_of(predictor, answers, write_names);
}

char *predictor_labels_numbers(const struct predictor *predictor, const struct answer *answers)
{
    return text_of(predictor, answers, write_numbers);
}

void predictor_labels_add(const struct predictor *predictor, const float *outputs,
                          struct table *table)
{
    const struct answer *answers = predictor_answer(predictor, outputs);
    char *names = text_of(predictor, answers, write_names);
    char *shares = text_of(predictor, answers, write_shares);
    bool none = count_of(predictor, answers) == 0;
    table_add(table, "%s", none || names == NULL ? "-" : names);
    table_add(table, "%s", none || shares == NULL ? "-" : shares);
    free(names);
    free(shares);
}

json_t *predictor_labels_json(const struct predictor *predictor, const struct record *record,
                              const float *outputs)
{
    const struct answer *answers = predictor_answer(predictor, outputs);
    return json_pack("{s:o}", "labels",
                     record_array(record, answers, count_of(predictor, answers)));
}
