/*
 * The table of functions. They are written so that the lowest minimum is 0, even with rounding: a
 * loss reads as the height above it.
 */
#include "cli/walk/functions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct walk_example examples[] = {
    {"line", NULL, "a w", "a", "the same slope a, its --slope, everywhere: one step by hand",
     "any algebra text", .from = {3.0}, .lr = 0.1, .steps = 10, .low = {-1.0}, .high = {4.0}},
    {"parabola", NULL, "(w − 2)²", NULL, "one valley of curvature 2", "any calculus text",
     .stationary_count = 1, .stationary = {{WALK_MINIMUM, {2.0}}}, .from = {6.0}, .lr = 0.3,
     .steps = 20, .low = {-2.5}, .high = {6.5}},
    {"quartic", NULL, "(w − 2)² (3w² + 8w + 8)/12", NULL,
     "two valleys, the nearer one not the deeper one", "of slope w (w + 1) (w − 2)",
     .stationary_count = 3,
     .stationary = {{WALK_MINIMUM, {2.0}}, {WALK_MINIMUM, {-1.0}}, {WALK_MAXIMUM, {0.0}}},
     .from = {-2.0}, .lr = 0.05, .steps = 60, .low = {-2.2}, .high = {3.0}},
    {"plateau", NULL, "1 − exp(−(w − 2)²/2)", NULL,
     "a well in a plain, where the gradient vanishes as in a saturated sigmoid",
     "an upturned normal density", .stationary_count = 1, .stationary = {{WALK_MINIMUM, {2.0}}},
     .from = {6.0}, .lr = 0.3, .steps = 100, .low = {-2.5}, .high = {6.5}},
    {"saddle", NULL, "x² + (y²/2 − 1)²", NULL,
     "a pass between two valleys; without noise a walk along its ridge ends on it",
     "x² − y² + 1 between walls", .stationary_count = 3,
     .stationary = {{WALK_MINIMUM, {0.0, 1.4142135623730951}},
                    {WALK_MINIMUM, {0.0, -1.4142135623730951}},
                    {WALK_SADDLE, {0.0, 0.0}}},
     .from = {1.5, 0.0}, .lr = 0.1, .steps = 150, .low = {-2.0, -2.2}, .high = {2.0, 2.2}},
    {"ravine", "quadratic", "(x² + κ y²)/2", "κ",
     "a long valley: κ, its --condition, is how much steeper it is across than along; also called "
     "quadratic",
     "Polyak 1964", .stationary_count = 1, .stationary = {{WALK_MINIMUM, {0.0, 0.0}}},
     .from = {10.0, 1.0}, .lr = 0.018, .steps = 200, .low = {-3.0, -1.3}, .high = {11.0, 1.3}},
    {"rosenbrock", NULL, "(1 − x)² + 100 (y − x²)²", NULL, "a bent valley with a flat floor",
     "Rosenbrock 1960", .stationary_count = 1, .stationary = {{WALK_MINIMUM, {1.0, 1.0}}},
     .from = {-1.2, 1.0}, .lr = 0.001, .steps = 5000, .low = {-1.6, -0.5}, .high = {1.6, 1.8}},
    {"himmelblau", NULL, "(x² + y − 11)² + (x + y² − 7)²", NULL,
     "four valleys of the same depth: where the walk ends depends on where it starts",
     "Himmelblau 1972", .stationary_count = 9,
     .stationary = {{WALK_MINIMUM, {3.0, 2.0}},
                    {WALK_MINIMUM, {-2.805118086952745, 3.131312518250573}},
                    {WALK_MINIMUM, {-3.779310253377747, -3.283185991286170}},
                    {WALK_MINIMUM, {3.584428340330492, -1.848126526964403}},
                    {WALK_SADDLE, {-3.073025750764390, -0.081353044287968}},
                    {WALK_SADDLE, {0.086677504555396, 2.884254701174776}},
                    {WALK_SADDLE, {3.385154183607021, 0.073851879837749}},
                    {WALK_SADDLE, {-0.127961346730680, -1.953714980244577}},
                    {WALK_MAXIMUM, {-0.270844590667348, -0.923038556479981}}},
     .from = {0.0, 0.0}, .lr = 0.01, .steps = 50, .low = {-5.0, -5.0}, .high = {5.0, 5.0}},
};

static const struct walk_example of_formulas = {
    .name = "formula", .from = {3.0, 2.0}, .lr = 0.1, .steps = 20};

const struct walk_example *walk_example(size_t i)
{
    return i < sizeof examples / sizeof examples[0] ? &examples[i] : NULL;
}

const struct walk_example *walk_example_find(const char *name)
{
    const struct walk_example *example;
    for (size_t i = 0; (example = walk_example(i)) != NULL; i++) {
        if (strcasecmp(example->name, name) == 0 ||
            (example->also != NULL && strcasecmp(example->also, name) == 0)) {
            return example;
        }
    }
    return NULL;
}

bool walk_function_of_formula(struct walk_function *function, const char *text,
                              struct formula_error *error)
{
    *function = (struct walk_function){0};
    snprintf(function->text, sizeof function->text, "%s", text);
    if (!formula_compile(&function->formula, text, error)) {
        return false;
    }
    function->dimensions = function->formula.variables;
    function->example = &of_formulas;
    function->own = true;
    return true;
}

void walk_function_of_example(struct walk_function *function, const struct walk_example *example,
                              double parameter)
{
    struct formula_error error;
    char text[WALK_TEXT_MAX];
    const char *letter =
        example->parameter != NULL ? strstr(example->formula, example->parameter) : NULL;
    if (letter == NULL) {
        snprintf(text, sizeof text, "%s", example->formula);
    } else {
        snprintf(text, sizeof text, "%.*s%.15g%s", (int)(letter - example->formula),
                 example->formula, parameter, letter + strlen(example->parameter));
    }
    walk_function_of_formula(function, text, &error);
    function->example = example;
    function->own = false;
    function->parameter = parameter;
}

const char *walk_variables(const struct walk_function *function)
{
    return function->dimensions == 1 ? function->formula.names[0] : "x, y";
}

struct jet walk_evaluate(const struct walk_function *function, const double *w)
{
    return formula_evaluate(&function->formula, w, NULL);
}

double walk_distance(const struct walk_function *function, const double *a, const double *b)
{
    double square = 0.0;
    for (size_t d = 0; d < function->dimensions; d++) {
        square += (a[d] - b[d]) * (a[d] - b[d]);
    }
    return sqrt(square);
}

struct walk_curvatures walk_curvatures(const struct walk_function *function, const double *w)
{
    struct jet jet = walk_evaluate(function, w);
    if (function->dimensions == 1) {
        return (struct walk_curvatures){jet.xx, jet.xx};
    }
    double middle = (jet.xx + jet.yy) / 2.0;
    double radius = hypot((jet.xx - jet.yy) / 2.0, jet.xy);
    return (struct walk_curvatures){middle - radius, middle + radius};
}
