/*
 * Fuzz target: any file in the place of a picture, alone and as one of a folder of images by class.
 * What is read has the size that was asked for, and a folder with a broken picture names it.
 */
#include "fuzz.h"

#include "image_files.h"

#include <sys/stat.h>

/* Pixels from which on a picture takes too much of the test's time: with a folder, and alone. */
enum { LARGE = 1 << 16, HUGE_PICTURE = 1 << 20 };

/* Pixels that a JPEG says it has: a few bytes may say 2^26, for which sanitizers take minutes. */
static size_t declared_pixels(const uint8_t *data, size_t size)
{
    size_t most = 0;
    for (size_t i = 0; i + 8 < size; i++) {
        if (data[i] == 0xFF && data[i + 1] >= 0xC0 && data[i + 1] <= 0xC2) {
            size_t height = (size_t)data[i + 5] << 8 | data[i + 6];
            size_t width = (size_t)data[i + 7] << 8 | data[i + 8];
            most = height * width > most ? height * width : most;
        }
    }
    return most;
}

/* Returns the number of pixels, 0 of what is no picture. */
static size_t check_alone(const char *path, bool color)
{
    size_t pixels = 0;
    descent_image image, small;
    descent_status status = descent_image_load(&image, path, color);
    fuzz_check_status(status, image.pixels);
    if (status == DESCENT_OK) {
        unsigned sum = 0;
        size_t size = image.height * image.width * image.channels;
        pixels = image.height * image.width;
        fuzz_check(image.channels == (color ? 3 : 1));
        fuzz_check(size >= 1 && size <= (size_t)DESCENT_IMAGE_PIXELS_MAX * 3);
        for (size_t i = 0; i < size; i++) {
            sum |= image.pixels[i];
        }
        fuzz_check(sum <= 255);
        fuzz_check(descent_image_resize(&small, &image, 4, 3) == DESCENT_OK);
        descent_image_free(&small);
    }
    descent_image_free(&image);
    return pixels;
}

static const char *in_class(const char *class, const char *name)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/pictures/%s/%s", scratch_folder, class, name);
    return path;
}

static void write_picture(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    fuzz_check(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

/* Two classes of two pictures; the first of all is the one under test. */
static void remove_folder(void)
{
    static const char *const classes[] = {"a", "b"};
    for (size_t c = 0; c < 2; c++) {
        unlink(in_class(classes[c], "1.png"));
        unlink(in_class(classes[c], "2.png"));
        rmdir(in_class(classes[c], ""));
    }
    rmdir(scratch_path("pictures"));
}

static void make_folder(void)
{
    static const uint8_t pixels[6] = {0, 50, 100, 150, 200, 250};
    struct bytes good = png_file(2, 3, 1, pixels, 2);
    static const char *const classes[] = {"a", "b"};
    mkdir(scratch_path("pictures"), 0700);
    for (size_t c = 0; c < 2; c++) {
        mkdir(in_class(classes[c], ""), 0700);
        write_picture(in_class(classes[c], "1.png"), good.data, good.size);
        write_picture(in_class(classes[c], "2.png"), good.data, good.size);
    }
    atexit(remove_folder);
}

static void check_folder(const uint8_t *data, size_t size)
{
    static bool made;
    if (!made) {
        make_folder();
        made = true;
    }
    write_picture(in_class("a", "1.png"), size > 0 ? (const char *)data : "", size);
    for (int part = DESCENT_PART_TRAIN; part <= DESCENT_PART_TEST; part++) {
        const descent_source source = {
            .part = (descent_part)part, .test = 0.5, .height = 4, .width = 3, .threads = 1};
        descent_dataset *dataset = NULL;
        descent_status status = descent_dataset_load(&dataset, scratch_path("pictures"), &source);
        fuzz_check_status(status, dataset);
        fuzz_check(status == DESCENT_OK ? descent_dataset_features(dataset) == 12
                                        : strstr(descent_last_error(), "a/1.png") != NULL);
        descent_dataset_destroy(dataset);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (declared_pixels(data, size) > HUGE_PICTURE) {
        return 0;
    }
    const char *path = fuzz_file(data, size);
    if (check_alone(path, false) < LARGE) {
        check_alone(path, true);
        check_folder(data, size);
    }
    return 0;
}

bool fuzz_seed(const char *path, unsigned number)
{
    uint8_t pixels[48];
    for (size_t i = 0; i < sizeof pixels; i++) {
        pixels[i] = counting_value(i);
    }
    struct bytes file = {.size = sizeof jpeg_bytes};
    memcpy(file.data, jpeg_bytes, sizeof jpeg_bytes);
    switch (number) {
    case 0:
        break;
    case 1:
        file = png_file(4, 3, 4, pixels, 4);
        break;
    case 2:
        file = bmp_file(4, 4, pixels);
        break;
    case 3:
        file = pnm_file(4, 3, 1, pixels);
        break;
    default:
        return false;
    }
    return descent_file_save(path, file.data, file.size) == DESCENT_OK;
}
