/*
 * How a hot loop of ours is compiled for several instruction sets, of which the machine's best one
 * is chosen when the program starts. A binary so runs on any machine, and fast on new ones.
 *
 * Meson's option -Dvector compiles the loops for one set alone: tests so reach what this machine
 * would not choose, and sanitizers what they cannot choose at all.
 */
#ifndef DESCENT_VECTOR_LOOPS_H
#define DESCENT_VECTOR_LOOPS_H

#include <stdint.h> /* any header of glibc tells that it is glibc */

/* Stands in front of a static function (clang 14 loses others). Clones need the dynamic linker of
 * Linux; sanitizers, which are not ready when it makes its choice, get the plain function. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DESCENT_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DESCENT_SANITIZED
#endif

#ifndef DESCENT_VECTOR_LOOP
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && !defined(DESCENT_SANITIZED)
#define DESCENT_VECTOR_LOOP __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define DESCENT_VECTOR_LOOP
#endif
#endif

#endif
