/*
 * A formula in one or two variables, as it is typed: compiled once into a list of operations on a
 * stack, and evaluated with its exact first and second derivatives (jet.h).
 */
#ifndef DESCENT_CLI_WALK_FORMULA_H
#define DESCENT_CLI_WALK_FORMULA_H

#include "cli/walk/jet.h"

#include <stdbool.h>
#include <stddef.h>

enum { FORMULA_LENGTH_MAX = 1000, FORMULA_OPERATIONS_MAX = 512, FORMULA_DEPTH_MAX = 64 };

/* One operation; it takes its operands from the stack and leaves its result there. */
struct formula_operation {
    enum formula_code {
        FORMULA_NUMBER,
        FORMULA_FIRST,  /* the first variable */
        FORMULA_SECOND, /* the second one */
        FORMULA_NEGATE,
        FORMULA_ADD,
        FORMULA_SUBTRACT,
        FORMULA_MULTIPLY,
        FORMULA_DIVIDE,
        FORMULA_POWER,
        FORMULA_FUNCTION
    } code;
    unsigned function; /* a row of the table of functions */
    double number;
};

struct formula {
    struct formula_operation operations[FORMULA_OPERATIONS_MAX];
    size_t count;
    size_t variables;     /* how many: 1 or 2 */
    const char *names[2]; /* "w", "x" or "y" alone, or "x" and "y" */
};

struct formula_error {
    size_t at; /* where it is, in bytes from the formula's start */
    char message[160];
};

/*
 * Compiles a formula: numbers with a decimal point, the variables x and y or w alone, pi (π) and e;
 * + - * / ^ and parentheses, a number, name or parenthesis written before a name or a parenthesis
 * for their product, raised numbers such as ², and the functions of formula_function(). ^ binds
 * first, from the right, then the sign, then products and quotients. False, with the error, for
 * anything else.
 */
bool formula_compile(struct formula *formula, const char *text, struct formula_error *error);

/* The value and derivatives at a point; they are not finite where the formula has none. errors are
 * how far off the coordinates may be; NULL: not at all. */
struct jet formula_evaluate(const struct formula *formula, const double *at, const double *errors);

/* The names of the functions, NULL behind the last. */
const char *formula_function(size_t i);

#endif
