/*
 * What every public header needs: the version, limits, and how a symbol is exported.
 */
#ifndef DESCENT_API_H
#define DESCENT_API_H

#define DESCENT_VERSION "0.1.0"

#if defined(__GNUC__)
#define DESCENT_API __attribute__((visibility("default")))
#else
#define DESCENT_API
#endif

/* The most threads that can be asked for. */
#define DESCENT_THREADS_MAX 256

#ifdef __cplusplus
#define DESCENT_BEGIN extern "C" {
#define DESCENT_END }
#else
#define DESCENT_BEGIN
#define DESCENT_END
#endif

#endif
