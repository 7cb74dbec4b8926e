/*
 * The engines' names, and which sets of instructions can be chosen here: asked of the system, which
 * lists the processor's features, rather than of the compiler as the library does.
 */
#include "harness.h"

#include <cblas.h>
#include <stdio.h>
#include <string.h>

/* Whether the system's line of features has such a word. */
static bool has_feature(const char *feature)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[8192];
    bool found = false;
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        bool features = strncmp(line, "flags", 5) == 0 || strncmp(line, "Features", 8) == 0;
        for (char *word = strtok(line, " \t\n"); features && word != NULL && !found;
             word = strtok(NULL, " \t\n")) {
            found = strcmp(word, feature) == 0;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

START_TEST(names_are_those_of_options_and_files)
{
    static const char *const engines[] = {"blas", "packed"};
    static const char *const sets[] = {"generic", "neon", "avx2", "avx512"};
    for (int i = 0; i < DESCENT_ENGINE_COUNT; i++) {
        ck_assert_str_eq(descent_engine_name((descent_engine)i), engines[i]);
    }
    for (int i = 0; i < DESCENT_INSTRUCTION_SET_COUNT; i++) {
        ck_assert_str_eq(descent_instruction_set_name((descent_instruction_set)i), sets[i]);
    }
    ck_assert_ptr_null(descent_engine_name(DESCENT_ENGINE_COUNT));
    ck_assert_ptr_null(descent_engine_name((descent_engine)-1));
    ck_assert_ptr_null(descent_instruction_set_name(DESCENT_INSTRUCTION_SET_COUNT));
    ck_assert_ptr_null(descent_instruction_set_name((descent_instruction_set)-1));
}
END_TEST

START_TEST(the_sets_that_are_there_are_those_that_the_system_lists)
{
    bool arm = has_feature("asimd"), avx2 = has_feature("avx2") && has_feature("fma");
    ck_assert(descent_instruction_set_is_there(DESCENT_INSTRUCTION_SET_GENERIC));
    ck_assert_int_eq(descent_instruction_set_is_there(DESCENT_INSTRUCTION_SET_NEON), arm);
    ck_assert_int_eq(descent_instruction_set_is_there(DESCENT_INSTRUCTION_SET_AVX2), avx2);
    ck_assert_int_eq(descent_instruction_set_is_there(DESCENT_INSTRUCTION_SET_AVX512),
                     avx2 && has_feature("avx512f"));
    ck_assert(!descent_instruction_set_is_there(DESCENT_INSTRUCTION_SET_COUNT));
    ck_assert(!descent_instruction_set_is_there((descent_instruction_set)-1));
}
END_TEST

/* The best come last. */
START_TEST(the_best_is_in_use_until_one_is_chosen)
{
    descent_instruction_set used = descent_instruction_set_in_use();
    ck_assert(descent_instruction_set_is_there(used));
    for (int i = (int)used + 1; i < DESCENT_INSTRUCTION_SET_COUNT; i++) {
        ck_assert(!descent_instruction_set_is_there((descent_instruction_set)i));
    }
}
END_TEST

START_TEST(what_is_there_can_be_chosen)
{
    for (int i = DESCENT_INSTRUCTION_SET_COUNT; i >= 0; i--) {
        const descent_instruction_set set = (descent_instruction_set)i;
        const descent_instruction_set before = descent_instruction_set_in_use();
        descent_status status = descent_instruction_set_use(set);
        bool there = descent_instruction_set_is_there(set);
        ck_assert_int_eq(status, there ? DESCENT_OK : DESCENT_ERROR_INVALID);
        ck_assert_int_eq(descent_instruction_set_in_use(), there ? set : before);
        if (!there) {
            ck_assert_ptr_nonnull(strstr(descent_last_error(), "of generic"));
        }
    }
    ck_assert_int_eq(descent_instruction_set_in_use(), DESCENT_INSTRUCTION_SET_GENERIC);
}
END_TEST

START_TEST(an_engine_without_a_name_is_refused)
{
    descent_model_config shape = DESCENT_MODEL_DEFAULT;
    shape.layers = 1;
    shape.sizes[0] = shape.sizes[1] = 2;
    descent_model *model;
    descent_network *network;
    descent_trainer *trainer;
    descent_trainer_config config = DESCENT_TRAINER_DEFAULT;
    config.engine = DESCENT_ENGINE_COUNT;
    ck_assert_ok(descent_model_create(&model, &shape));
    ck_assert_int_eq(descent_network_create_on(&network, model, DESCENT_ENGINE_COUNT, 1, 1),
                     DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "engine: expected"));
    ck_assert_int_eq(descent_trainer_create(&trainer, model, &config), DESCENT_ERROR_INVALID);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), "engine: expected"));
    descent_model_destroy(model);
}
END_TEST

START_TEST(only_blas_sets_openblas_to_one_thread)
{
    descent_model_config shape = DESCENT_MODEL_DEFAULT;
    shape.layers = 1;
    shape.sizes[0] = shape.sizes[1] = 2;
    descent_model *model;
    descent_trainer *trainer;
    descent_trainer_config config = DESCENT_TRAINER_DEFAULT;
    openblas_set_num_threads(2);
    int before = openblas_get_num_threads(); /* 1 where OpenBLAS has no threads */
    ck_assert_ok(descent_model_create(&model, &shape));
    for (int i = 0; i < DESCENT_ENGINE_COUNT; i++) {
        config.engine = i == 0 ? DESCENT_ENGINE_PACKED : DESCENT_ENGINE_BLAS;
        ck_assert_ok(descent_trainer_create(&trainer, model, &config));
        descent_trainer_destroy(trainer);
        ck_assert_int_eq(openblas_get_num_threads(), i == 0 ? before : 1);
    }
    descent_model_destroy(model);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(names_are_those_of_options_and_files),
        TEST_CASE(the_sets_that_are_there_are_those_that_the_system_lists),
        TEST_CASE(the_best_is_in_use_until_one_is_chosen),
        TEST_CASE(what_is_there_can_be_chosen),
        TEST_CASE(an_engine_without_a_name_is_refused),
        TEST_CASE(only_blas_sets_openblas_to_one_thread),
    };
    return run_tests("engine", cases, TEST_COUNT(cases));
}
