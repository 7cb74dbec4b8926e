/*
 * Teams where OpenMP does not give what it is asked for: inside a parallel region of the caller's,
 * with a limit on threads, and in a process that was forked from one with threads.
 */
#include "base/team.h"
#include "harness.h"
#include "problem.h"

#include <omp.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ASKED = 7, PHASES = 5 };

/* What a team's threads count: each once in every phase. Check's assertions are for one thread, so
 * what is wrong is counted as well. */
struct count {
    struct descent_team team;
    atomic_int calls[PHASES];
    atomic_int wrong; /* numbers of threads, and phases begun before all had done the one before */
};

static void count_calls(void *context, int thread)
{
    struct count *count = context;
    count->wrong += thread < 0 || thread >= count->team.threads;
    for (int phase = 0; phase < PHASES; phase++) {
        count->calls[phase]++;
        descent_team_wait(&count->team);
        count->wrong += count->calls[phase] != count->team.threads;
    }
}

/* Asks for so many threads; returns how many there were, or 0 if they did not do their work. */
static int run_team(void)
{
    struct count count = {.team = {.threads = ASKED}};
    descent_team_run(&count.team, count_calls, &count);
    for (int phase = 0; phase < PHASES; phase++) {
        count.wrong += count.calls[phase] != count.team.threads;
    }
    return count.wrong == 0 ? count.team.threads : 0;
}

START_TEST(a_team_has_the_threads_it_asks_for)
{
    ck_assert_int_eq(run_team(), ASKED);
}
END_TEST

START_TEST(a_team_inside_a_parallel_region_is_one_thread)
{
    int threads[2] = {0, 0};
#pragma omp parallel num_threads(2)
    threads[omp_get_thread_num()] = run_team();
    ck_assert_int_eq(threads[0], 1);
    ck_assert_int_eq(threads[1], 1);
}
END_TEST

START_TEST(a_team_goes_on_with_fewer_threads)
{
    omp_set_dynamic(1); /* no more than there are processors */
    int processors = descent_team_processors();
    int threads = run_team();
    ck_assert_int_ge(threads, 1);
    ck_assert_int_le(threads, processors < ASKED ? processors : ASKED);
}
END_TEST

/* The exit status of a forked process that runs the function, which must not take for ever. */
static int run_forked(int (*function)(void))
{
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        _exit(function());
    }
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(a_forked_team_is_one_thread)
{
    ck_assert_int_eq(run_team(), ASKED);
    ck_assert_int_eq(run_forked(run_team), 1);
    ck_assert_int_eq(run_team(), ASKED);
}
END_TEST

START_TEST(a_team_first_used_after_forking_has_all_its_threads)
{
    ck_assert_int_eq(run_forked(run_team), ASKED);
}
END_TEST

enum { SAMPLES = 64, INPUTS = 50, CLASSES = 4 };

/* Of the weights after some steps; 0 if one of them failed. */
static uint32_t fingerprint_of_training(void)
{
    const descent_model_config shape = {.layers = 2, .sizes = {INPUTS, 40, CLASSES}, .seed = 3};
    descent_trainer_config config = DESCENT_TRAINER_DEFAULT;
    config.batch = SAMPLES;
    config.threads = 3;
    float features[SAMPLES * INPUTS];
    int32_t labels[SAMPLES];
    uint64_t state = 5;
    for (size_t i = 0; i < SAMPLES * INPUTS; i++) {
        features[i] = (float)problem_uniform(&state);
    }
    for (int i = 0; i < SAMPLES; i++) {
        labels[i] = i % CLASSES;
    }
    const descent_batch batch = {.features = features, .labels = labels, .n = SAMPLES};
    descent_model *model = NULL;
    descent_trainer *trainer = NULL;
    bool done = descent_model_create(&model, &shape) == DESCENT_OK &&
                descent_trainer_create(&trainer, model, &config) == DESCENT_OK;
    for (int step = 0; step < 5 && done; step++) {
        done = descent_trainer_step(trainer, &batch, 0.1, NULL) == DESCENT_OK;
    }
    done = done && descent_trainer_save(trainer, model) == DESCENT_OK;
    uint32_t fingerprint = done ? descent_model_fingerprint(model) : 0;
    descent_trainer_destroy(trainer);
    descent_model_destroy(model);
    return fingerprint;
}

static uint32_t expected;

static int train_again(void)
{
    return fingerprint_of_training() == expected ? EXIT_SUCCESS : EXIT_FAILURE;
}

START_TEST(fewer_threads_train_the_same_weights)
{
    expected = fingerprint_of_training();
    ck_assert_uint_ne(expected, 0);
    ck_assert_int_eq(run_forked(train_again), EXIT_SUCCESS);
    uint32_t found[2];
#pragma omp parallel num_threads(2)
    found[omp_get_thread_num()] = fingerprint_of_training();
    ck_assert_uint_eq(found[0], expected);
    ck_assert_uint_eq(found[1], expected);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(a_team_has_the_threads_it_asks_for),
        TEST_CASE(a_team_inside_a_parallel_region_is_one_thread),
        TEST_CASE(a_team_goes_on_with_fewer_threads),
        TEST_CASE(a_forked_team_is_one_thread),
        TEST_CASE(a_team_first_used_after_forking_has_all_its_threads),
        TEST_CASE(fewer_threads_train_the_same_weights),
    };
    return run_tests("team", cases, TEST_COUNT(cases));
}
