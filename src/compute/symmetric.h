/*
 * Eigenvalues of small symmetric matrices.
 */
#ifndef DESCENT_SYMMETRIC_H
#define DESCENT_SYMMETRIC_H

#include <stddef.h>

/* Turns a symmetric matrix [n × n] into a diagonal one, whose elements are its eigenvalues in no
 * order; row i of vectors [n × n] becomes the unit eigenvector of element i. */
void descent_symmetric_diagonalise(size_t n, double *matrix, double *vectors);

#endif
