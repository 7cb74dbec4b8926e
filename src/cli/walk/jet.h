/*
 * Jets: a value with its first and second derivatives by two variables, which each operation
 * carries along by the chain rule: forward-mode automatic differentiation, exact but for rounding
 * (Griewank and Walther 2008, "Evaluating Derivatives", chapters 3 and 13). Beside them goes a
 * bound of the value's rounding error (Higham 2002, "Accuracy and Stability", section 3.3).
 */
#ifndef DESCENT_CLI_WALK_JET_H
#define DESCENT_CLI_WALK_JET_H

struct jet {
    double value;
    double error;      /* how far rounding may have put the value off, to first order */
    double x, y;       /* first derivatives */
    double xx, xy, yy; /* second ones */
};

struct jet jet_add(struct jet a, struct jet b);
struct jet jet_subtract(struct jet a, struct jet b);
struct jet jet_multiply(struct jet a, struct jet b);
struct jet jet_divide(struct jet a, struct jet b);

/* a to the power of b: for a < 0 where b does not vary. */
struct jet jet_power(struct jet a, struct jet b);

/* f(a), by the values of f, f' and f'' at a. */
struct jet jet_apply(struct jet a, double f, double slope, double bend);

#endif
