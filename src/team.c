/*
 * Threads by OpenMP, which keeps them spinning between two steps, and a barrier that spins: a phase
 * of a small step takes ten microseconds, and a sleeping thread fifty to wake up.
 */
#include "team.h"

#include <omp.h>
#include <sched.h>

int descent_team_processors(void)
{
    return omp_get_num_procs();
}

void descent_team_run(struct descent_team *team, void (*body)(void *context, int thread),
                      void *context)
{
    if (team->threads == 1) {
        body(context, 0);
        return;
    }
    /* OpenMP orders what is before, in and behind a parallel region. So do these two counters,
     * which the tools that look for data races can see, as they cannot see into libgomp. */
    atomic_fetch_add_explicit(&team->begun, 1, memory_order_release);
#pragma omp parallel num_threads(team->threads)
    {
        (void)atomic_load_explicit(&team->begun, memory_order_acquire);
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
