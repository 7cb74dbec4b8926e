/*
 * Fuzz target: any folder of arrays, tables or pictures, loaded whole, with both its parts. What is
 * read has finite numbers, labels of its classes, and as many names as it says.
 */
#include "archive.h"
#include "loaded.h"

#include "idx_files.h"
#include "image_files.h"
#include "npy_files.h"

/* Folders first, then what they and the top hold. The first name is for what does not count. */
static const char *const NAMES[] = {"notes.md",
                                    "train/",
                                    "train/a/",
                                    "train/b/",
                                    "test/",
                                    "test/a/",
                                    "train-images-idx3-ubyte",
                                    "train-labels-idx1-ubyte",
                                    "t10k-images-idx3-ubyte.gz",
                                    "t10k-labels-idx1-ubyte.gz",
                                    "classes.txt",
                                    "emnist-letters-mapping.txt",
                                    "x_train.npy",
                                    "y_train.npy",
                                    "x_test.npy",
                                    "y_test.npy",
                                    "data.npz",
                                    "train.csv",
                                    "test.csv",
                                    "train-targets-idx2-float",
                                    "train/a/1.png",
                                    "train/a/2.jpg",
                                    "train/b/1.bmp",
                                    "train/b/2.pgm",
                                    "test/a/1.png",
                                    NULL};

enum { IDX = 6, CLASSES = 10, NPY = 12, NPZ = 16, CSV = 17, TARGETS = 19, PICTURES = 20 };

static void check_folder(const char *folder, descent_source source)
{
    for (int part = DESCENT_PART_TRAIN; part <= DESCENT_PART_TEST; part++) {
        source.part = (descent_part)part;
        descent_dataset *dataset = loaded_dataset(folder, &source);
        if (dataset != NULL) {
            (void)descent_dataset_fingerprint(dataset);
        }
        descent_dataset_destroy(dataset);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const descent_source sources[] = {
        {.test = 0.5, .threads = 1, .memory_limit = 1 << 24},
        {.test = 0.5, .threads = 1, .memory_limit = 1 << 24, .regression = true},
        {.test = 0.5, .threads = 1, .memory_limit = 1 << 24, .multi_label = true},
        {.test = 0.5,
         .threads = 1,
         .memory_limit = 1 << 24,
         .transpose = true,
         .values = DESCENT_VALUES_BYTES,
         .height = 4,
         .width = 3},
    };
    char folder[512];
    snprintf(folder, sizeof folder, "%s", archive_unpack(NAMES, data, size));
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        check_folder(folder, sources[i]);
    }
    archive_clear(NAMES);
    return 0;
}

static bool seed_idx(const char *path)
{
    const struct bytes images = idx_counting(3, (uint32_t[]){6, 3, 5});
    const struct bytes labels = idx_labels((const uint8_t[]){0, 1, 2, 0, 1, 2}, 6);
    const struct bytes test_images = gzip(&images), test_labels = gzip(&labels);
    static const char classes[] = "null\none\ntwo\n";
    return archive_save(path,
                        (const struct archive_file[]){
                            {IDX, images.data, images.size},
                            {IDX + 1, labels.data, labels.size},
                            {IDX + 2, test_images.data, test_images.size},
                            {IDX + 3, test_labels.data, test_labels.size},
                            {CLASSES, classes, sizeof classes - 1},
                            {CLASSES + 1, "0 48\n1 49\n2 50\n", 15},
                        },
                        6);
}

/* Samples of one kind of element, and targets of numbers. */
static bool seed_idx_floats(const char *path, unsigned type, unsigned width)
{
    struct bytes samples = idx_header(type, 2, (uint32_t[]){4, 2});
    struct bytes targets = idx_header(0x0d, 2, (uint32_t[]){4, 1});
    for (size_t i = 0; i < 8 * width; i++) {
        append_byte(&samples, i % width == 0 ? 0x3f : (unsigned)i);
    }
    for (size_t i = 0; i < 16; i++) {
        append_byte(&targets, i % 4 == 0 ? 0x40 : (unsigned)i);
    }
    return archive_save(path,
                        (const struct archive_file[]){{IDX, samples.data, samples.size},
                                                      {TARGETS, targets.data, targets.size}},
                        2);
}

static bool seed_npy(const char *path, bool packed)
{
    struct member members[2] = {{"x_train.npy", npy_header(1, "<f4", "(4, 2)")},
                                {"y_train.npy", npy_header(1, "|u1", "(4,)")}};
    for (size_t i = 0; i < 8; i++) {
        append_little(&members[0].bytes, i, 4);
    }
    for (size_t i = 0; i < 4; i++) {
        append_little(&members[1].bytes, i % 2, 1);
    }
    const struct bytes file = zip(members, 2, true);
    const struct archive_file one[] = {{NPZ, file.data, file.size}};
    const struct archive_file two[] = {{NPY, members[0].bytes.data, members[0].bytes.size},
                                       {NPY + 1, members[1].bytes.data, members[1].bytes.size}};
    return packed ? archive_save(path, one, 1) : archive_save(path, two, 2);
}

static bool seed_csv(const char *path)
{
    static const char train[] = "x,y,label\n1,2,a\n3,4,b\n5,6,a\n7,8,b\n";
    static const char test[] = "x,y,label\n1,2,a\n3,4,b\n";
    return archive_save(path,
                        (const struct archive_file[]){{CSV, train, sizeof train - 1},
                                                      {CSV + 1, test, sizeof test - 1}},
                        2);
}

static bool seed_pictures(const char *path)
{
    uint8_t pixels[48];
    for (size_t i = 0; i < sizeof pixels; i++) {
        pixels[i] = counting_value(i);
    }
    const struct bytes png = png_file(4, 3, 4, pixels, 4), bmp = bmp_file(4, 4, pixels);
    const struct bytes pgm = pnm_file(4, 3, 1, pixels);
    return archive_save(path,
                        (const struct archive_file[]){
                            {PICTURES, png.data, png.size},
                            {PICTURES + 1, jpeg_bytes, sizeof jpeg_bytes},
                            {PICTURES + 2, bmp.data, bmp.size},
                            {PICTURES + 3, pgm.data, pgm.size},
                            {PICTURES + 4, png.data, png.size},
                        },
                        5);
}

bool fuzz_seed(const char *path, unsigned number)
{
    switch (number) {
    case 0:
        return seed_idx(path);
    case 1:
        return seed_idx_floats(path, 0x0d, 4);
    case 2:
        return seed_idx_floats(path, 0x0e, 8);
    case 3:
        return seed_npy(path, false);
    case 4:
        return seed_npy(path, true);
    case 5:
        return seed_csv(path);
    case 6:
        return seed_pictures(path);
    default:
        return false;
    }
}
