/*
 * Fuzz target: any text as a formula. What is refused is refused at a place in the text; what is
 * not has a value whose derivative is its slope wherever it is smooth, and stays the same between
 * blanks.
 */
#include "fuzz.h"

#include "cli/walk/formula.h"

#include <math.h>

static bool near(double a, double b, double tolerance)
{
    return !(fabs(a - b) > tolerance * fmax(1.0, fmax(fabs(a), fabs(b))));
}

/* Where three differences agree, the formula is smooth there, and its derivative is that slope. */
static void check_slope(const struct formula *formula, const double *at, struct jet jet)
{
    static const double steps[] = {1e-3, 2.5e-4, 6.25e-5};
    double slopes[3];
    for (size_t i = 0; i < 3; i++) {
        double h = steps[i];
        const double right[] = {at[0] + h, at[1]}, left[] = {at[0] - h, at[1]};
        slopes[i] = (formula_evaluate(formula, right, NULL).value -
                     formula_evaluate(formula, left, NULL).value) /
                    (2.0 * h);
        if (!isfinite(slopes[i]) || fabs(slopes[i]) > 1e6) {
            return;
        }
    }
    bool smooth = fabs(jet.value) < 1e3 && fabs(jet.xx) < 1e4 && jet.error < 1e-12 &&
                  near(slopes[0], slopes[1], 1e-6) && near(slopes[1], slopes[2], 1e-6);
    fuzz_check(!smooth || near(jet.x, slopes[2], 1e-4));
}

static void check_blanks(const struct formula *formula, const char *text)
{
    char spaced[2 * FORMULA_LENGTH_MAX + 4];
    struct formula again;
    struct formula_error error;
    snprintf(spaced, sizeof spaced, " %s ", text);
    if (strlen(spaced) > FORMULA_LENGTH_MAX) {
        return;
    }
    fuzz_check(formula_compile(&again, spaced, &error));
    fuzz_check(again.count == formula->count && again.variables == formula->variables);
    for (size_t i = 0; i < again.count; i++) {
        fuzz_check(again.operations[i].code == formula->operations[i].code);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const double places[][2] = {{0.3, 0.7}, {-1.5, 2.25}, {0.0, 0.0}, {1e300, -1e300}};
    char text[2 * FORMULA_LENGTH_MAX];
    size_t length = size < sizeof text - 1 ? size : sizeof text - 1;
    memcpy(text, data, length);
    text[length] = '\0';
    struct formula formula;
    struct formula_error error = {0};
    if (!formula_compile(&formula, text, &error)) {
        fuzz_check(error.message[0] != '\0' && error.at <= strlen(text));
        return 0;
    }
    fuzz_check(formula.count >= 1 && formula.count <= FORMULA_OPERATIONS_MAX);
    fuzz_check(formula.variables == 1 || formula.variables == 2);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct jet jet = formula_evaluate(&formula, places[i], NULL);
        fuzz_check(isnan(jet.value) || isnan(jet.error) || jet.error >= 0.0);
        if (i < 2 && isfinite(jet.value) && isfinite(jet.x)) {
            check_slope(&formula, places[i], jet);
        }
    }
    check_blanks(&formula, text);
    return 0;
}

bool fuzz_seed(const char *path, unsigned number)
{
    static const char *const seeds[] = {
        "x^2 + 3*y^2",
        "(w − 2)² (3w² + 8w + 8)/12",
        "2 sin(x y)^-1.5e-1 / sqrt(abs(x)) - ln(2π)",
        "((x))**2^y - e -(+x) · 4xy",
        "exp(-tanh(relu(x) + sigmoid(y)*log10(x+9)))",
    };
    if (number >= sizeof seeds / sizeof seeds[0]) {
        return false;
    }
    return descent_file_save(path, seeds[number], strlen(seeds[number])) == DESCENT_OK;
}
