/*
 * The kinds of sources that data sets are loaded from, each a module of its own.
 */
#ifndef DESCENT_SOURCES_H
#define DESCENT_SOURCES_H

#include <descent/dataset.h>

/* Whether a folder holds what a kind of source is made of. A folder that cannot be listed may hold
 * anything: NOT_FOUND, IO, MEMORY. */
typedef descent_status descent_source_holds(bool *found, const char *folder);

/* IDX or NumPy files; a part of such a folder or of a .npz file. */
descent_source_holds descent_array_folder_holds;
descent_status descent_arrays_load(descent_dataset **dataset, const char *path,
                                   const descent_source *source);

/* A CSV file; `split` says whether one part of it is wanted, or all. */
descent_status descent_csv_load(descent_dataset **dataset, const char *path,
                                const descent_source *source, bool split);

/* Whether a name is that of a table and nothing else: a .txt or .data file may be anything. */
bool descent_csv_is_sure(const char *name);

/* A folder with train.csv and perhaps test.csv, or NAME_train.csv and NAME_test.csv. */
descent_source_holds descent_csv_folder_holds;
descent_status descent_csv_folder_load(descent_dataset **dataset, const char *folder,
                                       const descent_source *source);

/* A folder of images by class, with or without parts. */
descent_source_holds descent_image_folder_holds;

/* How many images lie in no folder of a class. Errors: as descent_source_holds. */
descent_status descent_image_folder_loose(size_t *loose, const char *path);
descent_status descent_image_folder_load(descent_dataset **dataset, const char *folder,
                                         const descent_source *source);

/* Swaps height and width of the images that a data set has just been loaded with. Errors: INVALID
 * (it has none, or they were files of images), MEMORY. */
descent_status descent_dataset_transpose(descent_dataset *dataset, const char *path);

/* What is done to a data set that has just been loaded; on failure it is destroyed. Numbers of
 * another kind than is expected are refused, and images are transposed where the source says so.
 * Errors: MISMATCH; those of descent_dataset_transpose(). */
descent_status descent_source_check_values(descent_dataset **dataset, const char *path,
                                           descent_values expected);
descent_status descent_source_turn(descent_dataset **dataset, const char *path,
                                   const descent_source *source);

/* Tells the caller how far the work is. */
static inline void descent_source_report(const descent_source *source, uint64_t done,
                                         uint64_t total)
{
    if (source->progress != NULL) {
        source->progress(source->progress_context, done, total);
    }
}

/* Which samples of a source without a test part of its own are held back, by its share and seed;
 * the split says labels, count and classes. *held [count] is NULL where none are, and the caller
 * frees it; *wanted gets the samples of the part that the source asks for. Errors: as
 * descent_split_choose(), and NOT_FOUND where a test part is asked for that is empty. */
struct descent_split;
descent_status descent_source_hold(bool **held, size_t *wanted, const struct descent_split *split,
                                   const descent_source *source, const char *path);

/* INVALID, for DESCENT_PART_ALL of a source that has a test part of its own. */
descent_status descent_source_has_parts(const char *path);

/* Makes a data set that takes over the arrays of samples; on failure it frees them. Errors: as
 * descent_dataset_create(), and MEMORY where all together are above the source's limit. */
descent_status descent_source_finish(descent_dataset **dataset, const descent_samples *samples,
                                     const char *path, const descent_source *source);

#endif
