/*
 * What a processor computes at most: multiplications and additions in registers alone.
 */
#ifndef DESCENT_PEAK_H
#define DESCENT_PEAK_H

#include <descent/engine.h>
#include <stddef.h>

/* So many chains of multiply-adds are independent of each other: more than are under way at once
 * (two units, of four to five cycles each), and few enough for 16 registers. */
enum { DESCENT_PEAK_CHAINS = 12 };

struct descent_peak {
    size_t lanes; /* of a chain, which is a vector; 0: this build does not have the set */

    /* x = x / 2 + 1 / 2 in so many rounds, where every lane of chain i begins with i; returns the
     * sum over all lanes. */
    float (*run)(size_t rounds);
};

/* Those of a set of instructions. */
struct descent_peak descent_peak_of(descent_instruction_set set);

#endif
