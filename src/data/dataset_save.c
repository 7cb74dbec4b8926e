/*
 * Writes data sets: as IDX files, packed, or as CSV.
 */
#include <descent/dataset.h>

#include "base/decimal.h"
#include "base/fail.h"
#include "base/names.h"
#include "base/writer.h"
#include "data/idx.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Classes whose labels fit a byte. */
enum { BYTE_CLASSES = UINT8_MAX + 1 };

static descent_status make_path(char path[PATH_MAX], const char *folder, const char *name)
{
    if (snprintf(path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX) {
        return descent_fail(DESCENT_ERROR_IO, "%s/%s: the path is too long", folder, name);
    }
    return DESCENT_OK;
}

static void write_word(struct descent_writer *writer, uint32_t word)
{
    const unsigned char bytes[] = {(unsigned char)(word >> 24), (unsigned char)(word >> 16),
                                   (unsigned char)(word >> 8), (unsigned char)word};
    descent_writer_write(writer, bytes, sizeof bytes);
}

static void write_floats(struct descent_writer *writer, const float *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &numbers[i], sizeof bits);
        write_word(writer, bits);
    }
}

/* The header of count arrays of a shape. */
static void write_header(struct descent_writer *writer, int type, size_t count,
                         const descent_shape *shape)
{
    write_word(writer, (uint32_t)type << 8 | (uint32_t)(shape->rank + 1));
    write_word(writer, (uint32_t)count);
    for (size_t i = 0; i < shape->rank; i++) {
        write_word(writer, (uint32_t)shape->sizes[i]);
    }
}

static void write_images(struct descent_writer *writer, const descent_dataset *dataset)
{
    size_t features = descent_dataset_features(dataset);
    size_t count = descent_dataset_count(dataset);
    bool bytes = descent_dataset_values(dataset) == DESCENT_VALUES_BYTES;
    write_header(writer, bytes ? DESCENT_IDX_UBYTE : DESCENT_IDX_FLOAT, count,
                 descent_dataset_shape(dataset));
    for (size_t i = 0; i < count; i++) {
        if (bytes) {
            descent_writer_write(writer, descent_dataset_sample(dataset, i), features);
        } else {
            write_floats(writer, descent_dataset_sample_floats(dataset, i), features);
        }
    }
}

static void write_labels(struct descent_writer *writer, const descent_dataset *dataset)
{
    size_t count = descent_dataset_count(dataset);
    bool bytes = descent_dataset_classes(dataset) <= BYTE_CLASSES;
    write_header(writer, bytes ? DESCENT_IDX_UBYTE : DESCENT_IDX_INT, count, &(descent_shape){0});
    for (size_t i = 0; i < count; i++) {
        int32_t label = descent_dataset_label(dataset, i);
        if (bytes) {
            descent_writer_write(writer, &(uint8_t){(uint8_t)label}, 1);
        } else {
            write_word(writer, (uint32_t)label);
        }
    }
}

static void write_targets(struct descent_writer *writer, const descent_dataset *dataset)
{
    size_t count = descent_dataset_count(dataset);
    size_t outputs = descent_dataset_outputs(dataset);
    write_header(writer, DESCENT_IDX_FLOAT, count, &(descent_shape){1, {outputs}});
    for (size_t i = 0; i < count; i++) {
        write_floats(writer, descent_dataset_target(dataset, i), outputs);
    }
}

/* A name a line. */
static void write_classes(struct descent_writer *writer, const descent_dataset *dataset)
{
    for (size_t c = 0; c < descent_dataset_classes(dataset); c++) {
        const char *name = descent_dataset_class_names(dataset)[c];
        descent_writer_write(writer, name, strlen(name));
        descent_writer_write(writer, "\n", 1);
    }
}

typedef void write_function(struct descent_writer *writer, const descent_dataset *dataset);

static descent_status write_file(const descent_dataset *dataset, const char *folder,
                                 const char *name, bool gzip, write_function *write)
{
    char path[PATH_MAX];
    struct descent_writer writer;
    descent_status status = make_path(path, folder, name);
    if (status == DESCENT_OK) {
        status = descent_writer_open(&writer, path, gzip);
    }
    if (status != DESCENT_OK) {
        return status;
    }
    write(&writer, dataset);
    return descent_writer_close(&writer);
}

static descent_status check_sizes(const descent_dataset *dataset)
{
    const descent_shape *shape = descent_dataset_shape(dataset);
    for (size_t i = 0; i < shape->rank; i++) {
        if (shape->sizes[i] > UINT32_MAX) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "IDX file: expected sizes below 2^32, found %zu", shape->sizes[i]);
        }
    }
    if (shape->rank >= DESCENT_ARRAY_RANK_MAX) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "IDX file: expected samples of fewer than %d dimensions, found %zu",
                            DESCENT_ARRAY_RANK_MAX, shape->rank);
    }
    return DESCENT_OK;
}

