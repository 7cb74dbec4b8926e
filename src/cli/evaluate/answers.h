/*
 * A model's answer to each sample of a data set.
 */
#ifndef DESCENT_CLI_ANSWERS_H
#define DESCENT_CLI_ANSWERS_H

#include "cli/base/record.h"
#include "cli/predict/predict.h"

/* What is done with the outputs for a sample: predictor_answer() says what they mean. */
typedef enum exit_status answer_visit(void *context, const struct predictor *predictor,
                                      size_t sample, const float *outputs);

/* Visits all samples in the data set's order; stops at a status other than DONE and returns it. */
enum exit_status answers_visit(const struct trained_model *trained, const descent_dataset *dataset,
                               double threshold, answer_visit *visit, void *context);

/* Prints, as a field of CSV, where a sample is from: its own file, or its row from 1. */
void answers_write_place(FILE *out, const descent_dataset *dataset, size_t sample);

#endif
