/*
 * The one file that knows OpenBLAS.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "compute/product_blas.h"

#include "base/cut.h"
#include "base/fail.h"

#include <cblas.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void descent_blas_multiply(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k,
                           float alpha, const float *a, size_t lda, const float *b, size_t ldb,
                           float beta, float *c, size_t ldc)
{
    if (m == 0 || n == 0) {
        return;
    }
    cblas_sgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
                transpose_b ? CblasTrans : CblasNoTrans, (blasint)m, (blasint)n, (blasint)k, alpha,
                a, (blasint)lda, b, (blasint)ldb, beta, c, (blasint)ldc);
}

/* The shape of the trial: odd enough to have edges in every dimension, and every piece of the cuts
 * above OpenBLAS's limit for small products. */
enum { TRIAL_M = 100, TRIAL_N = 404, TRIAL_K = 203, TRIAL_PIECES = 4 };

struct trial {
    float a[TRIAL_M * TRIAL_K];
    float b[TRIAL_K * TRIAL_N];
    float whole[TRIAL_M * TRIAL_N];
    float pieces[TRIAL_M * TRIAL_N];
};

static bool trial_keeps_bits(struct trial *t, bool transpose_a, bool transpose_b)
{
    size_t lda = transpose_a ? TRIAL_M : TRIAL_K;
    size_t ldb = transpose_b ? TRIAL_K : TRIAL_N;
    descent_blas_multiply(transpose_a, transpose_b, TRIAL_M, TRIAL_N, TRIAL_K, 0.3f, t->a, lda,
                          t->b, ldb, 0.0f, t->whole, TRIAL_N);
    for (size_t pieces = 2; pieces <= TRIAL_PIECES; pieces++) {
        for (size_t i = 0; i < pieces; i++) {
            struct descent_span span = descent_cut(TRIAL_N, pieces, i);
            descent_blas_multiply(transpose_a, transpose_b, TRIAL_M, span.count, TRIAL_K, 0.3f,
                                  t->a, lda, t->b + span.first * (transpose_b ? ldb : 1), ldb, 0.0f,
                                  t->pieces + span.first, TRIAL_N);
        }
        if (memcmp(t->whole, t->pieces, sizeof t->whole) != 0) {
            return false;
        }
    }
    return true;
}

/* 0: not tried yet, 1: no, 2: yes. */
static atomic_int keeps_bits;

static descent_status try_all(void)
{
    struct trial *t = malloc(sizeof *t);
    if (t == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "OpenBLAS: no memory for a trial");
    }
    for (size_t i = 0; i < TRIAL_M * TRIAL_K; i++) {
        t->a[i] = 1.0f / (float)(i % 97 + 3) - 0.1f;
    }
    for (size_t i = 0; i < TRIAL_K * TRIAL_N; i++) {
        t->b[i] = 1.0f / (float)(i % 89 + 3) - 0.1f;
    }
    bool keeps = trial_keeps_bits(t, false, false) && trial_keeps_bits(t, false, true) &&
                 trial_keeps_bits(t, true, false);
    atomic_store(&keeps_bits, keeps ? 2 : 1);
    free(t);
    return DESCENT_OK;
}

/* OpenBLAS's largest buffer, and what else is allocated by the time it is. */
static const size_t buffer_room = ((size_t)128 + 8) << 20;

/* Whether the system would give so many buffers more. */
static bool has_room(int buffers)
{
    size_t size = (size_t)buffers * buffer_room;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE; /* reserves no more than those do */
    void *room = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (room != MAP_FAILED) {
        munmap(room, size);
    }
    return room != MAP_FAILED;
}

int descent_blas_threads(int wanted)
{
    /* A buffer stays for good, so that the answer does; the first one is that of the trial. */
    static atomic_int granted = 1, refused = INT_MAX;
    int most = atomic_load(&refused) - 1;
    wanted = wanted < most ? wanted : most;
    while (wanted > atomic_load(&granted) && !has_room(wanted - 1)) {
        atomic_store(&refused, wanted--);
    }
    if (wanted > atomic_load(&granted)) {
        atomic_store(&granted, wanted);
    }
    return wanted;
}

descent_status descent_blas_init(void)
{
    openblas_set_num_threads(1);
    int found = openblas_get_num_threads();
    if (found != 1) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "OpenBLAS: expected it to run on 1 thread, but it keeps %d", found);
    }
    if (atomic_load(&keeps_bits) != 0) {
        return DESCENT_OK;
    }
    return has_room(1) ? try_all()
                       : descent_fail(DESCENT_ERROR_MEMORY,
                                      "OpenBLAS: expected %zu MiB of address space for its buffer, "
                                      "found less: raise the limit (ulimit -v)",
                                      buffer_room >> 20);
}

void descent_blas_describe(char *text, size_t size)
{
    const char *config = openblas_get_config();
    const char *core = openblas_get_corename();
    bool told = strstr(config, core) != NULL; /* builds for several processors tell it */
    const char *threads = "no threads of its own";
    if (openblas_get_parallel() != OPENBLAS_SEQUENTIAL) {
        threads = openblas_get_parallel() == OPENBLAS_OPENMP ? "OpenMP threads" : "POSIX threads";
    }
    snprintf(text, size, "%s%s%s, %s", config, told ? "" : " ", told ? "" : core, threads);
}

bool descent_blas_keeps_bits(void)
{
    return atomic_load(&keeps_bits) == 2;
}

/* OpenBLAS's kernels of the newer sets of instructions, and up to what size they take small
 * products as they are: kernel/x86_64/sgemm_small_kernel_permit_skylakex.c of 0.3.21. Whether bits
 * are kept is not in this table, but tried: it differs from one version of a kernel to the next. */
static const struct kernels {
    const char *core;
    descent_instruction_set set;
    double small;
} kernels[] = {
    {"SkylakeX", DESCENT_INSTRUCTION_SET_AVX512, DESCENT_BLAS_SMALL},
    {"Cooperlake", DESCENT_INSTRUCTION_SET_AVX512, DESCENT_BLAS_SMALL},
    {"SapphireRapids", DESCENT_INSTRUCTION_SET_AVX512, DESCENT_BLAS_SMALL},
    {"Haswell", DESCENT_INSTRUCTION_SET_AVX2, 0.0},
    {"Zen", DESCENT_INSTRUCTION_SET_AVX2, 0.0},
};

/* NULL: they are of another processor. */
static const struct kernels *find_kernels(void)
{
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++) {
        if (strcmp(openblas_get_corename(), kernels[i].core) == 0) {
            return &kernels[i];
        }
    }
    return NULL;
}

bool descent_blas_has_small_kernel(void)
{
    const struct kernels *found = find_kernels();
    return found != NULL && found->small > 0.0;
}

const char *descent_blas_kernels(descent_instruction_set *set)
{
#if defined(__aarch64__)
    *set = DESCENT_INSTRUCTION_SET_NEON; /* all of them */
#else
    const struct kernels *found = find_kernels();
    *set = found != NULL ? found->set : DESCENT_INSTRUCTION_SET_GENERIC;
#endif
    return openblas_get_corename();
}
