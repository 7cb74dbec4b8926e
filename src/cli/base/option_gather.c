/*
 * Tables for commands that share options with another one.
 */
#include "cli/base/option.h"

#include <string.h>

static struct option import_row(const struct option_table *other,
                                const struct option_import *import)
{
    size_t i = 0;
    while (strcmp(other->rows[i].name, import->name) != 0) {
        i++;
    }
    struct option row = other->rows[i];
    row.group = import->group;
    row.initial = import->initial != NULL ? import->initial : row.initial;
    row.help = import->help != NULL ? import->help : row.help;
    return row;
}

void option_gather(struct option_table *table, struct option *rows, const struct option *own,
                   size_t own_count, const struct option_table *other,
                   const struct option_import *imports, size_t import_count)
{
    size_t count = 0;
    for (size_t group = 0; group < table->group_count; group++) {
        for (size_t i = 0; i < import_count; i++) {
            if (imports[i].group == group) {
                rows[count++] = import_row(other, &imports[i]);
            }
        }
        for (size_t i = 0; i < own_count; i++) {
            if (own[i].group == group) {
                rows[count++] = own[i];
            }
        }
    }
    table->rows = rows;
    table->count = count;
}
