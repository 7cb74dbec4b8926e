/*
 * Eigenvalues of a loss's Hessian by the method of Lanczos.
 *
 * The vectors v_0, v_1, … are an orthonormal basis of what products span; their products projected
 * onto them, v_j · H v_k, are a small symmetric matrix, whose extreme eigenvalues approach those of
 * H from within. With the eigenvector s of an eigenvalue θ of k rows, y = Σ s_j v_j and β the
 * length of what is left of H v_k outside of the basis, |H y − θ y| = β |s_k|.
 */
#include <descent/curvature.h>

#include "base/fail.h"
#include "compute/hessian.h"
#include "compute/loss_private.h"
#include "compute/symmetric.h"

#include <descent/random.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PRODUCTS_MAX = 1000 };

/* One block: this struct, then the arrays; but for the basis, of which most vectors are never come
 * to, and then take no memory. */
struct lanczos {
    const descent_curvature_config *config;
    struct descent_hessian hessian;
    size_t count;       /* of parameters */
    size_t most;        /* vectors of the basis */
    size_t size;        /* those there are with their products */
    double rest;        /* β of the last product */
    float *basis;       /* [most + 1 × count] */
    double *product;    /* [count] */
    double *projected;  /* [most × most], of which the part above the diagonal counts */
    double *matrix;     /* [size × size] a copy of it, whose diagonal becomes eigenvalues */
    double *vectors;    /* [size × size] its eigenvectors, by rows */
    size_t extremes[2]; /* the rows of the largest and the smallest */
};

enum { LARGEST, SMALLEST };

static double dot(size_t n, const double *a, const float *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += a[i] * (double)b[i];
    }
    return sum;
}

static double norm(size_t n, const double *numbers)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += numbers[i] * numbers[i];
    }
    return sqrt(sum);
}

/* to = numbers / length */
static void scale_down(size_t n, float *to, const double *numbers, double length)
{
    for (size_t i = 0; i < n; i++) {
        to[i] = (float)(numbers[i] / length);
    }
}

static void draw_first(struct lanczos *work)
{
    descent_random random = descent_random_init(work->config->seed, DESCENT_STREAM_CURVATURE, 0);
    for (size_t i = 0; i < work->count; i++) {
        work->product[i] = descent_random_normal(&random);
    }
    scale_down(work->count, work->basis, work->product, norm(work->count, work->product));
}

/* Takes the basis out of the product; a second pass takes out what rounding has left of it. */
static void project(struct lanczos *work, size_t column)
{
    for (int pass = 0; pass < 2; pass++) {
        for (size_t j = 0; j <= column; j++) {
            const float *v = work->basis + j * work->count;
            double share = dot(work->count, work->product, v);
            work->projected[j * work->most + column] += share;
            descent_hessian_add(work->count, work->product, -share, v);
        }
    }
}

/* One more vector: its product, and the next one from what is new in it. */
static descent_status extend(struct lanczos *work)
{
    size_t column = work->size;
    DESCENT_TRY(descent_hessian_multiply(&work->hessian, work->basis + column * work->count, 1.0,
                                         work->product));
    project(work, column);
    work->rest = norm(work->count, work->product);
    work->size++;
    if (work->rest > 0.0) {
        scale_down(work->count, work->basis + work->size * work->count, work->product, work->rest);
    }
    return DESCENT_OK;
}

static double value_of(const struct lanczos *work, size_t row)
{
    return work->matrix[row * work->size + row];
}

/* The largest and the smallest eigenvalue of what there is. */
static void find_extremes(struct lanczos *work)
{
    size_t n = work->size;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++) {
            work->matrix[i * n + j] = work->matrix[j * n + i] = work->projected[i * work->most + j];
        }
    }
    descent_symmetric_diagonalise(n, work->matrix, work->vectors);
    work->extremes[LARGEST] = work->extremes[SMALLEST] = 0;
    for (size_t i = 1; i < n; i++) {
        double value = value_of(work, i);
        if (value > value_of(work, work->extremes[LARGEST])) {
            work->extremes[LARGEST] = i;
        }
        if (value < value_of(work, work->extremes[SMALLEST])) {
            work->extremes[SMALLEST] = i;
        }
    }
}

/* The residual that counts as converged. */
static double allowed(const struct lanczos *work)
{
    double most = fabs(value_of(work, work->extremes[LARGEST]));
    double least = fabs(value_of(work, work->extremes[SMALLEST]));
    return work->config->tolerance * fmax(most, least);
}

/* A tenth of the tolerance: the rest is left to what differences miss, and the smallest eigenvalue,
 * which others are near to, shows late. */
static bool is_over(const struct lanczos *work)
{
    bool over = true;
    for (int e = LARGEST; e <= (work->config->smallest ? SMALLEST : LARGEST); e++) {
        double last = work->vectors[work->extremes[e] * work->size + work->size - 1];
        over = over && work->rest * fabs(last) <= 0.1 * allowed(work);
    }
    return over || work->size == work->most || !(work->rest > 0.0);
}

