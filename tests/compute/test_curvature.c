/*
 * The Hessian's extreme eigenvalues: against PyTorch's exact Hessian, differences of the
 * reference's gradients in double precision, and closed forms.
 */
#include "golden.h"

#include "compute/symmetric.h"
#include "engines.h"

#include <math.h>
#include <string.h>

/* Gives the samples of a batch in parts. */
struct source {
    const struct problem *problem;
    descent_batch all;
    size_t part;
    size_t given;
    size_t passes;
};

static bool next(void *context, descent_batch *batch)
{
    struct source *source = context;
    size_t left = source->all.n - source->given;
    if (left == 0) {
        source->given = 0;
        source->passes++;
        return false;
    }
    size_t n = left < source->part ? left : source->part;
    *batch = problem_part(source->problem, source->all, source->given, n);
    source->given += n;
    return true;
}

enum { PART = 4 };

static const descent_curvature_config precise = {
    .tolerance = 1e-3, .products = 200, .smallest = true};

static descent_curvature_problem problem_of(struct source *source, const struct problem *problem,
                                            const struct objective *objective,
                                            const descent_model *model)
{
    *source =
        (struct source){.problem = problem, .all = problem_batch(problem, objective), .part = PART};
    return (descent_curvature_problem){.engine = test_engine,
                                       .model = model,
                                       .loss = &objective->loss,
                                       .samples = source->all.n,
                                       .batch = PART,
                                       .next = next,
                                       .context = source};
}

static descent_curvature measure(const struct problem *problem, const struct objective *objective,
                                 int threads)
{
    struct source source;
    descent_model *model = problem_model(problem);
    descent_curvature_problem measured = problem_of(&source, problem, objective, model);
    descent_curvature curvature;
    measured.threads = threads;
    ck_assert_ok(descent_curvature_measure(&curvature, &measured, &precise));
    for (size_t i = 0; i < problem->count; i++) { /* the model stays as it is */
        ck_assert_double_eq((double)descent_model_parameters(model)[i], problem->parameters[i]);
    }
    descent_model_destroy(model);
    return curvature;
}

/* To a thousandth of the larger one. */
static void assert_eigenvalues(const descent_curvature *curvature, double smallest, double largest)
{
    double tolerance = 1e-3 * fmax(fabs(smallest), fabs(largest));
    ck_assert(curvature->largest.converged && curvature->smallest.converged);
    ck_assert_double_eq_tol(curvature->largest.value, largest, tolerance);
    ck_assert_double_eq_tol(curvature->smallest.value, smallest, tolerance);
    ck_assert_double_le(curvature->largest.residual, tolerance);
    ck_assert_double_le(curvature->smallest.residual, tolerance);
}

START_TEST(eigenvalues_agree_with_pytorch)
{
    struct golden_network golden;
    golden_network_load(&golden, (size_t)_i);
    descent_curvature curvature = measure(&golden.problem, golden.objective, 1);
    assert_eigenvalues(&curvature, golden.eigenvalues[0], golden.eigenvalues[1]);
    double norm = reference_norm(golden.problem.count, golden.gradient);
    ck_assert_double_eq_tol(curvature.loss, golden.loss, 1e-6 * golden.loss);
    ck_assert_double_eq_tol(curvature.gradient_norm, norm, 1e-5 * norm);
    golden_network_free(&golden);
}
END_TEST

static const descent_model_config small = {.layers = 3, .sizes = {4, 6, 3, 5}};

enum { PARAMETERS = 5 * 6 + 7 * 3 + 4 * 5, SAMPLES = 11 };

/* Of the reference's gradients, in double: exact to about nine digits. */
static void find_hessian(const struct problem *problem, const struct objective *objective,
                         double hessian[PARAMETERS][PARAMETERS])
{
    const double step = 1e-5;
    descent_batch batch = problem_batch(problem, objective);
    for (size_t i = 0; i < PARAMETERS; i++) {
        double gradients[2][PARAMETERS], kept = problem->parameters[i];
        problem->parameters[i] = kept + step;
        reference_backward(&problem->network, &objective->loss, &batch, gradients[0]);
        problem->parameters[i] = kept - step;
        reference_backward(&problem->network, &objective->loss, &batch, gradients[1]);
        problem->parameters[i] = kept;
        for (size_t j = 0; j < PARAMETERS; j++) {
            hessian[i][j] = (gradients[0][j] - gradients[1][j]) / (2 * step);
        }
    }
}

