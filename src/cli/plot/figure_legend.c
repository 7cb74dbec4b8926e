#include "cli/plot/figure_legend.h"

#include <stdlib.h>
#include <string.h>

static bool is_listed(const struct figure_legend *legend, const struct figure_curve *curve)
{
    for (size_t i = 0; i < legend->count; i++) {
        const struct figure_curve *other = legend->entries[i];
        if (other->style == curve->style && other->colour == curve->colour &&
            strcmp(other->title, curve->title) == 0) {
            return true;
        }
    }
    return false;
}

bool figure_legend_collect(struct figure_legend *legend, const struct figure *figure)
{
    size_t most = 1;
    for (size_t p = 0; p < figure->panels; p++) {
        most += figure->ended[p].count;
    }
    *legend = (struct figure_legend){.entries = calloc(most, sizeof(const struct figure_curve *))};
    if (legend->entries == NULL) {
        return false;
    }
    for (size_t p = 0; p < figure->panels; p++) {
        for (size_t c = 0; c < figure->ended[p].count; c++) {
            const struct figure_curve *curve = &figure->ended[p].curves[c];
            if (curve->title[0] != '\0' && curve->shown > 0 && !is_listed(legend, curve)) {
                legend->entries[legend->count++] = curve;
            }
        }
    }
    return true;
}
