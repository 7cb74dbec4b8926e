/*
 * Threads that live as long as the process and serve one team at a time. A waiting thread spins
 * before it sleeps: a phase of a small step takes ten microseconds, waking a thread takes fifty.
 */
#ifdef __linux__
#define _GNU_SOURCE /* sched_getaffinity() */
#endif
#include "base/team.h"

#include "base/fail.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

/* Whose turn it is: the worker's to run the job, or the caller's, who then knows that it is done.
 */
enum turn { CALLER, WORKER };

/* A thread that sleeps where nobody calls it. On cache lines of its own. */
struct worker {
    _Alignas(64) _Atomic enum turn turn;
    pthread_mutex_t mutex; /* for sleeping only, as is the condition */
    pthread_cond_t turned;
    pthread_t thread;
};

/* All are for the one team that has set `busy`. */
static atomic_flag busy = ATOMIC_FLAG_INIT;
static struct worker workers[DESCENT_THREADS_MAX];
static int started;  /* workers that there are */
static bool refused; /* the system gives no more */
static struct {
    void (*body)(void *context, int thread); /* NULL: workers end */
    void *context;
    int rounds; /* of waiting for the next one, before a worker sleeps */
} job;

static int processors;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;

/* A forked process has none of the threads: it starts its own. */
static void forget_workers(void)
{
    started = 0;
    refused = false;
    atomic_flag_clear(&busy);
}

/* Before any team runs: a fork that is under way passes over handlers that come meanwhile, and the
 * forked process would find the workers taken for ever. */
__attribute__((constructor)) static void watch_forks(void)
{
    (void)pthread_atfork(NULL, NULL, forget_workers);
}

static int count_processors(void)
{
#ifdef __linux__
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
        return CPU_COUNT(&allowed);
    }
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 1 ? (int)online : 1;
}

static void prepare(void)
{
    processors = count_processors();
}

int descent_team_processors(void)
{
    (void)pthread_once(&prepared, prepare);
    return processors;
}

descent_status descent_team_check(int threads)
{
    if (threads < 0 || threads > DESCENT_THREADS_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID, "threads: expected 0 to %d, found %d",
                            DESCENT_THREADS_MAX, threads);
    }
    return DESCENT_OK;
}

int descent_team_most(int threads)
{
    int most = descent_team_processors();
    most = most < DESCENT_THREADS_MAX ? most : DESCENT_THREADS_MAX;
    return threads > 0 ? threads : most;
}

/* Rounds of waiting: at first a thread keeps its processor, then lends it to the one that it waits
 * for, which may not be running. All together take a millisecond or so: longer than threads on a
 * quiet machine wait for each other, since one that has slept may wake up on the processor of the
 * other. */
enum { KEEPING = 4000, LENDING = 2000 };