/* The eigenvalue of H + shift that is largest in magnitude, by power iteration: the truth is found
 * in another way than the library's. */
static double power_iteration(double hessian[PARAMETERS][PARAMETERS], double shift)
{
    double v[PARAMETERS], product[PARAMETERS], value = 0;
    uint64_t state = 5;
    for (size_t i = 0; i < PARAMETERS; i++) {
        v[i] = problem_uniform(&state);
    }
    for (int step = 0; step < 20000; step++) {
        double length = reference_norm(PARAMETERS, v), before = value;
        value = 0;
        for (size_t i = 0; i < PARAMETERS; i++) {
            product[i] = shift * v[i];
            for (size_t j = 0; j < PARAMETERS; j++) {
                product[i] += hessian[i][j] * v[j];
            }
            value += product[i] * v[i] / (length * length);
        }
        for (size_t i = 0; i < PARAMETERS; i++) {
            v[i] = product[i] / length;
        }
        if (step > 100 && fabs(value - before) < 1e-10 * fabs(value)) {
            break;
        }
    }
    return value;
}

/* Shifted by their magnitudes' bound, the largest is the largest in magnitude; and the smallest. */
static void find_extremes(double hessian[PARAMETERS][PARAMETERS], double *smallest, double *largest)
{
    double bound = fabs(power_iteration(hessian, 0));
    *largest = power_iteration(hessian, bound) - bound;
    *smallest = power_iteration(hessian, -bound) + bound;
}

START_TEST(eigenvalues_agree_with_the_reference)
{
    static double hessian[PARAMETERS][PARAMETERS];
    for (size_t o = 0; o < OBJECTIVES; o++) {
        descent_model_config shape = small;
        struct problem problem;
        double smallest, largest;
        shape.activation = (descent_activation)_i;
        shape.output_activation = objectives[o].loss.kind == DESCENT_LOSS_MSE
                                      ? DESCENT_ACTIVATION_SIGMOID
                                      : DESCENT_ACTIVATION_IDENTITY;
        problem_create_regular(&problem, &shape, SAMPLES, &objectives[o], 1e-3);
        find_hessian(&problem, &objectives[o], hessian);
        find_extremes(hessian, &smallest, &largest);
        ck_assert_double_gt(largest, 1e-3);
        descent_curvature curvature = measure(&problem, &objectives[o], 1);
        assert_eigenvalues(&curvature, smallest, largest);
        problem_destroy(&problem);
    }
}
END_TEST

/* Features, labels or targets that are given, with parameters that are. */
static void fill(struct problem *problem, const float *features, const float *targets,
                 double parameter)
{
    for (size_t i = 0; i < problem->n * problem->network.shape.sizes[0]; i++) {
        problem->features[i] = features[i];
    }
    for (size_t i = 0; i < problem->n; i++) {
        problem->targets[i] = targets[i];
    }
    for (size_t i = 0; i < problem->count; i++) {
        problem->parameters[i] = parameter;
    }
}

static const struct objective *const regression = &objectives[2];

/* Columns at right angles to each other and to the bias's ones: 2 / n XᵀX is diagonal, with twice
 * the squares of 3 and ½, and of 1 for the bias. */
START_TEST(a_linear_network_is_its_normal_matrix)
{
    static const float features[] = {3, 0.5f, 3, -0.5f, -3, 0.5f, -3, -0.5f};
    static const float targets[] = {1, -2, 0.5f, 4};
    const descent_model_config shape = {.layers = 1, .sizes = {2, 1}};
    struct problem problem;
    problem_create(&problem, &shape, 4, 1);
    fill(&problem, features, targets, 0.25);
    descent_curvature curvature = measure(&problem, regression, 1);
    ck_assert_double_eq_tol(curvature.largest.value, 18, 18e-4);
    ck_assert_double_eq_tol(curvature.smallest.value, 0.5, 18e-4);
    ck_assert_uint_eq(curvature.products, 3); /* the whole space */
    problem_destroy(&problem);
}
END_TEST

/* The loss (v u x − y)² at u = v = 0 has no gradient where y's mean is 0, and bends by ± 2 mean(x
 * y) along u = ± v; the last bias by 2. */