/* Puts the eigenvector together, in the last row of the basis, and multiplies it. */
static descent_status check(struct lanczos *work, int extreme, descent_eigenvalue *eigenvalue)
{
    const double *s = work->vectors + work->extremes[extreme] * work->size;
    double *sum = work->product;
    float *vector = work->basis + work->most * work->count;
    memset(sum, 0, work->count * sizeof *sum);
    for (size_t j = 0; j < work->size; j++) {
        descent_hessian_add(work->count, sum, s[j], work->basis + j * work->count);
    }
    scale_down(work->count, vector, sum, 1.0);
    DESCENT_TRY(descent_hessian_multiply(&work->hessian, vector, 0.5, work->product));
    double value = dot(work->count, work->product, vector);
    descent_hessian_add(work->count, work->product, -value, vector);
    double residual = norm(work->count, work->product);
    *eigenvalue = (descent_eigenvalue){
        .value = value, .residual = residual, .converged = residual <= allowed(work)};
    return DESCENT_OK;
}

static descent_status run(struct lanczos *work, descent_curvature *curvature)
{
    DESCENT_TRY(descent_hessian_centre(&work->hessian, &curvature->loss, work->product));
    curvature->gradient_norm = norm(work->count, work->product);
    draw_first(work);
    do {
        DESCENT_TRY(extend(work));
        if (work->config->watch != NULL) {
            work->config->watch(work->config->context, work->size);
        }
        find_extremes(work);
    } while (!is_over(work));
    curvature->products = work->size;
    DESCENT_TRY(check(work, LARGEST, &curvature->largest));
    return work->config->smallest ? check(work, SMALLEST, &curvature->smallest) : DESCENT_OK;
}

/* Called twice, as descent_chain_lay_out(). */
static void lay_out(struct lanczos *work, struct descent_arena_plan *arena, char *block)
{
    size_t most = work->most;
    descent_arena_reserve(arena, 1, sizeof *work);
    descent_hessian_lay_out(&work->hessian, arena, block);
    size_t product = descent_arena_reserve(arena, work->count, sizeof(double));
    size_t projected = descent_arena_reserve(arena, most * most, sizeof(double));
    size_t matrix = descent_arena_reserve(arena, most * most, sizeof(double));
    size_t vectors = descent_arena_reserve(arena, most * most, sizeof(double));
    if (block != NULL) {
        work->product = (double *)(block + product);
        work->projected = (double *)(block + projected);
        work->matrix = (double *)(block + matrix);
        work->vectors = (double *)(block + vectors);
    }
}

static descent_status check_arguments(const descent_curvature_problem *problem,
                                      const descent_curvature_config *config)
{
    const struct {
        bool valid;
        const char *expected;
        double found;
    } checks[] = {
        {config->tolerance > 0.0, "tolerance > 0", config->tolerance},
        {config->products >= 1 && config->products <= PRODUCTS_MAX, "products from 1 to 1000",
         (double)config->products},
        {problem->samples >= 1, "samples ≥ 1", (double)problem->samples},
        {problem->weight_decay >= 0.0 && isfinite(problem->weight_decay), "weight_decay ≥ 0",
         problem->weight_decay},
    };
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (!checks[i].valid) {
            return descent_fail(DESCENT_ERROR_INVALID, "curvature: expected %s, found %g",
                                checks[i].expected, checks[i].found);
        }
    }
    return DESCENT_OK;
}

static descent_status check_network(const descent_curvature_problem *problem)
{
    const struct descent_chain_use use = {
        .engine = problem->engine, .batch = problem->batch, .threads = problem->threads};
    DESCENT_TRY(descent_loss_check_numbers(problem->loss, descent_model_outputs(problem->model)));
    return descent_chain_check(&use);
}

static struct lanczos plan(const descent_curvature_problem *problem,
                           const descent_curvature_config *config)
{
    size_t count = descent_model_parameter_count(problem->model);
    return (struct lanczos){
        .config = config,
        .hessian = {.problem = problem,
                    .centre = descent_model_parameters(problem->model),
                    .count = count},
        .count = count,
        .most = config->products < count ? config->products : count,
    };
}

descent_status descent_curvature_measure(descent_curvature *curvature,
                                         const descent_curvature_problem *problem,
                                         const descent_curvature_config *config)
{
    DESCENT_RETURN_UNLESS(curvature != NULL && problem != NULL && config != NULL);
    DESCENT_RETURN_UNLESS(problem->model != NULL && problem->loss != NULL && problem->next != NULL);
    DESCENT_TRY(check_arguments(problem, config));
    DESCENT_TRY(check_network(problem));
    struct descent_arena_plan size = {0}, arena = {0};
    struct lanczos planned = plan(problem, config);
    lay_out(&planned, &size, NULL);
    char *block = descent_arena_allocate(&size);
    if (block == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "curvature: no memory for %zu bytes", size.size);
    }
    struct lanczos *work = (struct lanczos *)block;
    *work = plan(problem, config);
    lay_out(work, &arena, block);
    *curvature = (descent_curvature){.smallest = {.value = NAN, .residual = NAN}};
    work->basis = descent_arena_pages(work->most + 1, work->count * sizeof(float)); /* ≤ 2^32 */
    descent_status status =
        work->basis != NULL ? run(work, curvature)
                            : descent_fail(DESCENT_ERROR_MEMORY,
                                           "curvature: no memory for %zu vectors of %zu numbers",
                                           work->most + 1, work->count);
    free(work->basis);
    free(block);
    return status;
}

double descent_curvature_limit(const descent_optimizer *optimizer)
{
    double momentum = optimizer->momentum;
    if (optimizer->kind != DESCENT_OPTIMIZER_SGD) {
        return NAN;
    }
    return 2.0 * (1.0 + momentum) / (optimizer->nesterov ? 1.0 + 2.0 * momentum : 1.0);
}
