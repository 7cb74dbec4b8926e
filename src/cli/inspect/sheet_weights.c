/*
 * A sheet of a model's first layer: for each hidden unit its weights as a picture, which shows what
 * the unit looks for.
 */
#include "cli/inspect/inspect.h"

#include "cli/base/text.h"
#include "cli/plot/sheet.h"

#include <math.h>
#include <stdio.h>

/* Units that are shown: more than that says no more. */
enum { UNITS_MAX = 500 };

/* Room for "500 ±0.0123". */
static const double CAPTION = 68.0;

static enum exit_status put_unit(struct sheet *sheet, const descent_layer *layer, size_t unit)
{
    const float *weights = layer->weights + unit * layer->inputs;
    size_t row = unit / sheet->columns, column = unit % sheet->columns;
    double largest = 0.0;
    char caption[TEXT_SIZE];
    for (size_t i = 0; i < layer->inputs; i++) {
        double size = fabs((double)weights[i]);
        largest = size > largest ? size : largest; /* gcc 12 breaks off at fmax() on arm64 */
    }
    sheet->high = largest > 0.0 ? largest : 1.0; /* all white where all are 0 */
    sheet->low = -sheet->high;
    snprintf(caption, sizeof caption, "%zu  ±%.2g", unit + 1, largest);
    sheet_caption(sheet, row, column, 0, PAGE_FAINT, caption);
    return sheet_put(sheet, row, column, weights);
}

static enum exit_status create(struct sheet *sheet, const struct trained_model *trained,
                               const descent_layer *layer, size_t units,
                               const struct figure_look *look)
{
    char title[512], all[TEXT_SIZE], weights[TEXT_SIZE], shown[64] = "";
    if (units < layer->outputs) {
        snprintf(shown, sizeof shown, ", of which %zu are shown", units);
    }
    snprintf(title, sizeof title, "First layer: %s unit%s with %s weights each%s",
             text_count(all, layer->outputs), layer->outputs == 1 ? "" : "s",
             text_count(weights, layer->inputs), shown);
    bool colour = trained->shape.rank == 3 && trained->shape.sizes[2] == 3;
    const struct sheet_plan plan = {
        .title = title,
        .note = colour
                    ? "blue below 0, red above, each unit by its own largest (±); red, green and "
                      "blue channel side by side"
                    : "blue below 0, red above, each unit by its own largest (±)",
        .count = units,
        .caption = CAPTION,
        .lines = 1,
        .signed_colours = true,
    };
    return sheet_create(sheet, &trained->shape, &plan, look, trained->path);
}

static enum exit_status fill(struct sheet *sheet, const struct trained_model *trained,
                             const struct figure_look *look)
{
    descent_layer layer = descent_model_layer(trained->model, 0);
    size_t units = layer.outputs < UNITS_MAX ? layer.outputs : UNITS_MAX;
    CLI_TRY(create(sheet, trained, &layer, units, look));
    for (size_t unit = 0; unit < units; unit++) {
        CLI_TRY(put_unit(sheet, &layer, unit));
    }
    return DONE;
}

enum exit_status inspect_save_weights(const struct trained_model *trained,
                                      const struct page_target *target)
{
    struct sheet sheet = {.low = 0.0};
    if (!trained->has_shape) {
        return cli_failed("%s: --weights: expected the shape of the samples in the metadata "
                          "(input_shape), found none",
                          trained->path);
    }
    enum exit_status status = fill(&sheet, trained, target->look);
    if (status == DONE) {
        status = page_save(&sheet.page, target->path);
    }
    sheet_free(&sheet);
    return status;
}
