/*
 * What networks can be exported as text.
 */
#ifndef DESCENT_EXPORT_WEIGHTS_H
#define DESCENT_EXPORT_WEIGHTS_H

#include <descent/model.h>

/* INVALID where there are more than so many parameters, with what to use instead, or where one is
 * not finite: numbers as text are not, and a page leaves out inputs that are 0. */
descent_status descent_export_check(const descent_model *model, size_t most, const char *instead);

#endif