static void relax(int round)
{
    if (round >= KEEPING) {
        sched_yield();
        return;
    }
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

/* With more threads than processors one of them surely does not run. */
static bool is_crowded(const struct descent_team *team)
{
    return team->threads > descent_team_processors();
}

static void give_turn(struct worker *worker, enum turn turn)
{
    (void)pthread_mutex_lock(&worker->mutex);
    atomic_store_explicit(&worker->turn, turn, memory_order_release);
    (void)pthread_cond_signal(&worker->turned);
    (void)pthread_mutex_unlock(&worker->mutex);
}

static void await_turn(struct worker *worker, enum turn turn, int rounds)
{
    for (int round = 0; round < rounds; round++) {
        if (atomic_load_explicit(&worker->turn, memory_order_acquire) == turn) {
            return;
        }
        relax(round);
    }
    (void)pthread_mutex_lock(&worker->mutex);
    while (atomic_load_explicit(&worker->turn, memory_order_relaxed) != turn) {
        (void)pthread_cond_wait(&worker->turned, &worker->mutex);
    }
    (void)pthread_mutex_unlock(&worker->mutex);
}

static void *work(void *argument)
{
    struct worker *self = argument;
    for (int rounds = 0;;) {
        await_turn(self, WORKER, rounds);
        rounds = job.rounds;
        if (job.body == NULL) {
            return NULL;
        }
        job.body(job.context, (int)(self - workers) + 1);
        give_turn(self, CALLER);
    }
}

/* A limit of the stack (ulimit -s) is that of each thread unless it is told otherwise, and kernels
 * keep tens of kilobytes there. */
static bool create_thread(struct worker *worker)
{
    const size_t least = (size_t)512 << 10;
    pthread_attr_t attributes;
    size_t size = 0;
    if (pthread_attr_init(&attributes) != 0) {
        return false;
    }
    if (pthread_attr_getstacksize(&attributes, &size) == 0 && size < least) {
        (void)pthread_attr_setstacksize(&attributes, least);
    }
    bool created = pthread_create(&worker->thread, &attributes, work, worker) == 0;
    (void)pthread_attr_destroy(&attributes);
    return created;
}

static bool start(struct worker *worker)
{
    atomic_store(&worker->turn, CALLER);
    (void)pthread_mutex_init(&worker->mutex, NULL);
    (void)pthread_cond_init(&worker->turned, NULL);
    return create_thread(worker);
}

/* So many workers, or those that can be had. */
static int have_workers(int wanted)
{
    while (started < wanted && !refused) {
        refused = !start(&workers[started]);
        started += !refused;
    }
    return started < wanted ? started : wanted;
}

static void call_workers(int count)
{
    for (int i = 0; i < count; i++) {
        give_turn(&workers[i], WORKER);
    }
}

/* Where the process ends, or unloads the library: no thread outlives its code. */
__attribute__((destructor)) static void end_workers(void)
{
    if (!atomic_flag_test_and_set(&busy)) {
        job.body = NULL;
        call_workers(started);
        while (started > 0) {
            (void)pthread_join(workers[--started].thread, NULL);
        }
    }
}

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static atomic_bool apart; /* whether the last team that follows a pace was told to run alone */

bool descent_team_is_together(void)
{
    return !atomic_load_explicit(&apart, memory_order_relaxed);
}

void descent_team_follow(struct descent_team *team, int threads, struct descent_pace *pace,
                         double work)
{
    team->threads = threads;
    team->pace = NULL;
    if (threads == 1) {
        return;
    }
    team->begun = now();
    team->pace = pace;
    team->work = work;
    bool together = descent_pace_choose(pace, team->begun);
    team->threads = together ? threads : 1;
    atomic_store_explicit(&apart, !together, memory_order_relaxed);
}

static void run_alone(struct descent_team *team, void (*body)(void *context, int thread),
                      void *context)
{
    team->threads = 1;
    body(context, 0);
}

static void run_together(struct descent_team *team, void (*body)(void *context, int thread),
                         void *context)
{
    job.body = body;
    job.context = context;
    job.rounds = is_crowded(team) ? 0 : KEEPING + LENDING;
    int count = have_workers(team->threads - 1);
    team->threads = count + 1;
    call_workers(count);
    body(context, 0);
    for (int i = 0; i < count; i++) {
        await_turn(&workers[i], CALLER, job.rounds);
    }
    atomic_flag_clear(&busy);
}

void descent_team_run(struct descent_team *team, void (*body)(void *context, int thread),
                      void *context)
{
    int threads = team->threads;
    if (threads == 1 || atomic_flag_test_and_set(&busy)) {
        run_alone(team, body, context);
    } else {
        run_together(team, body, context);
    }
    if (team->pace != NULL && team->threads == threads) {
        descent_pace_learn(team->pace, team->work, team->begun, now());
    }
    team->pace = NULL;
}

/* The last to arrive starts the next round; the others watch the round's number. */
void descent_team_wait(struct descent_team *team)
{
    if (team->threads == 1) {
        return;
    }
    unsigned round = atomic_load_explicit(&team->barriers, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&team->arrived, 1, memory_order_acq_rel) + 1 == team->threads) {
        atomic_store_explicit(&team->arrived, 0, memory_order_relaxed);
        atomic_store_explicit(&team->barriers, round + 1, memory_order_release);
        return;
    }
    int waited = is_crowded(team) ? KEEPING : 0;
    while (atomic_load_explicit(&team->barriers, memory_order_acquire) == round) {
        relax(waited);
        waited += waited < KEEPING;
    }
}
