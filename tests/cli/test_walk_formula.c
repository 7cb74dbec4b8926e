/*
 * Formulas: values and derivatives against closed forms and differences, and what is refused where.
 */
#include "cli/walk/formula.h"
#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct formula compiled(const char *text)
{
    struct formula formula;
    struct formula_error error = {0};
    ck_assert_msg(formula_compile(&formula, text, &error), "%s: %s at %zu", text, error.message,
                  error.at);
    return formula;
}

static struct jet jet_at(const char *text, double x, double y)
{
    const double at[] = {x, y};
    const struct formula formula = compiled(text);
    return formula_evaluate(&formula, at, NULL);
}

static void assert_near(double found, double expected, const char *what)
{
    ck_assert_msg(fabs(found - expected) <= 4e-15 * fmax(1, fabs(expected)),
                  "%s: found %.17g, expected %.17g", what, found, expected);
}

/* At x = 1.5, y = −0.75, by hand. */
static const struct {
    const char *text;
    double value;
} values[] = {
    {"x^2 + 3*y^2", 3.9375},
    {"-x^2+y", -3},
    {"(-x)^2+y", 1.5},
    {"2^-1 x+y", 0},
    {"x^2^3+y", 25.62890625 - 0.75},
    {"3x^2y", -5.0625},
    {"3x² y", -5.0625},
    {"x y + xy", -2.25},
    {"2(x+1)(y-1)", -8.75},
    {"6/x/2*y", -1.5},
    {"x - -y", 0.75},
    {"x − y − 1", 1.25},
    {"x**2 + y", 1.5},
    {"4·x×y", -4.5},
    {"X^2 + 0*Y", 2.25},
    {"1.5e1x+y", 21.75},
    {".5x+2.y", -0.75},
    {"2e x + 0y", 3 * 2.71828182845904523536},
    {"2 pi x + 0 y", 3 * 3.14159265358979323846},
    {"2π x + 0 y", 3 * 3.14159265358979323846},
    {"abs(y) + sqrt(x^2) + 0y", 2.25},
    {"log(exp(x)) + y", 0.75},
    {"ln(e) + 0x + 0y", 1},
    {"log10(100) + log2(8) + 0xy", 5},
    {"relu(x) + relu(y)", 1.5},
    {"((((x)))) + y", 0.75},
    {"x/2 * 4 + y", 2.25},
    {"  x\t+y ", 0.75},
    {"xy^2", 0.84375},
    {"x²^3 + y", 11.390625 - 0.75},
    {"x¹² + 0y", 129.746337890625},
    {"2x⁻² + 0 y", 2 / 2.25},
    {"2^x⁰ + y", 1.25},
    {"-x^-2 + 0y", -1 / 2.25},
    {"2^2x + y", 5.25},
    {"2^-x^2*0 + y + x", 0.75},
    {"--x - +-y", 0.75},
    {"x(y)(2)", -2.25},
    {"-(x)^2/-3*y", -0.5625},
};

START_TEST(values_are_those_by_hand)
{
    assert_near(jet_at(values[_i].text, 1.5, -0.75).value, values[_i].value, values[_i].text);
}
END_TEST

/* With all derivatives in closed form at x = 0.7, y = 0.4. */
START_TEST(derivatives_are_the_closed_forms)
{
    const double x = 0.7, y = 0.4;
    struct jet jet = jet_at("exp(x y) + sin(x)/y", x, y);
    double e = exp(x * y);
    assert_near(jet.value, e + sin(x) / y, "value");
    assert_near(jet.x, y * e + cos(x) / y, "d/dx");
    assert_near(jet.y, x * e - sin(x) / (y * y), "d/dy");
    assert_near(jet.xx, y * y * e - sin(x) / y, "d²/dx²");
    assert_near(jet.xy, (1 + x * y) * e - cos(x) / (y * y), "d²/dxdy");
    assert_near(jet.yy, x * x * e + 2 * sin(x) / (y * y * y), "d²/dy²");
    jet = jet_at("x^y", x, y);
    double p = pow(x, y);
    assert_near(jet.x, y * pow(x, y - 1), "x^y by x");
    assert_near(jet.y, p * log(x), "x^y by y");
    assert_near(jet.xx, y * (y - 1) * pow(x, y - 2), "x^y by x twice");
    assert_near(jet.xy, pow(x, y - 1) * (1 + y * log(x)), "x^y by both");
    assert_near(jet.yy, p * log(x) * log(x), "x^y by y twice");
}
END_TEST

