/*
 * Checkpoints: a restored trainer goes on to the same bits, and everything comes back.
 */
#include "harness.h"

#include "trained.h"

#include <math.h>

static void assert_same_parameters(const descent_model *a, const descent_model *b)
{
    ck_assert_uint_eq(descent_model_parameter_count(a), descent_model_parameter_count(b));
    ck_assert_mem_eq(descent_model_parameters(a), descent_model_parameters(b),
                     descent_model_parameter_count(a) * sizeof(float));
}

START_TEST(a_restored_trainer_goes_on_to_the_same_bits)
{
    descent_model *model = make_model(HIDDEN);
    descent_trainer *trainer = make_trainer(model, &optimizers[_i]);
    train(trainer, 0, STEPS);
    const char *path = scratch_path("checkpoint");
    ck_assert_ok(descent_checkpoint_save(path, trainer, model, NULL, &schedule, &progress, config));
    train(trainer, STEPS, STEPS);

    descent_checkpoint *checkpoint;
    ck_assert_ok(descent_checkpoint_load(&checkpoint, path));
    descent_trainer *resumed = make_trainer(model, &optimizers[_i]);
    ck_assert_ok(descent_checkpoint_restore(checkpoint, resumed));
    ck_assert_uint_eq(descent_trainer_steps(resumed), STEPS);
    train(resumed, STEPS, STEPS);

    descent_model *expected = make_model(HIDDEN);
    ck_assert_ok(descent_trainer_save(trainer, expected));
    ck_assert_ok(descent_trainer_save(resumed, model));
    assert_same_parameters(model, expected);
    ck_assert_mem_ne(descent_model_parameters(model),
                     descent_model_parameters(descent_checkpoint_model(checkpoint)),
                     descent_model_parameter_count(model) * sizeof(float));
    descent_model_destroy(expected);
    descent_trainer_destroy(resumed);
    descent_checkpoint_destroy(checkpoint);
    descent_trainer_destroy(trainer);
    descent_model_destroy(model);
}
END_TEST

/* All after the kind is of eight bytes, so a field that is forgotten in the file shows here. */
static void assert_same_schedule(const descent_schedule *a, const descent_schedule *b)
{
    size_t numbers = offsetof(descent_schedule, lr);
    ck_assert_int_eq(a->kind, b->kind);
    ck_assert_mem_eq((const char *)a + numbers, (const char *)b + numbers, sizeof *a - numbers);
}

START_TEST(everything_comes_back)
{
    descent_model *model = make_model(HIDDEN);
    descent_model *best = make_model(HIDDEN);
    descent_model_parameters(best)[0] = 42.0f;
    descent_trainer *trainer = make_trainer(model, &optimizers[ADAM]);
    train(trainer, 0, STEPS);
    const char *path = scratch_path("checkpoint");
    ck_assert_ok(descent_checkpoint_save(path, trainer, model, best, &schedule, &progress, config));
    descent_checkpoint *checkpoint;
    ck_assert_ok(descent_checkpoint_load(&checkpoint, path));
    ck_assert_ok(descent_trainer_save(trainer, model));
    assert_same_parameters(descent_checkpoint_model(checkpoint), model);
    assert_same_parameters(descent_checkpoint_best(checkpoint), best);
    assert_same_schedule(descent_checkpoint_schedule(checkpoint), &schedule);
    ck_assert_mem_eq(descent_checkpoint_progress(checkpoint), &progress, sizeof progress);
    ck_assert_uint_eq(descent_checkpoint_steps(checkpoint), STEPS);
    ck_assert_str_eq(descent_checkpoint_config(checkpoint), config);
    char text[64];
    descent_model_describe(descent_checkpoint_model(checkpoint), text, sizeof text);
    ck_assert_str_eq(text, "3-5-2 tanh");
    descent_checkpoint_destroy(checkpoint);
    descent_trainer_destroy(trainer);
    descent_model_destroy(best);
    descent_model_destroy(model);
}
END_TEST

