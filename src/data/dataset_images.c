/*
 * A data set out of a folder of image files: decoded in parallel, each into the place that the
 * sorted list gives it, so that the order never depends on the threads.
 */
#include "base/fail.h"
#include "base/memory_limit.h"
#include "base/team.h"
#include "data/dataset_private.h"
#include "data/image_list.h"
#include "data/sources.h"

#include <descent/images.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The work of all threads. */
struct decoding {
    const struct descent_image_list *list;
    const descent_source *source;
    size_t height, width;
    size_t features;
    uint8_t *pixels; /* [count × features] */
    struct descent_team team;
    pthread_mutex_t failing;
    atomic_size_t next; /* the next file in the list that no thread has taken */
    atomic_size_t done;
    atomic_size_t failed;  /* the first file in the list that failed so far, or the count */
    descent_status status; /* of that file */
    char error[1024];
};

static descent_status decode_into(uint8_t *pixels, const struct decoding *work, const char *path)
{
    descent_image image, resized;
    descent_status status = descent_image_load(&image, path, work->source->color);
    if (status == DESCENT_OK) {
        status = descent_image_resize(&resized, &image, work->height, work->width);
        if (status == DESCENT_OK) {
            memcpy(pixels, resized.pixels, work->features);
            descent_image_free(&resized);
        }
        descent_image_free(&image);
    }
    return status;
}

/* Of several failures the first in the list is told, whichever came first in time. */
static void keep_failure(struct decoding *work, size_t i, descent_status status)
{
    (void)pthread_mutex_lock(&work->failing);
    if (i < work->failed) {
        work->failed = i;
        work->status = status;
        snprintf(work->error, sizeof work->error, "%s", descent_last_error());
    }
    (void)pthread_mutex_unlock(&work->failing);
}

static void decode_file(struct decoding *work, size_t i, bool reports)
{
    if (i > work->failed) {
        return;
    }
    descent_status status =
        decode_into(work->pixels + i * work->features, work, work->list->paths[i]);
    if (status != DESCENT_OK) {
        keep_failure(work, i, status);
    }
    size_t done = ++work->done;
    if (reports) {
        descent_source_report(work->source, done, work->list->count);
    }
}

/* One thread's files: the next one, whenever it is done with one. */
static void decode_share(void *context, int thread)
{
    struct decoding *work = context;
    bool first = thread == 0; /* it is the calling thread */
    for (size_t i = work->next++; i < work->list->count; i = work->next++) {
        decode_file(work, i, first);
    }
}

static descent_status decode_all(struct decoding *work)
{
    size_t count = work->list->count;
    work->failed = count;
    work->team.threads = descent_team_most(work->source->threads);
    descent_team_run(&work->team, decode_share, work);
    if (work->failed < count) {
        return descent_fail(work->status, "%s", work->error);
    }
    descent_source_report(work->source, count, count);
    return DESCENT_OK;
}

/* The size that is asked for, or else that of the first image. */
static descent_status choose_size(struct decoding *work)
{
    work->height = work->source->height;
    work->width = work->source->width;
    if (work->height != 0 && work->width != 0) {
        return DESCENT_OK;
    }
    descent_image image;
    descent_status status = descent_image_load(&image, work->list->paths[0], work->source->color);
    if (status == DESCENT_OK) {
        work->height = image.height;
        work->width = image.width;
        descent_image_free(&image);
    }
    return status;
}

static descent_status allocate_pixels(struct decoding *work, const char *folder)
{
    size_t count = work->list->count;
    work->features = work->height * work->width * (work->source->color ? 3 : 1);
    DESCENT_TRY(descent_memory_check(folder, count, "samples",
                                     descent_memory_product(count, work->features),
                                     work->source->memory_limit));
    work->pixels = calloc(count, work->features);
    return work->pixels != NULL
               ? DESCENT_OK
               : descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu images of %zu x %zu",
                              folder, count, work->height, work->width);
}

static descent_status finish(descent_dataset **dataset, const struct decoding *work,
                             struct descent_image_list *list, const char *folder)
{
    const descent_samples samples = {
        .shape = {work->source->color ? 3 : 2, {work->height, work->width, 3}},
        .count = list->count,
        .bytes = work->pixels,
        .labels = list->labels,
        .classes = list->names.count,
        .class_names = (const char *const *)list->names.texts,
    };
    list->labels = NULL; /* handed over */
    DESCENT_TRY(descent_source_finish(dataset, &samples, folder, work->source));
    (*dataset)->whole = list->whole;
    (*dataset)->pictures = true;
    (*dataset)->validation = list->validation;
    (*dataset)->owned.aside = list->aside;
    list->aside = NULL;
    descent_dataset_own_files(*dataset, list->paths, list->count);
    list->paths = NULL;
    list->count = 0;
    return DESCENT_OK;
}

static descent_status decode_list(struct decoding *work, const char *folder)
{
    DESCENT_TRY(choose_size(work));
    DESCENT_TRY(allocate_pixels(work, folder));
    return decode_all(work);
}

static descent_status load_list(descent_dataset **dataset, struct descent_image_list *list,
                                const char *folder, const descent_source *source)
{
    struct decoding work = {.list = list, .source = source, .failing = PTHREAD_MUTEX_INITIALIZER};
    descent_status status = decode_list(&work, folder);
    if (status != DESCENT_OK) {
        free(work.pixels);
        return status;
    }
    return finish(dataset, &work, list, folder);
}

descent_status descent_image_folder_load(descent_dataset **dataset, const char *folder,
                                         const descent_source *source)
{
    if (source->regression) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "%s: expected numbers to predict, found a folder of images by class",
                            folder);
    }
    DESCENT_TRY(descent_team_check(source->threads));
    struct descent_image_list list;
    descent_status status = descent_image_list_create(&list, folder, source);
    if (status == DESCENT_OK) {
        status = load_list(dataset, &list, folder, source);
    }
    descent_image_list_free(&list);
    return status;
}