/* What a general rule would spoil: a power of zero, of a negative number, a kink. */
START_TEST(derivatives_exist_at_zero)
{
    struct jet jet = jet_at("x^2 + y^3", 0, 0);
    ck_assert_double_eq(jet.xx, 2);
    ck_assert_double_eq(jet.yy, 0);
    jet = jet_at("x^1 + y^0", 0, 0);
    ck_assert_double_eq(jet.x, 1);
    ck_assert_double_eq(jet.y, 0);
    jet = jet_at("x^3 + 0y", -2, 0);
    ck_assert_double_eq(jet.value, -8);
    ck_assert_double_eq(jet.x, 12);
    ck_assert_double_eq(jet.xx, -12);
    jet = jet_at("abs(x) + 0y", 0, 0);
    ck_assert_double_eq(jet.x, 0);
    ck_assert_double_eq(jet_at("abs(x) + 0y", -3, 0).x, -1);
    jet = jet_at("sqrt(x) + y", 0, 1);
    ck_assert_double_eq(jet.value, 1);
    ck_assert(isinf(jet.x));
    ck_assert(isnan(jet_at("log(x) + y", -1, 1).value));
    ck_assert(isnan(jet_at("log(x) + y", -1, 1).x));
}
END_TEST

/* Each function inside another one, in both variables, against extrapolated central differences,
 * whose error is of the fourth order. */
static double slope(const struct formula *formula, const double *at, size_t d, size_t of)
{
    const double h = 1e-3;
    double sum = 0;
    for (int k = -2; k <= 2; k++) {
        static const double weights[] = {1, -8, 0, 8, -1};
        double moved[] = {at[0], at[1]};
        moved[d] += k * h;
        struct jet jet = formula_evaluate(formula, moved, NULL);
        sum += weights[k + 2] * (of == 0 ? jet.value : of == 1 ? jet.x : jet.y);
    }
    return sum / (12 * h);
}

START_TEST(functions_agree_with_differences)
{
    char text[64];
    const double at[] = {0.3, 0.2};
    snprintf(text, sizeof text, "%s(x*y + x/2)", formula_function((size_t)_i));
    const struct formula formula = compiled(text);
    struct jet jet = formula_evaluate(&formula, at, NULL);
    const double found[] = {jet.x, jet.y, jet.xx, jet.xy, jet.yy};
    const double expected[] = {slope(&formula, at, 0, 0), slope(&formula, at, 1, 0),
                               slope(&formula, at, 0, 1), slope(&formula, at, 1, 1),
                               slope(&formula, at, 1, 2)};
    ck_assert(isfinite(jet.value));
    for (size_t i = 0; i < 5; i++) {
        ck_assert_double_eq_tol(found[i], expected[i], 1e-8 * fmax(1, fabs(expected[i])));
    }
    ck_assert_double_ne(jet.x, 0);
}
END_TEST

/* The bound of the rounding error holds what cancellation does, and is not much larger. */
START_TEST(errors_bound_what_rounding_does)
{
    const double at[] = {3.0001, 0};
    const struct formula formula = compiled("x^2 - 6x + 9 + 0y");
    struct jet jet = formula_evaluate(&formula, at, NULL);
    double off = fabs(jet.value - (3.0001 - 3) * (3.0001 - 3));
    ck_assert_double_gt(off, 0);
    ck_assert_double_le(off, jet.error);
    ck_assert_double_lt(jet.error, 1e-14);
    const double errors[] = {1e-3, 0};
    struct jet far = formula_evaluate(&formula, (const double[]){5, 0}, errors);
    ck_assert_double_ge(far.error, 4e-3);
}
END_TEST

