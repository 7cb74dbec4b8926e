/*
 * Which CSV files make up a data set: one, of which a test part is split off, or train.csv and
 * test.csv in a folder.
 */
#include "base/fail.h"
#include "data/sources.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static const char *const endings[] = {".csv", ".csv.gz"};

enum { ENDINGS = sizeof endings / sizeof endings[0] };

bool descent_dataset_is_csv(const char *path)
{
    size_t length = strlen(path);
    for (size_t i = 0; i < ENDINGS; i++) {
        size_t size = strlen(endings[i]);
        if (length > size && strcasecmp(path + length - size, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Finds folder/NAME.csv, plain or gzip. */
static bool find_file(char path[PATH_MAX], const char *folder, const char *name)
{
    for (size_t i = 0; i < ENDINGS; i++) {
        struct stat about;
        int length = snprintf(path, PATH_MAX, "%s/%s%s", folder, name, endings[i]);
        if (length < PATH_MAX && stat(path, &about) == 0 && !S_ISDIR(about.st_mode)) {
            return true;
        }
    }
    return false;
}

bool descent_csv_folder_holds(const char *folder)
{
    char path[PATH_MAX];
    return find_file(path, folder, "train") || find_file(path, folder, "test");
}

descent_status descent_csv_folder_load(descent_dataset **dataset, const char *folder,
                                       const descent_source *source)
{
    char train[PATH_MAX], test[PATH_MAX];
    bool has_train = find_file(train, folder, "train");
    bool has_test = find_file(test, folder, "test");
    bool wants_test = source->part == DESCENT_PART_TEST;
    if (!has_train && !wants_test) {
        return descent_fail(DESCENT_ERROR_NOT_FOUND,
                            "%s: expected train.csv beside test.csv, found none", folder);
    }
    if (has_test && source->part == DESCENT_PART_ALL) {
        return descent_source_has_parts(folder);
    }
    bool split = !has_test && source->part != DESCENT_PART_ALL;
    return descent_csv_load(dataset, has_test && wants_test ? test : train, source, split);
}
