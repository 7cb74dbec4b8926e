/*
 * The kinds of sources that data sets are loaded from, each a module of its own.
 */
#ifndef DESCENT_SOURCES_H
#define DESCENT_SOURCES_H

#include <descent/dataset.h>

/* A folder of IDX files: whether it holds one, and one of its parts. */
bool descent_idx_folder_holds(const char *folder);
descent_status descent_idx_folder_load(descent_dataset **dataset, const char *folder,
                                       const descent_source *source);

/* A CSV file; `split` says whether one part of it is wanted, or all. */
descent_status descent_csv_load(descent_dataset **dataset, const char *path,
                                const descent_source *source, bool split);

/* A folder with train.csv and perhaps test.csv, each plain or with .gz. */
bool descent_csv_folder_holds(const char *folder);
descent_status descent_csv_folder_load(descent_dataset **dataset, const char *folder,
                                       const descent_source *source);

/* A folder of images by class, with or without parts. */
bool descent_image_folder_holds(const char *folder);
descent_status descent_image_folder_load(descent_dataset **dataset, const char *folder,
                                         const descent_source *source);

/* Tells the caller how far the work is. */
static inline void descent_source_report(const descent_source *source, uint64_t done,
                                         uint64_t total)
{
    if (source->progress != NULL) {
        source->progress(source->progress_context, done, total);
    }
}

/* INVALID, for DESCENT_PART_ALL of a source that has a test part of its own. */
descent_status descent_source_has_parts(const char *path);

/* Makes a data set that takes over the arrays of samples; on failure it frees them. Errors: as
 * descent_dataset_create(), and MEMORY where all together are above the source's limit. */
descent_status descent_source_finish(descent_dataset **dataset, const descent_samples *samples,
                                     const char *path, const descent_source *source);

#endif