START_TEST(zeros_are_a_saddle)
{
    static const float features[] = {1, 2, -1, -2};
    static const float targets[] = {2, 3, -3, -2};
    const descent_model_config shape = {.layers = 2, .sizes = {1, 1, 1}};
    struct problem problem;
    problem_create(&problem, &shape, 4, 1);
    fill(&problem, features, targets, 0);
    descent_curvature curvature = measure(&problem, regression, 1);
    double bend = 2 * (1 * 2 + 2 * 3 + 1 * 3 + 2 * 2) / 4.0;
    ck_assert_double_eq(curvature.gradient_norm, 0);
    ck_assert_double_eq_tol(curvature.largest.value, bend, 1e-3 * bend);
    ck_assert_double_eq_tol(curvature.smallest.value, -bend, 1e-3 * bend);
    problem_destroy(&problem);
}
END_TEST

/* ½ λ |w|² over all parameters adds λ to each eigenvalue, and λw to the gradient. */
START_TEST(weight_decay_lifts_all_eigenvalues)
{
    const double decay = 0.75;
    struct problem problem;
    struct source source;
    descent_curvature decayed;
    descent_model_config shape = small;
    shape.activation = DESCENT_ACTIVATION_TANH;
    problem_create(&problem, &shape, SAMPLES, 4);
    descent_curvature plain = measure(&problem, &objectives[0], 1);
    descent_model *model = problem_model(&problem);
    descent_curvature_problem measured = problem_of(&source, &problem, &objectives[0], model);
    measured.weight_decay = decay;
    measured.decay_biases = true;
    ck_assert_ok(descent_curvature_measure(&decayed, &measured, &precise));
    double length = reference_norm(problem.count, problem.parameters);
    ck_assert_double_eq_tol(decayed.largest.value, plain.largest.value + decay, 2e-3);
    ck_assert_double_eq_tol(decayed.smallest.value, plain.smallest.value + decay, 2e-3);
    ck_assert_double_eq_tol(decayed.loss, plain.loss + 0.5 * decay * length * length, 1e-5);
    measured.decay_biases = false;
    descent_curvature weights;
    ck_assert_ok(descent_curvature_measure(&weights, &measured, &precise));
    ck_assert_double_lt(weights.loss, decayed.loss);
    ck_assert_double_le(weights.smallest.value, decayed.smallest.value + 1e-3);
    descent_model_destroy(model);
    problem_destroy(&problem);
}
END_TEST

/* Large enough for several threads; relu, so that the gates are shared out as well. */
START_TEST(threads_change_no_bit)
{
    const descent_model_config shape = {
        .layers = 3, .sizes = {40, 90, 70, 10}, .activation = DESCENT_ACTIVATION_RELU};
    struct problem problem;
    problem_create(&problem, &shape, 60, 9);
    descent_curvature one = measure(&problem, &objectives[0], 1);
    for (int threads = 2; threads <= 4; threads++) {
        descent_curvature more = measure(&problem, &objectives[0], threads);
        ck_assert_mem_eq(&one.largest.value, &more.largest.value, sizeof(double));
        ck_assert_mem_eq(&one.smallest.value, &more.smallest.value, sizeof(double));
        ck_assert_mem_eq(&one.largest.residual, &more.largest.residual, sizeof(double));
    }
    problem_destroy(&problem);
}
END_TEST

static void count(void *context, size_t products)
{
    size_t *before = context;
    ck_assert_uint_eq(products, ++*before);
}

/* One product knows one vector alone: nothing is claimed of it but that it bends no more. */
START_TEST(too_few_products_are_not_convergence)
{
    struct problem problem;
    struct source source;
    size_t watched = 0;
    descent_model_config shape = small;
    shape.activation = DESCENT_ACTIVATION_TANH;
    problem_create(&problem, &shape, SAMPLES, 4);
    descent_curvature whole = measure(&problem, &objectives[0], 1), few;
    descent_model *model = problem_model(&problem);
    descent_curvature_problem measured = problem_of(&source, &problem, &objectives[0], model);
    descent_curvature_config config = precise;
    config.products = 1;
    config.smallest = false;
    config.watch = count;
    config.context = &watched;
    ck_assert_ok(descent_curvature_measure(&few, &measured, &config));
    ck_assert(!few.largest.converged);
    ck_assert_double_gt(few.largest.residual, 1e-3 * whole.largest.value);
    ck_assert_double_le(few.largest.value, whole.largest.value + 1e-3);
    ck_assert_double_nan(few.smallest.value);
    ck_assert_uint_eq(few.products, 1);
    ck_assert_uint_eq(watched, 1);
    ck_assert_uint_eq(source.passes, 1 + 2 + 2); /* the centre, a product, and its check */
    descent_model_destroy(model);
    problem_destroy(&problem);
}
END_TEST

