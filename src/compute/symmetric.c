/*
 * The method of Jacobi (1846), as in Golub and Van Loan, Matrix Computations (2013), section 8.5:
 * rotations, each of which makes one element and its mirror image zero, until all but the diagonal
 * is zero to the last bits. Converges quadratically.
 */
#include "compute/symmetric.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Sweeps over all elements, at most; seven or eight are enough for hundreds of rows. */
enum { SWEEPS = 60 };

struct rotation {
    double cosine, sine;
};

/* The rotation in the plane of p and q that makes their element zero: with t the tangent of its
 * angle, t² + 2 cot(2 angle) t − 1 = 0, of which the smaller root is taken. */
static struct rotation rotation_of(double pp, double pq, double qq)
{
    double cotangent = (qq - pp) / (2.0 * pq);
    /* Of magnitudes whose squares overflow the tangent is 0. */
    double tangent =
        copysign(1.0, cotangent) / (fabs(cotangent) + sqrt(1.0 + cotangent * cotangent));
    double cosine = 1.0 / sqrt(1.0 + tangent * tangent);
    return (struct rotation){cosine, tangent * cosine};
}

/* Rotates n pairs of numbers, each so far apart. */
static void rotate(struct rotation r, size_t n, size_t apart, double *p, double *q)
{
    for (size_t i = 0; i < n * apart; i += apart) {
        double a = p[i], b = q[i];
        p[i] = r.cosine * a - r.sine * b;
        q[i] = r.sine * a + r.cosine * b;
    }
}

/* Whether any element of a sweep was worth it. */
static bool sweep(size_t n, double *matrix, double *vectors, double least)
{
    bool any = false;
    for (size_t p = 0; p < n; p++) {
        for (size_t q = p + 1; q < n; q++) {
            double element = matrix[p * n + q];
            if (fabs(element) <= least) {
                continue;
            }
            struct rotation r = rotation_of(matrix[p * n + p], element, matrix[q * n + q]);
            rotate(r, n, 1, matrix + p * n, matrix + q * n);
            rotate(r, n, n, matrix + p, matrix + q);
            rotate(r, n, 1, vectors + p * n, vectors + q * n);
            any = true;
        }
    }
    return any;
}

void descent_symmetric_diagonalise(size_t n, double *matrix, double *vectors)
{
    double squares = 0.0;
    memset(vectors, 0, n * n * sizeof *vectors);
    for (size_t i = 0; i < n; i++) {
        vectors[i * n + i] = 1.0;
    }
    for (size_t i = 0; i < n * n; i++) {
        squares += matrix[i] * matrix[i];
    }
    double least = DBL_EPSILON * sqrt(squares) / (double)n;
    for (int i = 0; i < SWEEPS && sweep(n, matrix, vectors, least); i++) {
    }
}
