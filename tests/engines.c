/*
 * One group of tests for each engine; Check sets the engine in each test's own process.
 */
#include "engines.h"

descent_engine test_engine = DESCENT_ENGINE_BLAS;

descent_trainer_config test_trainer_config(void)
{
    descent_trainer_config config = DESCENT_TRAINER_DEFAULT;
    config.engine = test_engine;
    return config;
}

descent_status test_network_create(descent_network **network, const descent_model *model,
                                   size_t batch, int threads)
{
    return descent_network_create_on(network, model, test_engine, batch, threads);
}

static void use_blas(void)
{
    test_engine = DESCENT_ENGINE_BLAS;
}

static void use_packed(void)
{
    test_engine = DESCENT_ENGINE_PACKED;
}

int run_tests_on_engines(const char *name, const struct test_case *cases, size_t count)
{
    static void (*const uses[DESCENT_ENGINE_COUNT])(void) = {
        [DESCENT_ENGINE_BLAS] = use_blas,
        [DESCENT_ENGINE_PACKED] = use_packed,
    };
    Suite *suite = suite_create(name);
    for (unsigned engine = 0; engine < DESCENT_ENGINE_COUNT; engine++) {
        TCase *group = tcase_create(descent_engine_name((descent_engine)engine));
        tcase_add_checked_fixture(group, uses[engine], NULL);
        add_tests(suite, group, cases, count);
    }
    return run_suite(suite);
}
