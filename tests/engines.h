/*
 * Tests of what holds on every engine: written once, run on each.
 */
#ifndef DESCENT_TEST_ENGINES_H
#define DESCENT_TEST_ENGINES_H

#include "harness.h"

/* The engine that the running test is to use; BLAS in programs that do not ask for all. */
extern descent_engine test_engine;

/* DESCENT_TRAINER_DEFAULT on it. */
descent_trainer_config test_trainer_config(void);

/* descent_network_create_on() it. */
descent_status test_network_create(descent_network **network, const descent_model *model,
                                   size_t batch, int threads);

/* run_tests(), once on each engine. */
int run_tests_on_engines(const char *name, const struct test_case *cases, size_t count);

#endif
