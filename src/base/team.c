/*
 * Threads by OpenMP, which keeps them spinning between two steps, and a barrier that spins: a phase
 * of a small step takes ten microseconds, and a sleeping thread fifty to wake up.
 */
#include "base/team.h"

#include "base/fail.h"

#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

/* GNU's OpenMP keeps its threads from one region to the next. A forked process has none of them,
 * but would wait for them. */
static atomic_bool started;
static atomic_bool lost;
static pthread_once_t watching = PTHREAD_ONCE_INIT;

static void forked(void)
{
    atomic_store(&lost, atomic_load(&started));
}

static void watch_forks(void)
{
    (void)pthread_atfork(NULL, NULL, forked);
}

static bool threads_are_lost(void)
{
    if (!atomic_load_explicit(&started, memory_order_relaxed)) {
        (void)pthread_once(&watching, watch_forks);
        atomic_store(&started, true);
    }
    return atomic_load_explicit(&lost, memory_order_relaxed);
}

/* Inside a parallel region of the caller's, or where the environment limits threads, OpenMP gives
 * fewer than it is asked for. Every thread of the region must call this. */
static void accept_fewer(struct descent_team *team)
{
#pragma omp single
    team->threads = omp_get_num_threads();
}

int descent_team_processors(void)
{
    return omp_get_num_procs();
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
    int processors = descent_team_processors();
    processors = processors < DESCENT_THREADS_MAX ? processors : DESCENT_THREADS_MAX;
    return threads > 0 ? threads : processors;
}

void descent_team_run(struct descent_team *team, void (*body)(void *context, int thread),
                      void *context)
{
    if (team->threads == 1 || threads_are_lost()) {
        team->threads = 1;
        body(context, 0);
        return;
    }
    int asked = team->threads;
    /* OpenMP orders what is before, in and behind a parallel region. So do these two counters,
     * which the tools that look for data races can see, as they cannot see into libgomp. */
    atomic_fetch_add_explicit(&team->begun, 1, memory_order_release);
#pragma omp parallel num_threads(asked)
    {
        (void)atomic_load_explicit(&team->begun, memory_order_acquire);
        if (omp_get_num_threads() != asked) {
            accept_fewer(team);
        }
        body(context, omp_get_thread_num());
        atomic_fetch_add_explicit(&team->done, 1, memory_order_release);
    }
    (void)atomic_load_explicit(&team->done, memory_order_acquire);
}

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

/* The last to arrive starts the next round; the others watch the round's number. With more threads
 * than processors the one that is waited for may not be running, hence the yield. */
void descent_team_wait(struct descent_team *team)
{
    enum { SPINS = 4000 };
    if (team->threads == 1) {
        return;
    }
    unsigned round = atomic_load_explicit(&team->barriers, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&team->arrived, 1, memory_order_acq_rel) + 1 == team->threads) {
        atomic_store_explicit(&team->arrived, 0, memory_order_relaxed);
        atomic_store_explicit(&team->barriers, round + 1, memory_order_release);
        return;
    }
    int patience = team->threads <= descent_team_processors() ? SPINS : 0;
    for (int spins = 0; atomic_load_explicit(&team->barriers, memory_order_acquire) == round;
         spins++) {
        if (spins < patience) {
            relax();
        } else {
            sched_yield();
        }
    }
}
