/*
 * Random predictors for what is exported: between them they have every activation, every task with
 * every loss that it takes, bytes and floats, and every kind of preparation.
 */
#ifndef DESCENT_TEST_RANDOM_PREDICTORS_H
#define DESCENT_TEST_RANDOM_PREDICTORS_H

#include <descent/descent.h>

enum { RANDOM_PREDICTORS = 63 }; /* so that each activation meets each task */

/* Number i, which the caller destroys, on the engine packed; NULL after a message. */
descent_predictor *random_predictor(unsigned i);

/* n samples as it takes them, [n × inputs], which the caller frees. */
float *random_features(const descent_predictor *predictor, size_t n);

#endif
