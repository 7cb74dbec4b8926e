/*
 * Runs a fuzz target as a plain test: over files that once broke it or go ways that few do, over
 * the target's own seeds, these cut and with a bit flipped at every byte, and over so many changed
 * copies of each seed, always the same ones.
 */
#include "fuzz.h"

enum { CHANGES_MAX = 4, INPUT_SIZE_MAX = 1 << 16 };

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

/* At each byte in turn: one of its bits flipped, and the file cut before it. */
static void damage(const struct input *seed)
{
    static struct input damaged;
    for (size_t at = 0; at < seed->size; at++) {
        damaged = *seed;
        damaged.bytes[at] ^= (uint8_t)(1u << at % 8);
        LLVMFuzzerTestOneInput(damaged.bytes, damaged.size);
        LLVMFuzzerTestOneInput(seed->bytes, at);
    }
}

static void run(const char *path, unsigned copies)
{
    static struct input seed;
    static struct input changed;
    seed.size = scratch_read(path, seed.bytes, sizeof seed.bytes);
    LLVMFuzzerTestOneInput(seed.bytes, seed.size);
    for (unsigned i = 0; i < copies; i++) {
        descent_random random = descent_random_init(1, DESCENT_STREAM_USER, i);
        changed = seed;
        change(&changed, &random);
        LLVMFuzzerTestOneInput(changed.bytes, changed.size);
    }
    printf("%s: %zu bytes, %u changed copies\n", path, seed.size, copies);
}

static void run_seed(const char *path, unsigned copies)
{
    static struct input seed;
    run(path, copies);
    seed.size = scratch_read(path, seed.bytes, sizeof seed.bytes);
    damage(&seed);
}

static void run_seeds(unsigned copies)
{
    char path[512];
    fuzz_begin();
    snprintf(path, sizeof path, "%s", scratch_path("seed"));
    unsigned seeds = 0;
    while (fuzz_seed(path, seeds)) {
        run_seed(path, copies);
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

static void run_corpus(const char *folder)
{
    struct dirent **files;
    int count = scandir(folder, &files, NULL, alphasort);
    fuzz_check(count > 2);
    for (int i = 0; i < count; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, files[i]->d_name);
        if (files[i]->d_name[0] != '.') {
            run(path, 0);
        }
        free(files[i]);
    }
    free(files);
}

/* fuzz_NAME COPIES [FOLDER WITH CORPUS], or fuzz_NAME --write-seeds FOLDER */
int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--write-seeds") == 0) {
        write_seeds(argv[2]);
        return EXIT_SUCCESS;
    }
    if (argc != 2 && argc != 3) {
        fprintf(stderr, "usage: %s COPIES [FOLDER], or %s --write-seeds FOLDER\n", argv[0],
                argv[0]);
        return EXIT_FAILURE;
    }
    run_seeds((unsigned)strtoul(argv[1], NULL, 10));
    if (argc == 3) {
        run_corpus(argv[2]);
    }
    return EXIT_SUCCESS;
}
