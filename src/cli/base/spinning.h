/*
 * How long OpenMP's threads spin where they wait for one another.
 */
#ifndef DESCENT_CLI_SPINNING_H
#define DESCENT_CLI_SPINNING_H

/*
 * libgomp lets a thread that waits spin for milliseconds before it sleeps. On a machine that has
 * other work as well, the one that is waited for often needs that very processor: with one other
 * program on two processors training got two to four times slower than it has to.
 *
 * libgomp reads GOMP_SPINCOUNT before main(), so that this sets it and starts the program anew, in
 * the same process. Returns where there is nothing to do: the user has set it or OMP_WAIT_POLICY,
 * or the system does not tell where the program is.
 */
void spinning_limit(char **argv);

#endif
