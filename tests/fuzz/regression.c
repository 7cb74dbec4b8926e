/*
 * Runs a fuzz target as a plain test: over the files that are given, or else over the target's own
 * seeds, and over thousands of changed copies of each, always the same ones.
 */
#include "fuzz.h"

#include <time.h>

enum { CHANGED_COPIES = 20000, CHANGES_MAX = 4, INPUT_SIZE_MAX = 1 << 16 };

static const double seconds_max = 2.0; /* for one seed, on a slow machine */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

struct input {
    uint8_t bytes[INPUT_SIZE_MAX];
    size_t size;
};

static size_t below(descent_random *random, size_t bound)
{
    return (size_t)descent_random_below(random, bound);
}

static void flip_bit(struct input *input, size_t at, descent_random *random)
{
    input->bytes[at] = (uint8_t)(input->bytes[at] ^ 1u << below(random, 8));
}

/* A byte that means something to one of the formats. */
static void set_byte(struct input *input, size_t at, descent_random *random)
{
    static const uint8_t choice[] = "\0\1\x7f\x80\xff{}[]\",:\\-0129eEu. \n";
    input->bytes[at] = choice[below(random, sizeof choice - 1)];
}

static void cut(struct input *input, size_t at, descent_random *random)
{
    size_t length = 1 + below(random, input->size - at);
    memmove(input->bytes + at, input->bytes + at + length, input->size - at - length);
    input->size -= length;
}

static void double_part(struct input *input, size_t at, descent_random *random)
{
    size_t length = 1 + below(random, input->size - at);
    if (input->size + length <= INPUT_SIZE_MAX) {
        memmove(input->bytes + at + length, input->bytes + at, input->size - at);
        input->size += length;
    }
}

/* Single bytes are changed more often than whole parts, which seldom leave anything valid. */
static void change(struct input *input, descent_random *random)
{
    static void (*const changes[])(struct input *, size_t, descent_random *) = {
        flip_bit, set_byte, flip_bit, set_byte, set_byte, cut, double_part};
    size_t count = 1 + below(random, CHANGES_MAX);
    for (size_t i = 0; i < count && input->size > 0; i++) {
        size_t which = below(random, sizeof changes / sizeof changes[0]);
        changes[which](input, below(random, input->size), random);
    }
}

static void run(const char *path)
{
    static struct input seed;
    static struct input changed;
    seed.size = scratch_read(path, seed.bytes, sizeof seed.bytes);
    LLVMFuzzerTestOneInput(seed.bytes, seed.size);
    double start = now();
    unsigned copies = 0;
    while (copies < CHANGED_COPIES && now() - start < seconds_max) {
        descent_random random = descent_random_init(1, DESCENT_STREAM_USER, copies++);
        changed = seed;
        change(&changed, &random);
        LLVMFuzzerTestOneInput(changed.bytes, changed.size);
    }
    printf("%s: %zu bytes, %u changed copies\n", path, seed.size, copies);
}

static void run_seeds(void)
{
    fuzz_begin();
    unsigned seeds = 0;
    while (fuzz_seed(scratch_path("seed"), seeds)) {
        run(scratch_path("seed"));
        seeds++;
    }
    fuzz_check(seeds > 0);
}

static void write_seeds(const char *folder)
{
    char path[1024];
    unsigned seeds = 0;
    do {
        snprintf(path, sizeof path, "%s/seed-%u", folder, seeds);
    } while (fuzz_seed(path, seeds++));
}

/* fuzz_NAME [FILE…], or fuzz_NAME --write-seeds FOLDER */
int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--write-seeds") == 0) {
        write_seeds(argv[2]);
        return EXIT_SUCCESS;
    }
    for (int i = 1; i < argc; i++) {
        run(argv[i]);
    }
    if (argc == 1) {
        run_seeds();
    }
    return EXIT_SUCCESS;
}
