/*
 * xoshiro256++ seeded by splitmix64, and the distributions drawn from it.
 */
#include <descent/random.h>

#include "base/elementary.h"

#include <math.h>

static uint64_t rotate_left(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

/* splitmix64: advances x and returns a well-mixed word. */
static uint64_t splitmix(uint64_t *x)
{
    *x += 0x9E3779B97F4A7C15u;
    uint64_t z = *x;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

descent_random descent_random_init(uint64_t seed, uint64_t stream, uint64_t index)
{
    /* Each number is mixed before the next is added, so that neighbouring triples do not meet. */
    uint64_t x = seed;
    x = splitmix(&x) + stream;
    x = splitmix(&x) + index;
    descent_random random;
    for (int i = 0; i < 4; i++) {
        random.state[i] = splitmix(&x);
    }
    return random;
}

uint64_t descent_random_next(descent_random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate_left(s[0] + s[3], 23) + s[0];
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

double descent_random_uniform(descent_random *random)
{
    return (double)(descent_random_next(random) >> 11) * 0x1.0p-53;
}

/* The high and the low word of a 64 × 64 bit product, by halves: C17 has no 128-bit integer. */
static uint64_t multiply_high(uint64_t a, uint64_t b, uint64_t *low)
{
    uint64_t a_low = a & 0xFFFFFFFFu, a_high = a >> 32;
    uint64_t b_low = b & 0xFFFFFFFFu, b_high = b >> 32;
    uint64_t middle = a_high * b_low + ((a_low * b_low) >> 32);
    uint64_t middle_low = a_low * b_high + (middle & 0xFFFFFFFFu);
    *low = a * b;
    return a_high * b_high + (middle >> 32) + (middle_low >> 32);
}

uint64_t descent_random_below(descent_random *random, uint64_t bound)
{
    uint64_t low;
    uint64_t high = multiply_high(descent_random_next(random), bound, &low);
    if (low < bound) {
        uint64_t threshold = (0 - bound) % bound;
        while (low < threshold) {
            high = multiply_high(descent_random_next(random), bound, &low);
        }
    }
    return high;
}

double descent_random_normal(descent_random *random)
{
    double u = 1.0 - descent_random_uniform(random); /* in (0, 1]: its logarithm is finite */
    double v = descent_random_uniform(random);
    return sqrt(-2.0 * descent_log_double(u)) * descent_cosine_of_turns(v);
}

void descent_random_shuffle(descent_random *random, uint32_t *indices, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)descent_random_below(random, i);
        uint32_t swapped = indices[i - 1];
        indices[i - 1] = indices[j];
        indices[j] = swapped;
    }
}
