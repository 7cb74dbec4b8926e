/*
 * From options to sources.
 */
#include "source.h"

#include <stdlib.h>
#include <string.h>

const char *source_header_name(int i)
{
    static const char *const names[DESCENT_HEADER_COUNT] = {
        [DESCENT_HEADER_AUTO] = "auto", [DESCENT_HEADER_YES] = "yes", [DESCENT_HEADER_NO] = "no"};
    return i < DESCENT_HEADER_COUNT ? names[i] : NULL;
}

const char *source_values_name(int i)
{
    return i < DESCENT_VALUES_COUNT ? descent_values_name((descent_values)i) : NULL;
}

/* A size of up to five digits. */
static const char *read_size(size_t *size, const char *text)
{
    size_t digits = strspn(text, "0123456789");
    *size = digits < 6 ? strtoul(text, NULL, 10) : 0;
    return text + digits;
}

/* "28x28" */
static bool read_sizes(descent_source *source, const char *text)
{
    const char *rest = read_size(&source->height, text);
    if (*rest != 'x') {
        return false;
    }
    rest = read_size(&source->width, rest + 1);
    return *rest == '\0' && source->height > 0 && source->width > 0;
}

static void show_progress(void *context, uint64_t done, uint64_t total)
{
    double now = progress_clock();
    if (progress_due(context, now)) {
        progress_draw_work(context, now, "reading", done, total);
    }
}

enum exit_status source_init(descent_source *source, const struct source_options *options,
                             struct progress *progress)
{
    *source = (descent_source){
        .values = (descent_values)options->values,
        .test = options->test,
        .test_seed = options->test_seed,
        .color = options->color,
        .label_column = options->label_column,
        .header = (descent_header)options->header,
        .regression = options->regression,
        .memory_limit = options->memory_limit << 20,
        .progress = progress != NULL ? show_progress : NULL,
        .progress_context = progress,
    };
    if (options->size != NULL && !read_sizes(source, options->size)) {
        return cli_usage("--size: expected a height and a width from 1 to 99999, such as 28x28, "
                         "found \"%.80s\"",
                         options->size);
    }
    return DONE;
}

enum exit_status source_load(descent_dataset **dataset, const char *path,
                             const descent_source *source)
{
    descent_status status = descent_dataset_load(dataset, path, source);
    if (source->progress_context != NULL) {
        progress_clear(source->progress_context);
    }
    return status == DESCENT_OK ? DONE : cli_library_failed();
}

void source_follow(descent_source *source, const descent_dataset *dataset)
{
    const descent_shape *shape = descent_dataset_shape(dataset);
    source->classes = descent_dataset_classes(dataset);
    source->class_names = descent_dataset_class_names(dataset);
    source->values = descent_dataset_values(dataset);
    if (shape->rank >= 2) {
        source->height = shape->sizes[0];
        source->width = shape->sizes[1];
        source->color = shape->rank == 3 && shape->sizes[2] == 3;
    }
}
