/*
 * Elementary functions in double, of additions, products and quotients alone, so that they give the
 * same bits on every machine. Those of C libraries differ in their last bits by library, version
 * and processor, and a trained model would with them. For float, in loops: vector_math.h.
 */
#ifndef DESCENT_ELEMENTARY_H
#define DESCENT_ELEMENTARY_H

/* e^x, within 1 unit in the last place; infinity above 709.8, 0 below −745.2. */
double descent_exp_double(double x);

/* ln x, within 1 unit in the last place; −infinity for 0, NaN below 0. */
double descent_log_double(double x);

/* x^y for x ≥ 0, within 1 unit in the last place, also where x is near 1 and y huge; 1 for y = 0
 * and for x = 1; NaN for x < 0 and y ≠ 0. */
double descent_pow_double(double x, double y);

/* cos 2πt and sin 2πt, within 2 units in the last place, and exact at multiples of a quarter of a
 * turn; NaN for infinity. */
double descent_cosine_of_turns(double t);
double descent_sine_of_turns(double t);

#endif
