/*
 * Fuzz target: any CSV file, read as labels and as targets, with and without a header. What is read
 * has labels of its classes and finite numbers, and comes back from the file that it is written to.
 */
#include "loaded.h"

/* The numbers of the first columns with commas between; as many as fit. */
static bool list_columns(char *list, size_t size, size_t count)
{
    size_t used = 0;
    for (size_t i = 1; i <= count && used < size; i++) {
        used += (size_t)snprintf(list + used, size - used, "%s%zu", i > 1 ? "," : "", i);
    }
    return used < size;
}

/* Whether one of the names looks like a column's number, which is then that of the named one. */
static bool has_number(const char *const *names, size_t count)
{
    bool found = false;
    for (size_t i = 0; names != NULL && i < count && !found; i++) {
        found = strspn(names[i], "-0123456789") > 0;
    }
    return found;
}

static void check_round_trip(const descent_dataset *dataset)
{
    char columns[4096];
    size_t outputs = descent_dataset_outputs(dataset);
    if (!list_columns(columns, sizeof columns, outputs > 0 ? outputs : 1) ||
        has_number(descent_dataset_target_names(dataset), outputs) ||
        has_number(descent_dataset_feature_names(dataset), descent_dataset_features(dataset))) {
        return;
    }
    descent_source source = {
        .label_column = columns,
        .header = DESCENT_HEADER_YES,
        .values = descent_dataset_values(dataset),
        .classes = descent_dataset_classes(dataset),
        .class_names = descent_dataset_class_names(dataset),
        .regression = outputs > 0,
    };
    descent_dataset *again = NULL;
    fuzz_check(descent_dataset_save(dataset, scratch_folder, DESCENT_PART_TRAIN,
                                    DESCENT_FORMAT_CSV) == DESCENT_OK);
    scratch_write("test.csv", "", 0); /* so that nothing is split off */
    descent_status status = descent_dataset_load(&again, scratch_folder, &source);
    fuzz_check(status == DESCENT_OK);
    fuzz_check(descent_dataset_fingerprint(again) == descent_dataset_fingerprint(dataset));
    descent_dataset_destroy(again);
    unlink(scratch_path("train.csv"));
    unlink(scratch_path("test.csv"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_begin();
    char path[512]; /* scratch_path() gives out the same room again */
    snprintf(path, sizeof path, "%s",
             scratch_write("input.csv", size > 0 ? (const char *)data : "", size));
    const descent_source sources[] = {
        {.test = 0.5},
        {.test = 0.5, .label_column = "-1", .header = DESCENT_HEADER_NO, .part = DESCENT_PART_TEST},
        {.test = 0.5, .label_column = "1", .regression = true},
        {.test = 0.5, .label_column = "1,2"},
        {.test = 0.5, .multi_label = true},
        {.test = 0.5, .label_column = "1,-1", .multi_label = true},
        {.test = 0.5, .label_column = "-1", .separator = ' ', .header = DESCENT_HEADER_NO},
        {.test = 0.5, .label_column = "-1", .words = "1", .ignore = "2"},
        {.test = 0.5, .keep = "1", .missing = DESCENT_MISSING_REFUSE},
    };
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        descent_dataset *dataset = loaded_dataset(path, &sources[i]);
        if (dataset != NULL) {
            check_round_trip(dataset);
        }
        descent_dataset_destroy(dataset);
    }
    return 0;
}

bool fuzz_seed(const char *path, unsigned number)
{
    static const char *const seeds[] = {
        "1,2.5,a\n3,4,b\n5,6e1,a\n7,8,b\n1,2,a\n",
        "label,x,y\n\"a, b\",1,2\r\n\"say \"\"c\"\"\",3,4\r\n\"a, b\",5,255\r\n\"a, b\",7,8\r\n",
        "# a b\nx;y;kind\n1,5;2;a\n3;-4,25;b\n1,5;2;a\n3;-4,25;b\n",
        "x,label\n1,a;b\n2,\n3,b\n4,a;c\n",
        "a,b,x\n1,0,2\n0,1,3\n0,True,4\n1.0,False,5\n",
        "a b c\r 1  2 x\r\t3\t4 y \r1 2 x\r3 4 y\r",
        "sep=;\n1;2;x;\n3;4;\"y\";\n1;2;x;\n3;4;\"y\";\n;;;\n",
        "\xEF\xBB\xBFx,y,target\n0,1,-2.5\n255,7,1e-3\n9,4,.5\n8,8,0\n",
    };
    static const char wide[] = "\xFF\xFE"
                               "1\0,\0\xE4\0\n\0"
                               "2\0,\0\x34\xD8\x1E\xDD\n\0"
                               "3\0,\0\xE4\0\n\0"
                               "4\0,\0\x34\xD8\x1E\xDD\n\0";
    if (number == sizeof seeds / sizeof seeds[0]) {
        return descent_file_save(path, wide, sizeof wide - 1) == DESCENT_OK;
    }
    if (number >= sizeof seeds / sizeof seeds[0]) {
        return false;
    }
    return descent_file_save(path, seeds[number], strlen(seeds[number])) == DESCENT_OK;
}
