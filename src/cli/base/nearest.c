/*
 * How a name is asked about.
 */
#include "cli/base/nearest.h"

#include "cli/base/text.h"

void nearest_ask(char *text, size_t size, const descent_nearest *nearest, const char *before)
{
    if (nearest->name != NULL) {
        text_append(text, size, ", did you mean %s%s?", before, nearest->name);
    }
}