static descent_status save_idx(const descent_dataset *dataset, const char *folder,
                               descent_part part)
{
    const char *prefix = part == DESCENT_PART_TRAIN ? "train" : "t10k";
    bool bytes = descent_dataset_values(dataset) == DESCENT_VALUES_BYTES;
    char images[64], answers[64];
    snprintf(images, sizeof images, "%s-images-idx%zu-%s.gz", prefix,
             descent_dataset_shape(dataset)->rank + 1, bytes ? "ubyte" : "float");
    descent_status status = check_sizes(dataset);
    if (status == DESCENT_OK) {
        status = write_file(dataset, folder, images, true, write_images);
    }
    if (status != DESCENT_OK) {
        return status;
    }
    if (descent_dataset_outputs(dataset) > 0) {
        snprintf(answers, sizeof answers, "%s-targets-idx2-float.gz", prefix);
        return write_file(dataset, folder, answers, true, write_targets);
    }
    snprintf(answers, sizeof answers, "%s-labels-idx1-%s.gz", prefix,
             descent_dataset_classes(dataset) <= BYTE_CLASSES ? "ubyte" : "int");
    status = write_file(dataset, folder, answers, true, write_labels);
    return status == DESCENT_OK ? write_file(dataset, folder, "classes.txt", false, write_classes)
                                : status;
}

static void write_text(struct descent_writer *writer, const char *text)
{
    descent_writer_write(writer, text, strlen(text));
}

/* In quotes, with those within it doubled, where the text needs it. */
static void write_quoted(struct descent_writer *writer, const char *text)
{
    if (strpbrk(text, ",;|#\" \t\r\n") == NULL) {
        write_text(writer, text);
        return;
    }
    write_text(writer, "\"");
    for (; *text != '\0'; text++) {
        write_text(writer, *text == '"' ? "\"\"" : (const char[]){*text, '\0'});
    }
    write_text(writer, "\"");
}

static void write_number(struct descent_writer *writer, float number)
{
    char text[DESCENT_DECIMAL_SIZE];
    descent_decimal_save(text, number);
    write_text(writer, text);
}

static void write_byte(struct descent_writer *writer, uint8_t byte)
{
    char text[8];
    snprintf(text, sizeof text, "%u", (unsigned)byte);
    write_text(writer, text);
}

/* A name, or where there is none, a stem and a number. */
static void write_name(struct descent_writer *writer, const char *const *names, size_t i,
                       const char *stem, size_t first)
{
    char name[32];
    snprintf(name, sizeof name, "%s%zu", stem, first + i);
    write_quoted(writer, names != NULL ? names[i] : name);
}

/* Pixels are called so, for they are told by their names when they are read again. */
static void write_column_names(struct descent_writer *writer, const descent_dataset *dataset)
{
    size_t outputs = descent_dataset_outputs(dataset);
    const char *const *targets = descent_dataset_target_names(dataset);
    const char *const *features = descent_dataset_feature_names(dataset);
    bool bytes = descent_dataset_values(dataset) == DESCENT_VALUES_BYTES;
    if (targets == NULL && outputs < 2) {
        write_text(writer, outputs == 0 ? "label" : "target");
    }
    for (size_t i = 0; i < outputs && (targets != NULL || outputs > 1); i++) {
        write_text(writer, i == 0 ? "" : ",");
        write_name(writer, targets, i, "target", 1);
    }
    for (size_t i = 0; i < descent_dataset_features(dataset); i++) {
        write_text(writer, ",");
        write_name(writer, features, i, bytes ? "pixel" : "x", bytes ? 0 : 1);
    }
    write_text(writer, "\n");
}

static void write_answer(struct descent_writer *writer, const descent_dataset *dataset, size_t i)
{
    const float *target = descent_dataset_target(dataset, i);
    if (target == NULL) {
        const char *const *names = descent_dataset_class_names(dataset);
        write_quoted(writer, names[descent_dataset_label(dataset, i)]);
        return;
    }
    for (size_t o = 0; o < descent_dataset_outputs(dataset); o++) {
        write_text(writer, o == 0 ? "" : ",");
        write_number(writer, target[o]);
    }
}

static void write_rows(struct descent_writer *writer, const descent_dataset *dataset)
{
    size_t features = descent_dataset_features(dataset);
    write_column_names(writer, dataset);
    for (size_t i = 0; i < descent_dataset_count(dataset); i++) {
        const uint8_t *bytes = descent_dataset_sample(dataset, i);
        write_answer(writer, dataset, i);
        for (size_t f = 0; f < features; f++) {
            write_text(writer, ",");
            if (bytes != NULL) {
                write_byte(writer, bytes[f]);
            } else {
                write_number(writer, descent_dataset_sample_floats(dataset, i)[f]);
            }
        }
        write_text(writer, "\n");
    }
}

descent_status descent_dataset_save(const descent_dataset *dataset, const char *folder,
                                    descent_part part, descent_format format)
{
    DESCENT_RETURN_UNLESS(dataset != NULL && folder != NULL);
    DESCENT_RETURN_UNLESS(part == DESCENT_PART_TRAIN || part == DESCENT_PART_TEST);
    DESCENT_RETURN_UNLESS(format == DESCENT_FORMAT_IDX || format == DESCENT_FORMAT_CSV);
    descent_status status =
        descent_names_check(descent_dataset_class_names(dataset), descent_dataset_classes(dataset));
    if (status != DESCENT_OK) {
        return status;
    }
    if (format == DESCENT_FORMAT_IDX) {
        return save_idx(dataset, folder, part);
    }
    return write_file(dataset, folder, part == DESCENT_PART_TRAIN ? "train.csv" : "test.csv", false,
                      write_rows);
}
