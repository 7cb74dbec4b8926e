/*
 * Teams of any size: one after the other, several at once, where the system refuses threads, and in
 * a process that was forked from one with threads.
 */
#include "allocations.h"
#include "base/team.h"
#include "harness.h"
#include "problem.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
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

static void *run_team_often(void *stop)
{
    size_t wrong = 0;
    do {
        wrong += run_team() == 0;
    } while (!*(atomic_bool *)stop);
    return (void *)wrong;
}

START_TEST(teams_run_at_the_same_time)
{
    pthread_t other;
    atomic_bool stop = false;
    void *wrong;
    ck_assert_int_eq(pthread_create(&other, NULL, run_team_often, &stop), 0);
    for (int i = 0; i < 20; i++) {
        ck_assert_int_ge(run_team(), 1);
    }
    stop = true;
    ck_assert_int_eq(pthread_join(other, &wrong), 0);
    ck_assert_ptr_null(wrong);
}
END_TEST

START_TEST(a_team_may_change_its_size)
{
    struct count count = {0};
    const int sizes[] = {3, 1, ASKED, 2};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        memset(count.calls, 0, sizeof count.calls);
        count.team.threads = sizes[i];
        descent_team_run(&count.team, count_calls, &count);
        ck_assert_int_eq(count.team.threads, sizes[i]);
        ck_assert_int_eq(count.calls[PHASES - 1], sizes[i]);
    }
    ck_assert_int_eq(count.wrong, 0);
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

START_TEST(a_forked_team_has_the_threads_it_asks_for)
{
    ck_assert_int_eq(run_team(), ASKED);
    ck_assert_int_eq(run_forked(run_team), ASKED);
    ck_assert_int_eq(run_team(), ASKED);
}
END_TEST

/* The allocator of AddressSanitizer keeps its locks over a fork (until LLVM 17): where another
 * thread was in it, the forked process waits for ever. */
#if defined(__SANITIZE_ADDRESS__)
#define FORKS_AT_ANY_TIME false
#elif defined(__has_feature)
#define FORKS_AT_ANY_TIME (!__has_feature(address_sanitizer))
#else
#define FORKS_AT_ANY_TIME true
#endif

/* The forked process has that one thread alone which does not run the team. */
START_TEST(a_fork_while_a_team_runs)
{
    pthread_t other;
    atomic_bool stop = false;
    if (!FORKS_AT_ANY_TIME) {
        return;
    }
    ck_assert_int_eq(pthread_create(&other, NULL, run_team_often, &stop), 0);
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(run_forked(run_team), ASKED);
    }
    stop = true;
    ck_assert_int_eq(pthread_join(other, NULL), 0);
}
END_TEST

/* Of the threads that are asked for, some are refused, once and for all. */
static int run_team_of_three(void)
{
    allocations_threads_left(2);
    int threads = run_team();
    size_t asked = allocations_threads();
    return run_team() == threads && allocations_threads() == asked ? threads : 0;
}

static int run_team_of_one(void)
{
    allocations_threads_left(0);
    return run_team();
}

START_TEST(a_team_goes_on_with_fewer_threads)
{
    if (allocations_counted()) {
        ck_assert_int_eq(run_forked(run_team_of_three), 3);
        ck_assert_int_eq(run_forked(run_team_of_one), 1);
    }
}
END_TEST

enum { SAMPLES = 64, INPUTS = 50, CLASSES = 4 };

/* Of the weights after some steps; 0 if one of them failed. */
static uint32_t fingerprint_of_training(int threads)
{
    const descent_model_config shape = {.layers = 2, .sizes = {INPUTS, 40, CLASSES}, .seed = 3};
    descent_trainer_config config = DESCENT_TRAINER_DEFAULT;
    config.batch = SAMPLES;
    config.threads = threads;
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
    return fingerprint_of_training(3) == expected ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int train_with_fewer(void)
{
    allocations_threads_left(1);
    return train_again();
}

static void *train_beside(void *found)
{
    *(uint32_t *)found = fingerprint_of_training(3);
    return NULL;
}

START_TEST(whatever_threads_there_are_train_the_same_weights)
{
    expected = fingerprint_of_training(3);
    ck_assert_uint_ne(expected, 0);
    ck_assert_int_eq(run_forked(train_again), EXIT_SUCCESS);
    ck_assert_int_eq(run_forked(train_with_fewer), EXIT_SUCCESS);
    pthread_t others[3];
    uint32_t found[3];
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(pthread_create(&others[i], NULL, train_beside, &found[i]), 0);
    }
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(pthread_join(others[i], NULL), 0);
        ck_assert_uint_eq(found[i], expected);
    }
}
END_TEST

START_TEST(one_thread_starts_no_other)
{
    size_t before = allocations_threads();
    ck_assert_uint_ne(fingerprint_of_training(1), 0);
    ck_assert_uint_eq(allocations_threads(), before);
    ck_assert_uint_ne(fingerprint_of_training(ASKED), 0);
    ck_assert(!allocations_counted() || allocations_threads() > before);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(one_thread_starts_no_other),
        TEST_CASE(a_team_has_the_threads_it_asks_for),
        TEST_CASE(a_team_may_change_its_size),
        TEST_CASE(teams_run_at_the_same_time),
        TEST_CASE(a_team_goes_on_with_fewer_threads),
        TEST_CASE(a_forked_team_has_the_threads_it_asks_for),
        TEST_CASE(a_fork_while_a_team_runs),
        TEST_CASE(whatever_threads_there_are_train_the_same_weights),
    };
    return run_tests("team", cases, TEST_COUNT(cases));
}
