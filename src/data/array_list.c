/*
 * Lists arrays by their names. A .npz file's name and its members' add up: train.npz with x and y
 * is x_train and y_train, and of a file with a single array the file's name counts alone.
 */
#include "data/array_list.h"

#include "base/fail.h"
#include "base/folder.h"
#include "data/idx.h"
#include "data/npz.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool ends_in(const char *path, const char *ending)
{
    size_t length = strlen(path), size = strlen(ending);
    return length > size && strcasecmp(path + length - size, ending) == 0;
}

bool descent_array_is_archive(const char *path)
{
    return ends_in(path, ".npz");
}

bool descent_array_is_numpy(const char *path)
{
    return ends_in(path, ".npy");
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static descent_status fail_memory(const char *path)
{
    return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for its path", path);
}

/* Adds a copy of a file, whose path is the given one. */
static descent_status add(struct descent_array_list *list, const char *path, const char *member,
                          const struct descent_array_file *file)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 16 : 2 * list->room;
        void *files = realloc(list->files, room * sizeof *list->files);
        if (files == NULL) {
            return fail_memory(path);
        }
        list->files = files;
        list->room = room;
    }
    size_t size = strlen(path) + strlen(member) + 2;
    struct descent_array_file copy = *file;
    copy.path = strdup(path);
    copy.label = malloc(size);
    if (copy.path == NULL || copy.label == NULL) {
        free(copy.path);
        free(copy.label);
        return fail_memory(path);
    }
    snprintf(copy.label, size, "%s%s%s", path, member[0] != '\0' ? ":" : "", member);
    list->files[list->count++] = copy;
    return DESCENT_OK;
}

/* NumPy's own names, where nobody gave any: arr_0 for samples, arr_1 for what belongs to them. */
static enum descent_array_role role_of(const struct descent_npz *npz, size_t i)
{
    bool unnamed = npz->count == 2;
    for (size_t k = 0; k < npz->count; k++) {
        unnamed = unnamed && strncmp(npz->members[k].name, "arr_", 4) == 0;
    }
    return !unnamed                                     ? DESCENT_ARRAY_UNKNOWN
           : strcmp(npz->members[i].name, "arr_0") == 0 ? DESCENT_ARRAY_SAMPLES
                                                        : DESCENT_ARRAY_EITHER;
}

static struct descent_array_name join(const struct descent_npz *npz, size_t i,
                                      const struct descent_array_name *file)
{
    struct descent_array_name name = descent_array_name_read(npz->members[i].name);
    if (npz->count == 1 && file->role != DESCENT_ARRAY_UNKNOWN) {
        return *file;
    }
    name.role = name.role == DESCENT_ARRAY_UNKNOWN ? role_of(npz, i) : name.role;
    name.part = name.part == DESCENT_ARRAY_WHOLE ? file->part : name.part;
    memcpy(name.set, file->set, sizeof name.set);
    return name;
}

static descent_status add_members(struct descent_array_list *list, const char *path,
                                  const struct descent_npz *npz)
{
    const struct descent_array_name file = descent_array_name_read(name_of(path));
    for (size_t i = 0; i < npz->count; i++) {
        const struct descent_npz_member *member = &npz->members[i];
        const struct descent_array_file entry = {
            .numpy = true, .member = true, .part = member->part, .name = join(npz, i, &file)};
        DESCENT_TRY(entry.name.role != DESCENT_ARRAY_UNKNOWN
                        ? add(list, path, member->name, &entry)
                        : descent_aside_add(&list->others, member->name, path, false));
    }
    return DESCENT_OK;
}

static descent_status add_archive(struct descent_array_list *list, const char *path)
{
    struct descent_npz *npz = malloc(sizeof *npz);
    if (npz == NULL) {
        return fail_memory(path);
    }
    descent_status status = descent_npz_load(npz, path);
    if (status == DESCENT_OK) {
        status = add_members(list, path, npz);
    }
    free(npz);
    return status;
}

/* An IDX file by its name, or where that has no idxN by its magic number. */
static descent_status look_for_idx(const char *path, struct descent_array_name *name)
{
    return name->idx_rank == 0 ? descent_idx_examine(&name->idx_rank, path) : DESCENT_OK;
}