START_TEST(the_start_of_a_run_comes_back)
{
    descent_model *model = make_model(HIDDEN);
    descent_trainer *trainer = make_trainer(model, &optimizers[SGD]);
    const descent_schedule fresh = DESCENT_SCHEDULE_DEFAULT;
    const descent_progress nothing = DESCENT_PROGRESS_DEFAULT;
    const char *path = scratch_path("checkpoint");
    ck_assert_ok(descent_checkpoint_save(path, trainer, model, NULL, &fresh, &nothing, ""));
    descent_checkpoint *checkpoint;
    ck_assert_ok(descent_checkpoint_load(&checkpoint, path));
    ck_assert_ptr_null(descent_checkpoint_best(checkpoint));
    assert_same_schedule(descent_checkpoint_schedule(checkpoint), &fresh);
    ck_assert_mem_eq(descent_checkpoint_progress(checkpoint), &nothing, sizeof nothing);
    ck_assert_uint_eq(descent_checkpoint_steps(checkpoint), 0);
    ck_assert_str_eq(descent_checkpoint_config(checkpoint), "");
    descent_checkpoint_destroy(checkpoint);
    descent_trainer_destroy(trainer);
    descent_model_destroy(model);
}
END_TEST

START_TEST(the_same_training_gives_the_same_bytes)
{
    static char bytes[2][16384];
    size_t size = scratch_read(save_trained("one", &optimizers[ADAMW]), bytes[0], sizeof bytes[0]);
    size_t again = scratch_read(save_trained("two", &optimizers[ADAMW]), bytes[1], sizeof bytes[1]);
    ck_assert_uint_eq(size, again);
    ck_assert_mem_eq(bytes[0], bytes[1], size);
}
END_TEST

/* Restoring a checkpoint of `saved` fails and leaves the trainer as it was. */
static void assert_mismatch(const descent_optimizer *saved, size_t hidden,
                            const descent_optimizer *optimizer, const char *reason)
{
    descent_checkpoint *checkpoint;
    ck_assert_ok(descent_checkpoint_load(&checkpoint, save_trained("checkpoint", saved)));
    descent_model *model = make_model(hidden);
    descent_model *after = make_model(hidden);
    descent_model_parameters(after)[0] = 42.0f;
    descent_trainer *trainer = make_trainer(model, optimizer);
    ck_assert_int_eq(descent_checkpoint_restore(checkpoint, trainer), DESCENT_ERROR_MISMATCH);
    ck_assert_str_eq(descent_last_error(), reason);
    ck_assert_uint_eq(descent_trainer_steps(trainer), 0);
    ck_assert_ok(descent_trainer_save(trainer, after));
    assert_same_parameters(model, after);
    descent_trainer_destroy(trainer);
    descent_model_destroy(after);
    descent_model_destroy(model);
    descent_checkpoint_destroy(checkpoint);
}

START_TEST(another_architecture_or_optimizer_is_a_mismatch)
{
    assert_mismatch(&optimizers[ADAM], HIDDEN + 1, &optimizers[ADAM],
                    "architecture: expected 3-6-2 tanh, found 3-5-2 tanh");
    assert_mismatch(&optimizers[ADAM], HIDDEN, &optimizers[ADAMW],
                    "optimizer: expected adamw with 2 numbers of state a parameter, found adam "
                    "with 2 in the checkpoint");
    assert_mismatch(&optimizers[SGD], HIDDEN, &optimizers[MOMENTUM],
                    "optimizer: expected sgd with 1 numbers of state a parameter, found sgd with 0 "
                    "in the checkpoint");
}
END_TEST

START_TEST(what_cannot_be_loaded_is_not_saved)
{
    descent_model *model = make_model(HIDDEN);
    descent_model *other = make_model(HIDDEN + 1);
    descent_trainer *trainer = make_trainer(model, &optimizers[SGD]);
    const char *path = scratch_path("not-saved");
    ck_assert_int_eq(
        descent_checkpoint_save(path, trainer, model, NULL, &schedule, &progress, "gr\xf6\xdf"),
        DESCENT_ERROR_INVALID);
    ck_assert_int_eq(
        descent_checkpoint_save(path, trainer, model, other, &schedule, &progress, config),
        DESCENT_ERROR_INVALID);
    ck_assert_int_eq(
        descent_checkpoint_save(path, trainer, other, NULL, &schedule, &progress, config),
        DESCENT_ERROR_MISMATCH);
    ck_assert_int_ne(access(path, F_OK), 0);
    descent_trainer_destroy(trainer);
    descent_model_destroy(other);
    descent_model_destroy(model);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(a_restored_trainer_goes_on_to_the_same_bits, TEST_COUNT(optimizers)),
        TEST_CASE(everything_comes_back),
        TEST_CASE(the_start_of_a_run_comes_back),
        TEST_CASE(the_same_training_gives_the_same_bytes),
        TEST_CASE(another_architecture_or_optimizer_is_a_mismatch),
        TEST_CASE(what_cannot_be_loaded_is_not_saved),
    };
    scratch_begin();
    int result = run_tests("checkpoint", cases, TEST_COUNT(cases));
    scratch_end();
    return result;
}