START_TEST(bad_input_is_refused)
{
    struct problem problem;
    struct source source;
    descent_curvature curvature;
    problem_create(&problem, &small, SAMPLES, 4);
    descent_model *model = problem_model(&problem);
    const descent_curvature_problem good = problem_of(&source, &problem, &objectives[0], model);
    static const struct {
        size_t products, samples, batch;
        double tolerance, decay;
        const char *said;
    } cases[] = {
        {0, SAMPLES, PART, 1e-2, 0, "products from 1 to 1000"},
        {1001, SAMPLES, PART, 1e-2, 0, "products from 1 to 1000"},
        {9, 0, PART, 1e-2, 0, "samples"},
        {9, SAMPLES + 1, PART, 1e-2, 0, "12 samples in a pass, found 11"},
        {9, SAMPLES, PART - 1, 1e-2, 0, "1 to 3 samples, found 4"},
        {9, SAMPLES, 0, 1e-2, 0, "batch"},
        {9, SAMPLES, PART, 0, 0, "tolerance > 0"},
        {9, SAMPLES, PART, 1e-2, -1, "weight_decay"},
        {9, SAMPLES, PART, 1e-2, INFINITY, "weight_decay"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        descent_curvature_problem bad = good;
        descent_curvature_config config = precise;
        bad.samples = cases[i].samples;
        bad.batch = cases[i].batch;
        bad.weight_decay = cases[i].decay;
        config.products = cases[i].products;
        config.tolerance = cases[i].tolerance;
        source.given = 0;
        ck_assert_int_eq(descent_curvature_measure(&curvature, &bad, &config),
                         DESCENT_ERROR_INVALID);
        ck_assert_ptr_nonnull(strstr(descent_last_error(), cases[i].said));
    }
    source.given = 0;
    descent_model_parameters(model)[3] = INFINITY;
    ck_assert_int_eq(descent_curvature_measure(&curvature, &good, &precise),
                     DESCENT_ERROR_NONFINITE);
    descent_model_destroy(model);
    problem_destroy(&problem);
}
END_TEST

/* Of the second difference, 2 on the diagonal and −1 beside it, they are 2 − 2 cos(kπ / (n + 1)).
 */
START_TEST(symmetric_matrices_have_their_eigenvalues)
{
    enum { N = 23 };
    double matrix[N * N] = {0}, vectors[N * N];
    for (size_t i = 0; i < N; i++) {
        matrix[i * N + i] = 2;
        if (i + 1 < N) {
            matrix[i * N + i + 1] = matrix[(i + 1) * N + i] = -1;
        }
    }
    descent_symmetric_diagonalise(N, matrix, vectors);
    for (size_t k = 1; k <= N; k++) {
        double expected = 2 - 2 * cos((double)k * acos(-1) / (N + 1)), nearest = INFINITY;
        size_t row = 0;
        for (size_t i = 0; i < N; i++) {
            double off = fabs(matrix[i * N + i] - expected);
            row = off < nearest ? i : row;
            nearest = off < nearest ? off : nearest;
        }
        ck_assert_double_lt(nearest, 1e-13);
        ck_assert_double_eq_tol(reference_norm(N, vectors + row * N), 1, 1e-13);
        for (size_t i = 1; i + 1 < N; i++) {
            const double *v = vectors + row * N + i;
            ck_assert_double_eq_tol(2 * v[0] - v[-1] - v[1], expected * v[0], 1e-13);
        }
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(eigenvalues_agree_with_pytorch, GOLDEN_NETWORKS),
        TEST_LOOP(eigenvalues_agree_with_the_reference, DESCENT_ACTIVATION_COUNT),
        TEST_CASE(a_linear_network_is_its_normal_matrix),
        TEST_CASE(zeros_are_a_saddle),
        TEST_CASE(weight_decay_lifts_all_eigenvalues),
        TEST_CASE(threads_change_no_bit),
        TEST_CASE(too_few_products_are_not_convergence),
        TEST_CASE(bad_input_is_refused),
        TEST_CASE(symmetric_matrices_have_their_eigenvalues),
    };
    return run_tests_on_engines("curvature", cases, TEST_COUNT(cases));
}