static const struct {
    const char *text;
    size_t at;
    const char *message;
} errors[] = {
    {"x^2+)", 4, "expected a number, a name or \"(\", found \")\""},
    {"x^2 + ", 6, "found the end"},
    {"(x+1", 4, "expected an operator or \")\", found the end"},
    {"x+1)", 3, "expected an operator or the end, found \")\""},
    {"3x + 2z", 6, "found \"z\""},
    {"sine(x)", 0, "found \"sine\""},
    {"sin x", 4, "expected \"(\" behind sin"},
    {"2sinx", 4, "expected \"(\" behind sin"},
    {"x²+tanhxy", 8, "expected \"(\" behind tanh"},
    {"L(w) = w^2", 0, "found \"L\""},
    {"Antidisestablishment", 0, "found \"Antidisestablishment\""},
    {"x⁻", 1, "expected a raised number"},
    {"1/2x", 3, "two meanings"},
    {"x/y(x+1)", 3, "two meanings"},
    {"0,5x", 1, "decimal point"},
    {"1.2.3x", 3, "one decimal point"},
    {"x + .", 4, "digits"},
    {"x 2", 2, "found \"2\""},
    {"2 3x", 2, "found \"3\""},
    {"w + x", 4, "w alone"},
    {"x=2", 1, "found \"=\""},
    {"x² + ä", 6, "found \"ä\""},
    {"1e999x", 0, "within doubles"},
    {"5", 0, "expected a variable"},
    {"", 0, "found the end"},
    {"x ^", 3, "found the end"},
    {"x * / y", 4, "found \"/\""},
    {"0x10", 2, "found \"1\""},
};

START_TEST(errors_tell_what_and_where)
{
    struct formula formula;
    struct formula_error error = {0};
    ck_assert_msg(!formula_compile(&formula, errors[_i].text, &error), "%s", errors[_i].text);
    ck_assert_msg(strstr(error.message, errors[_i].message) != NULL, "%s: \"%s\"", errors[_i].text,
                  error.message);
    ck_assert_msg(error.at == errors[_i].at, "%s: at %zu", errors[_i].text, error.at);
}
END_TEST

/* Whatever is nested or long ends in an error, and the deepest that is allowed has a value. */
START_TEST(depth_and_length_are_bounded)
{
    static const char *const pieces[] = {"(", "2^", "sin(", "1+(", "x*(", "-("};
    struct formula formula;
    struct formula_error error;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        char text[8 * FORMULA_LENGTH_MAX] = "";
        for (size_t k = 0; strlen(text) + 8 < FORMULA_LENGTH_MAX; k++) {
            strcat(text, pieces[i]);
        }
        ck_assert(!formula_compile(&formula, text, &error));
        ck_assert_msg(strstr(error.message, "deep") != NULL, "%s", error.message);
    }
    char text[8 * FORMULA_LENGTH_MAX] = "";
    for (size_t k = 0; k < 2 * FORMULA_LENGTH_MAX; k++) {
        strcat(text, "x");
    }
    ck_assert(!formula_compile(&formula, text, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "1000 bytes"));
    memset(text, '-', 900);
    strcpy(text + 900, "x");
    ck_assert_double_eq(jet_at(text, 2, 0).value, 2);
    text[0] = '\0';
    for (size_t k = 0; k < 60; k++) {
        strcat(text, "1+(");
    }
    strcat(text, "x");
    for (size_t k = 0; k < 60; k++) {
        strcat(text, ")");
    }
    ck_assert_double_eq(jet_at(text, 2, 0).value, 62);
    text[0] = '\0';
    for (size_t k = 0; k < 400; k++) {
        strcat(text, "+x");
    }
    ck_assert(!formula_compile(&formula, text, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "512 operations"));
}
END_TEST

START_TEST(variables_are_counted)
{
    struct formula formula = compiled("y^2");
    ck_assert_uint_eq(formula.variables, 1);
    ck_assert_str_eq(formula.names[0], "y");
    ck_assert_double_eq(jet_at("y^2", 3, 7).x, 6);
    formula = compiled("w^2");
    ck_assert_str_eq(formula.names[0], "w");
    formula = compiled("y + x");
    ck_assert_uint_eq(formula.variables, 2);
    ck_assert_str_eq(formula.names[1], "y");
}
END_TEST

int main(void)
{
    int functions = 0;
    while (formula_function((size_t)functions) != NULL) {
        functions++;
    }
    const struct test_case cases[] = {
        TEST_LOOP(values_are_those_by_hand, TEST_COUNT(values)),
        TEST_CASE(derivatives_are_the_closed_forms),
        TEST_CASE(derivatives_exist_at_zero),
        TEST_LOOP(functions_agree_with_differences, functions),
        TEST_CASE(errors_bound_what_rounding_does),
        TEST_LOOP(errors_tell_what_and_where, TEST_COUNT(errors)),
        TEST_CASE(depth_and_length_are_bounded),
        TEST_CASE(variables_are_counted),
    };
    return run_tests("walk_formula", cases, TEST_COUNT(cases));
}