static descent_status add_file(struct descent_array_list *list, const char *path)
{
    struct descent_array_file file = {.name = descent_array_name_read(name_of(path)),
                                      .numpy = descent_array_is_numpy(path)};
    if (descent_array_is_archive(path)) {
        return add_archive(list, path);
    }
    bool role = file.name.role != DESCENT_ARRAY_UNKNOWN;
    if (role && !file.numpy) {
        DESCENT_TRY(look_for_idx(path, &file.name));
    }
    return role && (file.numpy || file.name.idx_rank > 0)
               ? add(list, path, "", &file)
               : descent_aside_add(&list->others, name_of(path), path, false);
}

static descent_status add_folder(struct descent_array_list *list,
                                 const struct descent_folder *folder)
{
    for (size_t i = 0; i < folder->count; i++) {
        const struct descent_folder_entry *entry = &folder->entries[i];
        if (strcmp(entry->name, DESCENT_ARRAY_CLASSES) != 0) {
            DESCENT_TRY(entry->folder
                            ? descent_aside_add(&list->others, entry->name, entry->path, false)
                            : add_file(list, entry->path));
        }
    }
    return DESCENT_OK;
}

descent_status descent_array_list_create(struct descent_array_list *list, const char *path)
{
    bool is_folder;
    *list = (struct descent_array_list){0};
    DESCENT_TRY(descent_folder_examine(&is_folder, path, "a folder or a file of arrays"));
    if (!is_folder) {
        return add_file(list, path);
    }
    struct descent_folder folder;
    descent_status status = descent_folder_list(&folder, path);
    if (status == DESCENT_OK) {
        status = add_folder(list, &folder);
    }
    descent_folder_free(&folder);
    return status;
}

void descent_array_list_free(struct descent_array_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->files[i].path);
        free(list->files[i].label);
    }
    free(list->files);
    descent_aside_free(list->others);
    *list = (struct descent_array_list){0};
}

static descent_status load_numpy(struct descent_array *array, const struct descent_array_file *file,
                                 enum descent_npy_use use, const descent_source *source,
                                 bool header)
{
    struct descent_reader reader;
    DESCENT_TRY(file->member
                    ? descent_reader_open_part(&reader, file->path, &file->part, file->label)
                    : descent_reader_open(&reader, file->path));
    descent_reader_watch(&reader, source->progress, source->progress_context);
    descent_status status = (header ? descent_npy_examine : descent_npy_read)(array, &reader, use,
                                                                              source->memory_limit);
    descent_reader_close(&reader);
    return status;
}

static descent_status load(struct descent_array *array, const struct descent_array_file *file,
                           enum descent_npy_use use, const descent_source *source, bool header)
{
    static const int types[][3] = {
        [DESCENT_NPY_SAMPLES] = {DESCENT_IDX_UBYTE, DESCENT_IDX_FLOAT, DESCENT_IDX_DOUBLE},
        [DESCENT_NPY_BYTES] = {DESCENT_IDX_UBYTE, DESCENT_IDX_FLOAT, DESCENT_IDX_DOUBLE},
        [DESCENT_NPY_LABELS] = {DESCENT_IDX_UBYTE, DESCENT_IDX_INT},
        [DESCENT_NPY_NUMBERS] = {DESCENT_IDX_FLOAT, DESCENT_IDX_DOUBLE},
    };
    *array = (struct descent_array){0};
    if (file->numpy) {
        return load_numpy(array, file, use, source, header);
    }
    struct descent_idx_form form = {.rank = file->name.idx_rank,
                                    .memory_limit = source->memory_limit,
                                    .header = header,
                                    .progress = source->progress,
                                    .progress_context = source->progress_context};
    memcpy(form.types, types[use], sizeof form.types);
    return descent_idx_load(array, file->path, &form);
}

descent_status descent_array_file_load(struct descent_array *array,
                                       const struct descent_array_file *file,
                                       enum descent_npy_use use, const descent_source *source)
{
    return load(array, file, use, source, false);
}

descent_status descent_array_file_examine(struct descent_array *array,
                                          const struct descent_array_file *file,
                                          enum descent_npy_use use, const descent_source *source)
{
    return load(array, file, use, source, true);
}
