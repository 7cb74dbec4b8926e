/*
 * Fuzz target: any JSON in the place of a run's config.json, read as train's options. What is taken
 * over comes back from what is written of it.
 */
#include "quiet.h"

#include "cli/base/run.h"
#include "cli/base/run_settings.h"
#include "cli/train/options.h"

static json_t *written(const struct train_options *options)
{
    json_t *object = option_to_json(&TRAIN_OPTIONS, options, OPTION_LOCAL);
    return object;
}

/* Texts that are not UTF-8 are not written. */
static void check_round_trip(const struct train_options *options)
{
    struct train_options again = {0};
    json_t *first = written(options);
    if (first != NULL) {
        fuzz_check(option_defaults(&TRAIN_OPTIONS, &again) == DONE);
        fuzz_check(option_from_json(&TRAIN_OPTIONS, first, &again, "again") == DONE);
        json_t *second = written(&again);
        fuzz_check(json_equal(first, second));
        json_decref(second);
    }
    option_free_values(&TRAIN_OPTIONS, &again);
    json_decref(first);
}

static void check_texts(const json_t *config)
{
    char text[64];
    for (size_t i = 0; i < TRAIN_OPTIONS.count; i++) {
        const struct run_setting setting = {"options", TRAIN_OPTIONS.rows[i].name};
        run_setting_text(&setting, config, text, sizeof text);
        fuzz_check(strlen(text) < sizeof text);
        run_setting_describe(&setting, config, text, sizeof text);
        fuzz_check(strlen(text) < sizeof text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct train_options options = {0};
    fuzz_quiet();
    fuzz_begin();
    scratch_write("config.json", size > 0 ? (const char *)data : "", size);
    json_t *config = run_load_json(scratch_folder, "config.json", NULL);
    fuzz_check(option_defaults(&TRAIN_OPTIONS, &options) == DONE);
    if (option_from_json(&TRAIN_OPTIONS, json_object_get(config, "options"), &options, "config") ==
        DONE) {
        check_round_trip(&options);
    }
    check_texts(config);
    option_free_values(&TRAIN_OPTIONS, &options);
    json_decref(config);
    return 0;
}

bool fuzz_seed(const char *path, unsigned number)
{
    static const char *const seeds[] = {
        "{\"data\":{\"name\":\"digits\"},\"options\":{\"hidden\":[64,32],\"lr\":0.1,\"batch\":"
        "\"full\",\"fold\":\"1/5\",\"nesterov\":true,\"augment\":\"shift=2,elastic=34:4\"}}",
        "{\"options\":{\"schedule\":\"one-cycle\",\"validation\":\"last:100\",\"class-weights\":"
        "\"balanced\",\"size\":\"28x28\",\"epochs\":\"auto\",\"words\":\"a,b\",\"seed\":7}}",
    };
    if (number == 2) {
        struct train_options options = {0};
        fuzz_check(option_defaults(&TRAIN_OPTIONS, &options) == DONE);
        json_t *config = json_pack("{s:o}", "options", written(&options));
        option_free_values(&TRAIN_OPTIONS, &options);
        bool saved = json_dump_file(config, path, JSON_COMPACT) == 0;
        json_decref(config);
        return saved;
    }
    return number < 2 &&
           descent_file_save(path, seeds[number], strlen(seeds[number])) == DESCENT_OK;
}
